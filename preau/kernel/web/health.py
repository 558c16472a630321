"""`/health/live`: the process answers. `/health/ready`: it can serve pages. `/health/parts`: each part,
for whoever looks after the machine. `/metrics`: the figures."""

import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from preau.kernel.web import metrics
from preau.kernel.web.guards import visitors
from preau.kernel.web.proxies import is_loopback

_migrated = False


@dataclass(frozen=True)
class State:
    """How a part is. `says`: one line for `/health/ready`, of the outside only."""

    well: bool
    says: str = ""
    figures: Mapping[str, float | int | str] = field(default_factory=dict)


Check = Callable[[], State]
_checks: dict[str, tuple[Check, bool]] = {}


def register_check(name: str, check: Check, *, needed: bool = False) -> None:
    """Adds a part to `/health/parts`, from an `AppConfig.ready`. `needed`: without it no page can be
    served, and `/health/ready` says 503. A check that raises is a part that is not well."""
    _checks[name] = (check, needed)


def _database() -> State:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return State(True, figures={"vendor": connection.vendor})


def _migrations() -> State:
    # A process that saw its migrations applied need not look again.
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return State(_migrated, "migrations wait")


def _cache() -> State:
    token = uuid.uuid4().hex
    cache.set(f"health-{token}", token, 10)
    return State(cache.get(f"health-{token}") == token, "cache forgets")


def _disk() -> State:
    room = shutil.disk_usage(settings.VAR).free // 2**20
    return State(room >= settings.DISK_FLOOR_MB, "disk full", {"free_mb": room})


register_check("database", _database, needed=True)
register_check("migrations", _migrations, needed=True)
register_check("cache", _cache, needed=True)
register_check("disk", _disk, needed=True)
metrics.gauge("disk_free_bytes", "Room left for data", lambda: shutil.disk_usage(settings.VAR).free)


def _state(check: Check) -> State:
    try:
        return check()
    except Exception as wrong:
        # Whatever is wrong, the answer is the same and names nothing of the inside.
        return State(False, "not ready", {"error": type(wrong).__name__})


def states() -> dict[str, State]:
    """Each part, asked now."""
    return {name: _state(check) for name, (check, _) in list(_checks.items())}


@require_safe
@visitors
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("live\n", content_type="text/plain")


@require_safe
@visitors
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is migrated, the cache keeps what it is given and there is room
    to write; else 503."""
    for check, needed in list(_checks.values()):
        if needed and not (state := _state(check)).well:
            return HttpResponse(f"{state.says or 'not ready'}\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


@require_safe
@visitors
def parts(request: HttpRequest) -> HttpResponse:
    """Each part with its figures. Hidden from everybody but the machine itself and the token's holder."""
    _for_keepers(request)
    found = states()
    well = all(state.well for state in found.values())
    told = {name: {"well": state.well, **state.figures} for name, state in found.items()}
    return JsonResponse({"well": well, "parts": told}, status=200 if well else 503)


@require_safe
@visitors
def figures(request: HttpRequest) -> HttpResponse:
    _for_keepers(request)
    return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE_LATEST)


def _for_keepers(request: Any) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if (
        settings.METRICS_TOKEN
        and scheme.lower() == "bearer"
        and constant_time_compare(token, settings.METRICS_TOKEN)
    ):
        return
    # Through a proxy on the same machine everybody would come from here.
    if request.came_directly and is_loopback(request.META.get("REMOTE_ADDR", "")):
        return
    raise Http404


urlpatterns = [path("live", live), path("ready", ready), path("parts", parts)]
