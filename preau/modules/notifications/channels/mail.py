"""A letter to one person."""

import re
import smtplib
from contextlib import suppress
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.template.loader import render_to_string

from preau.modules.notifications.channels.answers import Answer, Message, Outcome

_LONGEST_SUBJECT = 120
_STATUS = re.compile(rb"5\.(\d+)\.\d+")  # RFC 3463


def is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def letter(message: Message) -> EmailMultiAlternatives:
    """One recipient: who else is told stands nowhere in it."""
    context = {"message": message}
    text = render_to_string("notifications/emails/letter.txt", context)
    headers = {
        "Message-ID": f"<{message.reference}@{_host()}>",  # the same at each try: mail servers see it once
        "Auto-Submitted": "auto-generated",  # no holiday reply, please
        "X-Auto-Response-Suppress": "All",
    }
    if message.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made = EmailMultiAlternatives(
        subject=one_line(message.title)[:_LONGEST_SUBJECT],
        body=text,
        from_email=formataddr((one_line(message.sender), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[message.address],
        headers=headers,
    )
    made.attach_alternative(render_to_string("notifications/emails/letter.html", context), "text/html")
    return made


def one_line(text: str) -> str:
    """What goes into a header: no line break of any alphabet, whatever somebody named their class."""
    return " ".join("".join(x if x.isprintable() else " " for x in text).split())


def send(message: Message) -> Answer:
    if not is_address(message.address):
        return Answer(Outcome.REFUSED, address_is_dead=True)
    connection: Any = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError):
        # Not reached, or it does not accept us: no fault of this letter, whatever its code says.
        return Answer(Outcome.LATER)
    try:
        connection.send_messages([letter(message)])
    except smtplib.SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
        return _about_the_recipient(code, text)
    except smtplib.SMTPDataError as refused:
        return Answer(Outcome.LATER if refused.smtp_code < 500 else Outcome.REFUSED)
    except (smtplib.SMTPException, OSError):
        return Answer(Outcome.UNKNOWN if getattr(connection, "in_doubt", False) else Outcome.LATER)
    finally:
        # After its answer nothing the server does takes a letter back.
        with suppress(smtplib.SMTPException, OSError):
            connection.close()
    return Answer(Outcome.TAKEN)


def _about_the_recipient(code: int, text: bytes) -> Answer:
    if code < 500:
        return Answer(Outcome.LATER)
    status = _STATUS.match(text)
    # 5.1.x speaks of the address; a full mailbox (5.2.2) or a policy (5.7.1) may pass.
    dead = status.group(1) == b"1" if status else code in (550, 551, 553)
    return Answer(Outcome.REFUSED, address_is_dead=dead)


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
