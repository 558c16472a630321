from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


class LiveConfig(AppConfig):
    name = "preau.kernel.live"
    label = "live"

    def ready(self) -> None:
        user_logged_out.connect(_leave, dispatch_uid="preau.live.leave")


def _leave(sender: Any, request: Any, **_: Any) -> None:
    from preau.kernel.live.changes import revoke_session

    revoke_session(request)
