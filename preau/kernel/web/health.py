"""`/health/live`: the process answers. `/health/ready`: it can serve pages."""

import uuid

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.urls import path

from preau.kernel.web.guards import visitors

_migrated = False


def _unapplied() -> bool:
    # A process that saw its migrations applied need not look again.
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not _migrated


@visitors
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("live\n", content_type="text/plain")


@visitors
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is migrated and the cache keeps what it is given; else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if _unapplied():
            return HttpResponse("migrations wait\n", status=503, content_type="text/plain")
        token = uuid.uuid4().hex
        cache.set(f"health-{token}", token, 10)
        if cache.get(f"health-{token}") != token:
            return HttpResponse("cache forgets\n", status=503, content_type="text/plain")
    except Exception:
        # Whatever is wrong, the answer is the same and names nothing of the inside.
        return HttpResponse("not ready\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


urlpatterns = [path("live", live), path("ready", ready)]
