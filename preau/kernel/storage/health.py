"""Whether files can be kept and scanned, for `/health/parts` and the status page. Pages need neither."""

from django.conf import settings

from preau.kernel.storage import clamd
from preau.kernel.storage.store import store
from preau.kernel.web.health import State, register_check


def register() -> None:
    register_check("files", files)
    if settings.CLAMD_URL:
        register_check("antivirus", antivirus)


def files() -> State:
    return State(store().answers())


def antivirus() -> State:
    return State(clamd.answers(settings.CLAMD_URL))
