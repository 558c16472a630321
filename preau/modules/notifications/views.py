from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web.guards import access, scope_free, signed_in, visitors
from preau.kernel.web.scope import scope_value
from preau.kernel.web.versions import conditional
from preau.modules.notifications import permissions, services, topics
from preau.modules.notifications.channels import webpush
from preau.modules.notifications.forms import (
    ChoicesForm,
    HoursForm,
    ReadAllForm,
    SchoolHoursForm,
    SubscriptionForm,
)
from preau.modules.notifications.models import Notice, PushSubscription
from preau.modules.notifications.selectors import choices, notices, top
from preau.modules.notifications.selectors import preferences as chosen
from preau.modules.notifications.selectors.addresses import own_addresses
from preau.modules.notifications.selectors.kinds import kinds
from preau.modules.notifications.selectors.notices import unread_count


@require_safe
@signed_in
def notice_list(request: Any) -> HttpResponse:
    context = {
        "page": notices.page_of(request.actor, request.GET.get("after", "")),
        "unread": [
            (standing, scope_value(standing), latest)
            for standing, latest in notices.unread_by_school(request.actor)
        ],
        "today": timezone.localdate(),
        "live_topic": topics.NOTICES.of(request.actor.person_id),
    }
    return render(request, "notifications/notice_list.html", context)


@require_safe
@signed_in
@conditional(lambda request: unread_count(request.actor))
def bell(request: Any) -> HttpResponse:
    """The counter on top of every page, alone: what a page that is open fetches when it rings."""
    return render(request, "notifications/_bell.html", {"item": top.bell(request.actor)})


@require_safe
@signed_in
def notice_open(request: Any, notice: UUID) -> HttpResponse:
    """The link of every message: to what the notice is about, which has been read by that."""
    found = get_object_or_404(Notice.objects.visible_to(request.actor), uuid=notice)
    services.read_notice(actor=request.actor, notice=found)
    words = notices.worded(request.actor, [found]).get(found.pk)
    return redirect(words.url if words else "notifications:notice_list")


@require_POST
@signed_in
def notice_read_all(request: Any) -> HttpResponse:
    form = ReadAllForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(_("Cette page n’a pas dit jusqu’où marquer comme lu : rouvrez-la."))
    services.read_all(actor=request.actor, until=form.cleaned_data["until"])
    return redirect("notifications:notice_list")


@require_safe
@signed_in
def preferences(request: Any) -> HttpResponse:
    return _preferences_page(request)


def _preferences_page(
    request: Any, hours: HoursForm | None = None, channels: ChoicesForm | None = None
) -> HttpResponse:
    """`hours` or `channels`: sent, and back with errors."""
    found = chosen.preferences_of(request.actor)
    addresses = own_addresses(request.actor)
    initial = {name: getattr(found.hours, name) for name in HoursForm.base_fields}
    context = {
        "hours": hours or HoursForm(initial=initial),
        "channels": channels or ChoicesForm(kinds=kinds().values(), modes=found.modes),
        "always": [
            kind for kind in kinds().values() if not kind.may_be_silenced and kind.name != services.TRIAL
        ],
        "browsers": found.browsers,
        "push_key": webpush.public_key(),
        "addresses": addresses,
        "doubted": chosen.doubted_addresses(request.actor, [one.address for one in addresses]),
        "scopes": [(each, scope_value(each)) for each in request.actor.standings.values()],
        "may_set_hours": permissions.SET_HOURS.allows(request.actor, None),
    }
    refused = (hours and hours.errors) or (channels and channels.errors)
    return render(request, "notifications/preferences.html", context, status=422 if refused else 200)


@require_POST
@signed_in
@scope_free
def hours_choose(request: Any) -> HttpResponse:
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _preferences_page(request, hours=form)
    services.choose_hours(actor=request.actor, **form.cleaned_data)
    return redirect(reverse("notifications:preferences") + "?saved=hours#hours")


@require_POST
@signed_in
@scope_free
def channels_choose(request: Any) -> HttpResponse:
    modes = chosen.preferences_of(request.actor).modes
    form = ChoicesForm(request.POST, kinds=kinds().values(), modes=modes)
    if not form.is_valid():
        return _preferences_page(request, channels=form)
    services.choose_channels(actor=request.actor, modes=form.chosen())
    return redirect(reverse("notifications:preferences") + "?saved=channels#channels")


@require_POST
@signed_in
def trial_send(request: Any) -> HttpResponse:
    services.send_trial(actor=request.actor)
    return redirect(reverse("notifications:preferences") + "?saved=trial#trial")


@require_POST
@signed_in
def address_trust(request: Any) -> HttpResponse:
    services.trust_address(actor=request.actor)
    return redirect("notifications:preferences")


@require_POST
@signed_in
@scope_free
def browser_subscribe(request: Any) -> HttpResponse:
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(_("Ce navigateur n’a pas donné d’adresse : activez JavaScript et recommencez."))
    label = webpush.device_label(request.headers.get("User-Agent", ""))
    services.subscribe_browser(actor=request.actor, label=label, **form.cleaned_data)
    return redirect(reverse("notifications:preferences") + "?saved=browser#browsers")


@require_POST
@signed_in
@scope_free
def browser_forget(request: Any, subscription: UUID) -> HttpResponse:
    own = PushSubscription.objects.filter(person=request.actor.person_id)
    services.forget_browser(actor=request.actor, subscription=get_object_or_404(own, uuid=subscription))
    return redirect(reverse("notifications:preferences") + "#browsers")


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.SET_HOURS)
def school_hours(request: Any) -> HttpResponse:
    school = request.actor.only.school
    settings = choices.settings_of(school)
    initial = {name: getattr(settings, name) for name in ("opens", "closes", "days", "sms_monthly")}
    initial["version"] = settings.version if settings.pk else 0
    form = SchoolHoursForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_school_hours(actor=request.actor, **form.cleaned_data)
            return redirect(reverse("notifications:school_hours") + "?saved=1")
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    context = {"form": form, "school": school, "spent": choices.sms_spent(school)}
    return render(request, "notifications/school_hours.html", context, status=422 if form.errors else 200)


# RFC 8058: the mail programme posts by itself, with no session and no token of ours but the signed one.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@visitors
@scope_free
def unsubscribe(request: Any) -> HttpResponse:
    token = request.GET.get("t", "")
    silenced = chosen.silenced_by(token)
    if silenced is None:
        raise Http404
    person_id, name = silenced
    if request.method == "POST":
        if name == chosen.DIGEST:
            services.silence_digest(person_id=person_id)
        else:
            services.silence(person_id=person_id, kind=name)
    label = _("le résumé du jour") if name == chosen.DIGEST else kinds()[name].label
    context = {"label": label, "done": request.method == "POST", "token": token}
    return render(request, "notifications/unsubscribe.html", context)
