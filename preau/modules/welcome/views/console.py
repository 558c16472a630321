"""What management sets for the school's visitors and readers."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from preau.kernel.richtext.forms import remember_saved
from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web.guards import access
from preau.modules.welcome import permissions, services
from preau.modules.welcome.forms import CardForm, CharterForm, ClosingForm
from preau.modules.welcome.models import Card
from preau.modules.welcome.selectors import charters, default_charter


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.EDIT_CARD)
def card_edit(request: Any) -> HttpResponse:
    school = request.actor.only.school
    card = Card.objects.first()
    form = CardForm(request.POST or None, initial=_written(card, school))
    if form.is_valid():
        values = dict(form.cleaned_data)
        services.write_card(actor=request.actor, base_version=values.pop("version"), **values)
        return redirect(f"{reverse('welcome:card_edit')}?saved=1")
    context = {"form": form, "school": school}
    return render(request, "welcome/card_edit.html", context, status=422 if form.is_bound else 200)


def _written(card: Card | None, school: Any) -> dict[str, Any]:
    values = {name: getattr(card, name) for name in services.FIELDS} if card is not None else {}
    return {**values, "is_listed": school.is_listed, "version": card.version if card is not None else 0}


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.ANNOUNCE_CLOSING)
def closing(request: Any) -> HttpResponse:
    school = request.actor.only.school
    initial = {
        "message": school.closing_message,
        "first_day": school.closing_from,
        "last_day": school.closing_until,
    }
    form = ClosingForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.announce_closing(actor=request.actor, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
        else:
            return redirect(f"{reverse('welcome:closing')}?saved=1")
    context = {"form": form, "school": school}
    return render(request, "welcome/closing.html", context, status=422 if form.is_bound else 200)


@require_POST
@access(permissions.ANNOUNCE_CLOSING)
def closing_withdraw(request: Any) -> HttpResponse:
    services.withdraw_closing(actor=request.actor)
    return redirect(f"{reverse('welcome:closing')}?withdrawn=1")


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.PUBLISH_CHARTER)
def charter_edit(request: Any) -> HttpResponse:
    school = request.actor.only.school
    current = charters.current_charter(school)
    form = CharterForm(request.POST or None, initial=_proposed(current))
    preview = None
    if form.is_valid():
        values = dict(form.cleaned_data)
        if "preview" in request.POST:
            preview = values
        else:
            try:
                services.publish_charter(actor=request.actor, **values)
            except Conflict:
                raise
            except RuleBroken as broken:
                form.add_error(None, str(broken.message))
            else:
                to = redirect(f"{reverse('welcome:charter_edit')}?saved=1")
                return remember_saved(request, to, "pupils", "adults")
    context = {"form": form, "school": school, "current": current, "preview": preview}
    status = 422 if form.is_bound and preview is None else 200
    return render(request, "welcome/charter_edit.html", context, status=status)


def _proposed(current: Any) -> dict[str, Any]:
    if current is not None:
        return {"pupils": current.pupils, "adults": current.adults, "base_number": current.number}
    return {"pupils": default_charter.PUPILS, "adults": default_charter.ADULTS, "base_number": 0}
