"""What is kept of each request: one line, some figures, nobody's name."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from preau.kernel.web import logs, metrics

log = logging.getLogger("preau.access")

_SOUND_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_QUIET = (
    "static",
    "health/live",
    "health/ready",
    "health/parts",
    "metrics",
)  # counted; a line each would bury the others


class Statements:
    """Counts the statements of one request, and how long the database took."""

    __slots__ = ("count", "seconds")

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.count += 1
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - begun


class Observed:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.static = settings.STATIC_URL

    def __call__(self, request: Any) -> HttpResponse:
        # Only a trusted proxy's own id has come this far (see `proxies`).
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        known_as = given if _SOUND_ID.fullmatch(given) else uuid4().hex
        token = logs.request_id.set(known_as)
        statements = Statements()
        # Not `execute_wrapper`: it takes away the last one, which may be another's by then.
        wrappers = connection.execute_wrappers
        wrappers.insert(0, statements)
        metrics.in_flight.inc()
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = known_as
            self._keep(request, response, statements, time.perf_counter() - begun)
            return response
        finally:
            metrics.in_flight.dec()
            wrappers.remove(statements)
            logs.request_id.reset(token)

    def _keep(self, request: Any, response: Any, statements: Statements, seconds: float) -> None:
        route = self._route(request)
        method = request.method if request.method in _METHODS else "other"
        metrics.answers.labels(route, method, response.status_code).observe(seconds)
        if statements.count:
            metrics.queries.labels(route).inc(statements.count)
            metrics.query_time.labels(route).inc(statements.seconds)
        size = 0 if response.streaming else len(response.content)
        metrics.sent.labels(response.headers.get("Content-Encoding", "plain")).inc(size)
        if (route in _QUIET and response.status_code < 500) or not log.isEnabledFor(logging.INFO):
            return
        actor = getattr(request, "actor", None)
        account = actor.identity.account_id if actor is not None else None
        only = actor.only if actor is not None else None
        log.info(
            "answered",
            extra={
                "route": route,
                "method": method,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "queries": statements.count,
                "db_ms": round(statements.seconds * 1000, 1),
                "bytes": size,
                "school": str(only.school.uuid) if only is not None else "",
                "account": logs.account_mark(account) if account is not None else "",
            },
        )

    def _route(self, request: Any) -> str:
        match = request.resolver_match
        if match is None:  # answered before its view was looked for
            if request.path_info.startswith(self.static):
                return "static"
            try:
                match = resolve(request.path_info)
            except Resolver404:
                return "none"
        return str(match.view_name if match.url_name else match.route)


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
