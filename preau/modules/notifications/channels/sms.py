"""SMS, through an operator's HTTP gateway."""

import re
from typing import Any, Protocol
from uuid import UUID

import requests
from django.conf import settings

from preau.modules.notifications.channels.answers import Answer, Message, Outcome

CONNECT, ANSWER = 3.05, 10.0  # seconds
_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = set("^{}\\[~]|€")  # an escape and a letter
# Typography that costs a whole message its alphabet, and says nothing more than this.
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "œ": "oe"}
    | {
        "Œ": "OE",
        "\u00a0": " ",
        "\u202f": " ",
        "\u00ad": "",
        "ç": "c",
        "ê": "e",
        "î": "i",
        "ô": "o",
        "û": "u",
    }
    | {"â": "a", "ë": "e", "ï": "i", "È": "E", "Ê": "E", "À": "A", "Î": "I", "Ô": "O", "Û": "U", "Â": "A"}
)
# A French number does not say its country: overseas, these begin their own.
_OVERSEAS = {
    "690": "590",
    "691": "590",
    "694": "594",
    "696": "596",
    "697": "596",
    "692": "262",
    "693": "262",
    "639": "262",
}


class SmsGateway(Protocol):
    """An operator. It must know a message again by our reference: that alone makes it safe to ask twice."""

    def send(self, *, to: str, text: str, reference: UUID) -> Answer: ...

    def ask(self, reference: UUID) -> Answer:
        """What became of a message of which nobody knows. TAKEN: it has it; LATER: it never had it, send it
        again; UNKNOWN: it does not say, ask again."""


class HttpGateway:
    """`POST {url}/messages` with `{reference, to, from, text}`, `GET {url}/messages/{reference}`: JSON, a
    bearer token. An operator with other words gets a small translator in front, or a class of its own."""

    def __init__(self, url: str, token: str, sender: str) -> None:
        self.url, self.sender = url, sender
        self.headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def send(self, *, to: str, text: str, reference: UUID) -> Answer:
        body = {"reference": str(reference), "to": to, "from": self.sender, "text": text}
        try:
            answer = requests.post(
                f"{self.url}/messages",
                json=body,
                headers={**self.headers, "Idempotency-Key": str(reference)},
                timeout=(CONNECT, ANSWER),
                allow_redirects=False,
            )
        except requests.ConnectTimeout:
            return Answer(Outcome.LATER)
        except requests.ConnectionError as error:
            return Answer(Outcome.LATER if _never_reached(error) else Outcome.UNKNOWN)
        except requests.RequestException:
            return Answer(Outcome.UNKNOWN)
        if answer.status_code in (200, 201, 202):
            return Answer(Outcome.TAKEN, provider_id=_id_in(answer))
        if answer.status_code == 409:  # it knows the reference: this is a second asking
            return Answer(Outcome.TAKEN, provider_id=_id_in(answer))
        if answer.status_code == 429:
            return Answer(Outcome.LATER, retry_after=_seconds(answer))
        if answer.status_code in (400, 404, 422):
            # 422: the number, says the contract; the others are about how we ask.
            return Answer(Outcome.REFUSED, address_is_dead=answer.status_code == 422)
        if answer.status_code in (401, 402, 403):
            return Answer(Outcome.LATER)
        # An error after accepting looks like one before.
        return Answer(Outcome.UNKNOWN)

    def ask(self, reference: UUID) -> Answer:
        try:
            answer = requests.get(
                f"{self.url}/messages/{reference}",
                headers=self.headers,
                timeout=(CONNECT, ANSWER),
                allow_redirects=False,
            )
        except requests.RequestException:
            return Answer(Outcome.UNKNOWN)
        if answer.status_code == 200:
            return Answer(Outcome.TAKEN, provider_id=_id_in(answer))
        return Answer(Outcome.LATER if answer.status_code == 404 else Outcome.UNKNOWN)


def gateway() -> SmsGateway | None:
    if not settings.SMS_URL:
        return None
    return HttpGateway(settings.SMS_URL, settings.SMS_TOKEN, settings.SMS_SENDER)


def sms_text(message: Message) -> str:
    """The school and what it is, in letters every telephone takes cheaply. The rest is on the page."""
    text = " ".join(f"{message.sender} : {message.title}. {message.body}".translate(_PLAIN).split())
    return _cut(text)


def _cut(text: str) -> str:
    """Two SMS at most: what does not fit is on the page."""
    if segments(text) <= 2:
        return text
    while segments(f"{text}...") > 2:
        text = text[:-1].rstrip()
    return f"{text}..."


def segments(text: str) -> int:
    """How many SMS an operator counts: 160 letters of its own alphabet, else 70; fewer in a chain."""
    if all(letter in _GSM or letter in _GSM_TWICE for letter in text):
        length, one, each = sum(2 if letter in _GSM_TWICE else 1 for letter in text), 160, 153
    else:
        length, one, each = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= one else -(-length // each)


# Not of a country: satellites, networks at sea, and numbers that pay who is called.
_DEAR = r"(\+|00)(87[0-9]|88[123]|97[89]|80[08]|1-?900)"


def mobile_number(written: str) -> str:
    """+33612345678, or nothing for what is no mobile number: an SMS to a landline is read aloud at 7:30."""
    digits = re.sub(r"[\s.\-()/]", "", written)
    if not digits.isascii() or re.match(_DEAR, digits):
        return ""
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if re.fullmatch(r"0[67]\d{8}", digits):
        return f"+{_OVERSEAS.get(digits[1:4], '33')}{digits[1:]}"
    if re.fullmatch(r"\+330?[67]\d{8}", digits):
        return mobile_number("0" + digits.removeprefix("+33").removeprefix("0"))
    return digits if re.fullmatch(r"\+(?!33)[1-9]\d{7,14}", digits) else ""


def _never_reached(error: requests.ConnectionError) -> bool:
    """Refused, unknown or without a route: no word of ours went out."""
    cause: Any = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}


def _id_in(answer: requests.Response) -> str:
    try:
        found = answer.json()
    except requests.JSONDecodeError:
        return ""
    return str(found.get("id", ""))[:120] if isinstance(found, dict) else ""


def _seconds(answer: requests.Response) -> int:
    said = answer.headers.get("Retry-After", "")
    return min(int(said), 24 * 3600) if said.isdigit() else 0
