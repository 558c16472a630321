"""Letters as files, where there is no mail server: one machine, a developer, the demonstration."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailFolder(BaseEmailBackend):
    """Each letter is a file named after its Message-ID: written again, it is the same file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            written = message.message()
            name = "".join(x for x in str(written["Message-ID"]) if x.isalnum() or x in "-.@")
            half = folder / f".{name}.{os.getpid()}"
            half.write_bytes(written.as_bytes())
            half.rename(folder / f"{name}.eml")
        return len(email_messages)
