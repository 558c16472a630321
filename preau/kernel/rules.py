"""What a person must be told. Everything else that goes wrong is a bug and goes to the log."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class RuleBroken(Exception):
    """The message is shown to the person, in French, beside the form that was sent."""

    status = 422

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message


class Conflict(RuleBroken):
    """Somebody, or the calendar, was faster (409)."""

    status = 409


class YearClosed(Conflict):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Cette année scolaire est close : elle se consulte, elle ne se modifie plus."
                " Rien n’a été enregistré."
            )
        )


class Superseded(Conflict):
    """Someone changed the row since the page was drawn. Both values are shown."""

    def __init__(self, message: Any, *, theirs: Any, wanted: Any) -> None:
        super().__init__(message)
        self.theirs = theirs
        self.wanted = wanted


class Refused(Exception):
    """The person may know the thing exists, but not do this with it (403)."""

    def __init__(self, message: Any = "") -> None:
        super().__init__(message)
        self.message = message or _("Votre compte ne permet pas cette action.")
