"""SMTP, with the one question Django's own backend does not answer: was it taken when the line broke?"""

import smtplib

from django.core.mail.backends.smtp import EmailBackend


class _KnowsWhatWasTaken:
    """From the server's « go ahead » (354) until its next answer, the letter may have been taken."""

    in_doubt = False

    def getreply(self) -> tuple[int, bytes]:
        code, text = super().getreply()  # type: ignore[misc]
        self.in_doubt = code == 354
        return code, text


class _Plain(_KnowsWhatWasTaken, smtplib.SMTP):
    pass


class _Secure(_KnowsWhatWasTaken, smtplib.SMTP_SSL):
    pass


class Smtp(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Secure if self.use_ssl else _Plain

    @property
    def in_doubt(self) -> bool:
        return bool(getattr(self.connection, "in_doubt", False))
