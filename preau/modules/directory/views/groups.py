from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.modules import links_about
from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.ui.days import short_day
from preau.kernel.web import versions
from preau.kernel.web.guards import access, signed_in
from preau.modules.directory import permissions, services, topics
from preau.modules.directory.forms import BOXES, AppointForm, EndForm, SheetForm
from preau.modules.directory.models import Duty, Function, Group, PersonRecord
from preau.modules.directory.selectors import groups
from preau.modules.directory.selectors.functions import functions_known_to
from preau.modules.directory.views.functions import functions_answer


@require_safe
@signed_in
def group_list(request: Any) -> HttpResponse:
    actor = request.actor
    everyone = actor.has_duty(*Duty.values) and not actor.has_duty(Duty.OVERSEE)
    keeps = permissions.KEEP_GROUPS.allows(actor, None)
    own = groups.my_groups_exist(actor)
    lists = {"": own, "1": everyone, "groups": everyone, "ended": keeps}
    asked = request.GET.get("all", "")
    shown = asked if lists.get(asked) else next((each for each in lists if lists[each]), "")
    read = {"1": groups.all_divisions, "groups": groups.all_groups, "ended": groups.ended_groups}
    context = {
        "cards": read.get(shown, groups.my_groups)(actor),
        "shown": shown,
        "shows_all": shown == "1",
        "may_see_all": everyone,
        "own": own,
        "keeps": keeps,
        "adds": keeps and not actor.year.is_closed,
    }
    return render(request, "directory/group_list.html", context)


@require_safe
@signed_in
def group_detail(request: Any, group: UUID) -> HttpResponse:
    found = get_object_or_404(
        Group.objects.visible_to(request.actor).select_related("school", "unit"), uuid=group
    )
    return _group_page(request, found)


@require_safe
@access(permissions.PRINT_LIST)
def group_sheet(request: Any, group: UUID) -> HttpResponse:
    """The list of a class on paper, with the boxes one asks for. Anything forged is the usual sheet."""
    found = get_object_or_404(Group.objects.visible_to(request.actor).select_related("school"), uuid=group)
    permissions.PRINT_LIST.require(request.actor, found)

    form = SheetForm(request.GET or None)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {"boxes": BOXES, "heads": []}
    standing = request.actor.at(found.school_id)
    context = {
        "group": found,
        "standing": standing,
        "day": short_day(standing.day, year=True),
        "rows": groups.listed_pupils(request.actor, found),
        "heads": [gettext("Élève"), *asked["heads"]],
        "boxes": asked["boxes"],
        "form": form,
    }
    return render(request, "directory/group_sheet.html", context)


@require_safe
@signed_in
def head_teachers_block(request: Any, group: UUID) -> HttpResponse:
    """The block alone, for a page that is open and has heard that it changed."""
    found = get_object_or_404(
        Group.objects.visible_to(request.actor).select_related("school", "unit"), uuid=group
    )
    return render(request, "directory/_head_teachers.html", _group_context(request, found))


def _group_page(
    request: Any, group: Group, form: AppointForm | None = None, ending: EndForm | None = None
) -> HttpResponse:
    """`form`, or `ending` of one function: sent, and back with its errors."""
    context = _group_context(request, group, form, ending)
    refused = (form and form.errors) or (ending and ending.errors)
    return render(request, "directory/group_detail.html", context, status=422 if refused else 200)


def _group_context(
    request: Any, group: Group, form: AppointForm | None = None, ending: EndForm | None = None
) -> dict[str, Any]:
    page = groups.group_page(request.actor, group)
    standing = request.actor.at(group.school_id)
    appoints = (
        permissions.APPOINT.allows(request.actor, group)
        and group.kind == Group.Kind.DIVISION
        and not standing.year.is_closed
    )
    if appoints and form is None:
        candidates = PersonRecord.objects.filter(pk__in=[record.pk for record in page.candidates])
        form = AppointForm(candidates=candidates, initial={"starts_on": standing.day})
    ends = [
        (each, ending if ending and ending.function == each else EndForm(function=each, day=standing.day))
        for each in page.head_teachers
    ]
    return {
        "page": page,
        "appoint": form if appoints else None,
        "endings": ends if appoints else [],
        "standing": standing,
        "head_teachers_topic": topics.HEAD_TEACHERS.at(group.school_id, group.uuid),
        "about": links_about(request.actor, group),
        "keeps": permissions.KEEP_GROUPS.allows(request.actor, group) and not standing.year.is_closed,
        "prints": permissions.PRINT_LIST.allows(request.actor, group) and page.pupils,
    }


@require_POST
@access(permissions.APPOINT)
def head_teacher_create(request: Any, group: UUID) -> HttpResponse:
    found = get_object_or_404(Group.objects.visible_to(request.actor), uuid=group)
    permissions.APPOINT.require(request.actor, found)

    candidates = groups.may_lead(request.actor, found)
    form = AppointForm(request.POST, candidates=candidates)
    if form.is_valid():
        try:
            services.appoint_head_teacher(actor=request.actor, group=found, **form.cleaned_data)
            return redirect("directory:group_detail", found.uuid)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return _group_page(request, found, form)


@require_POST
@access(permissions.APPOINT)
def function_end(request: Any, function: UUID) -> HttpResponse:
    visible = Function.objects.filter(functions_known_to(request.actor))
    found = get_object_or_404(visible.select_related("group"), uuid=function)
    permission = permissions.APPOINT if found.group else permissions.APPOINT_LEAD
    permission.require(request.actor, found)

    form = EndForm(request.POST, function=found, day=request.actor.at(found.school_id).day)
    if form.is_valid():
        try:
            versions.expect(request, found, theirs=found.ends_on, wanted=form.cleaned_data["ends_on"])
            ended = services.end_function(
                actor=request.actor,
                function=found,
                base_version=form.cleaned_data["version"],
                ends_on=form.cleaned_data["ends_on"],
            )
            return versions.versioned(redirect(_page_of(found)), ended)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("ends_on", str(broken.message))
    return (
        _group_page(request, found.group, ending=form)
        if found.group
        else functions_answer(request, ending=form)
    )


def _page_of(function: Function) -> str:
    if function.group is None:
        return reverse("directory:function_list")
    return reverse("directory:group_detail", args=[function.group.uuid])
