"""What a failure below us means to the person who was saving: nothing was written, and why."""

import errno
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

_FULL = {errno.ENOSPC, errno.EDQUOT}
# PostgreSQL: 53100 disk full. SQLite says it in words.
_FULL_STATES = {"53100"}


def meant_by(exception: BaseException | None) -> tuple[int, str | None, str | None]:
    """(status, title, message); 500 and no words for what is a bug of ours."""
    if is_full(exception):
        return (
            507,
            _("Préau n’a plus de place"),
            _(
                "Le disque du serveur est plein : rien n’a été enregistré. Gardez ce que vous aviez saisi et"
                " prévenez votre établissement."
            ),
        )
    if isinstance(exception, OperationalError | InterfaceError):
        return (
            503,
            _("Préau ne peut pas enregistrer en ce moment"),
            _(
                "Sa base de données ne répond pas : rien n’a été enregistré. Gardez ce que vous aviez saisi"
                " et recommencez dans une minute."
            ),
        )
    return 500, None, None


def is_full(exception: BaseException | None) -> bool:
    if isinstance(exception, OSError):
        return exception.errno in _FULL
    if not isinstance(exception, OperationalError):
        return False
    cause: Any = exception.__cause__
    return (
        getattr(cause, "sqlstate", None) in _FULL_STATES
        or getattr(cause, "sqlite_errorname", None) == "SQLITE_FULL"
        or "disk is full" in str(exception)
        or "No space left on device" in str(exception)
    )
