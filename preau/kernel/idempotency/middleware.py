"""A write that bears a key happens once, however often it is sent.

The view, what it writes and the keeping of its answer are one transaction: a process that dies
leaves all of it or nothing, and whoever asks again gets the first answer or a first try. Refusals are
not kept. A view that needs several transactions says so (`own_transactions`).
"""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from preau.kernel.idempotency import answers
from preau.kernel.idempotency.keys import UnreadableKey, kept_as, key_of, sent_in
from preau.kernel.idempotency.models import Kept
from preau.kernel.web import errors, metrics
from preau.kernel.web.scope import scope_named_in

View = TypeVar("View", bound=Callable[..., HttpResponse])

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
PATIENCE = 5.0  # seconds a second click waits for the first: it is then shown the first's answer
_STEP = 0.05

log = logging.getLogger("preau.idempotency")


class BrokenInside(Exception):
    """A view went on after its transaction had failed: its answer is not true."""


def own_transactions(view: View) -> View:
    """For a view that commits in steps, or holds no lock while it works (a password is hashed, say).

    Its key is taken before it and its answer kept after it. A process that dies between may leave
    steps done: they must bear being done again, as the services of a phone do.
    """
    view.own_transactions = True  # type: ignore[attr-defined]
    return view


def repeatable(view: View) -> View:
    """For a view that one page asks many times on purpose: its forms' keys mean nothing."""
    view.repeatable = True  # type: ignore[attr-defined]
    return view


class Once:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.method in SAFE or request.actor is None:
            return self.get_response(request)
        response = self._answered(request)
        answers.tell(request, response)
        return response

    def _answered(self, request: Any) -> HttpResponse:
        try:
            key = key_of(request)
        except UnreadableKey:
            return errors.unreadable_key(request)
        view = self._view(request) if key else None
        if view is None or getattr(view, "scope_free", False) or getattr(view, "repeatable", False):
            return self.get_response(request)
        if not self._stands_where_it_names(request):
            return self.get_response(request)  # refused there, in words; nothing kept is told
        kept = Kept(
            person_id=request.actor.person_id,
            key=kept_as(request, key),
            sent=sent_in(request),
            created_at=timezone.now(),
        )
        if getattr(view, "own_transactions", False):
            return self._in_steps(request, kept)
        return self._at_once(request, kept)

    def _view(self, request: Any) -> Any:
        try:
            return resolve(request.path_info).func
        except Resolver404:
            return None

    def _stands_where_it_names(self, request: Any) -> bool:
        named = scope_named_in(request)
        standings = request.actor.standings.values()
        return any(named == (str(each.school.uuid), str(each.year.uuid)) for each in standings)

    def _at_once(self, request: Any, kept: Kept) -> HttpResponse:
        with transaction.atomic():
            # On SQLite the second to come waits for the whole transaction of the first already.
            if not _alone(kept):
                return errors.still_running(request)
            before = _found(kept)
            if before is not None:
                return self._answered_before(request, before, kept)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
                return response
            if answers.is_done(response):
                if connection.needs_rollback:
                    # Leaving the block would undo everything and say nothing of it.
                    raise BrokenInside
                answers.fill(kept, response)
                kept.save(force_insert=True)
            return response

    def _in_steps(self, request: Any, kept: Kept) -> HttpResponse:
        before = self._taken(kept)
        if before is not None:
            return self._answered_before(request, before, kept)
        done = False
        try:
            response = self.get_response(request)
            done = answers.is_done(response)
            if done:
                answers.fill(kept, response)
                kept.save(update_fields=["status", "headers", "body"])
            return response
        finally:
            if not done:
                kept.delete()

    def _taken(self, kept: Kept) -> Kept | None:
        """None: the key is this request's now. Else what stands under it."""
        for _ in range(2):
            try:
                with transaction.atomic():
                    kept.save(force_insert=True)
                return None
            except IntegrityError:
                before = _found(kept)
                if before is not None and not answers.is_abandoned(before, timezone.now()):
                    return before
                if before is not None:
                    # The one that was seen, and no newer one.
                    Kept.objects.filter(pk=before.pk, status=None, created_at=before.created_at).delete()
        return _found(kept) or kept

    def _answered_before(self, request: Any, before: Kept, kept: Kept) -> HttpResponse:
        if before.sent != kept.sent:
            metrics.replayed.labels("other").inc()
            return errors.used_before(request)
        if before.status is None:
            metrics.replayed.labels("running").inc()
            return errors.still_running(request)
        metrics.replayed.labels("again").inc()
        return answers.again(request, before)


def _found(kept: Kept) -> Kept | None:
    return Kept.objects.filter(person_id=kept.person_id, key=kept.key).first()


def _alone(kept: Kept) -> bool:
    """Holds the key until the transaction ends. False when somebody else goes on holding it."""
    if connection.vendor != "postgresql":
        return True
    number = int.from_bytes(bytes.fromhex(kept.key[:16]), "big", signed=True)
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
            if cursor.fetchone()[0]:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(_STEP)
