from typing import Any
from urllib.parse import unquote

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preau.kernel.rules import Refused
from preau.kernel.search import finding
from preau.kernel.search.documents import documents_for
from preau.kernel.search.words import read
from preau.kernel.web.guards import signed_in
from preau.kernel.web.limits import limited

TYPED = "X-Preau-Typed"


@require_safe
@signed_in
@limited("search", per_minute=120, burst=60)
def search(request: Any) -> HttpResponse:
    """Without `kind`, the best of each; with it, page after page of one."""
    _refuse_where_nothing_is_offered(request)
    query, kind, start = read(request.GET.get("q", "")), request.GET.get("kind", ""), _start(request)
    if kind:
        section = finding.look_for(request.actor, query, kind, start)
        if section is None:
            raise Http404
        sections = [section] if section.hits else []
    else:
        sections = finding.look_through(request.actor, query)
    context = {
        "query": query,
        "kind": kind,
        "sections": sections,
        "start": start,
        "next": start + finding.PAGE,
        "starting": not query.typed,
        "searching": True,
    }
    return render(request, "portal/search.html", context)


@require_safe
@signed_in
@limited("suggest", per_minute=400, burst=120)  # one for each letter of quick hands
def search_suggest(request: Any) -> HttpResponse:
    """What is typed comes in a header, so that no address, history or log holds it letter by letter."""
    _refuse_where_nothing_is_offered(request)
    hits = finding.suggest(request.actor, read(unquote(request.headers.get(TYPED, ""))))
    return render(request, "portal/_suggestions.html", {"hits": hits})


@require_safe
@signed_in
@limited("suggest", per_minute=400, burst=120)
def search_choose(request: Any) -> HttpResponse:
    """Suggestions of a field that chooses people, among all of whom the reader may know."""
    _refuse_where_nothing_is_offered(request)
    document = documents_for(request.actor).get("people")
    hits: list[finding.Hit] = []
    if document is not None:
        typed = read(unquote(request.headers.get(TYPED, "")))
        hits, _more = finding.look_among(request.actor, typed, "people", document.visible(request.actor))
    return render(request, "portal/_choices.html", {"hits": hits})


def _refuse_where_nothing_is_offered(request: Any) -> None:
    if not documents_for(request.actor):
        raise Refused()


def _start(request: Any) -> int:
    """How many hits came on the pages before. Anything forged is the first page."""
    after = request.GET.get("after", "")
    return int(after) if after.isdecimal() and len(after) < 6 else 0
