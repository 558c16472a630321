from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
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


@require_safe
@signed_in
def group_list(request: Any) -> HttpResponse:
    everyone = request.actor.has_duty(*Duty.values) and not request.actor.has_duty(Duty.OVERSEE)
    shows_all = everyone and (request.GET.get("all") == "1" or not groups.my_groups_exist(request.actor))
    cards = groups.all_divisions(request.actor) if shows_all else groups.my_groups(request.actor)
    context = {"cards": cards, "shows_all": shows_all, "may_see_all": everyone}
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
    visible = Function.objects.filter(group__in=Group.objects.visible_to(request.actor))
    found = get_object_or_404(visible.select_related("group"), uuid=function)
    permissions.APPOINT.require(request.actor, found)

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
            return versions.versioned(redirect("directory:group_detail", found.group.uuid), ended)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("ends_on", str(broken.message))
    return _group_page(request, found.group, ending=form)
