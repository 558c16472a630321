from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web.guards import access
from preau.modules.directory import permissions, services
from preau.modules.directory.forms import (
    ChangeGroupForm,
    EndingForm,
    JoinForm,
    LeaveForm,
    NewGroupForm,
    VersionForm,
)
from preau.modules.directory.models import Group
from preau.modules.directory.selectors import groups_by_hand as kept
from preau.modules.directory.services.members import WITH_STAFF


@require_safe
@access(permissions.KEEP_GROUPS)
def group_new(request: Any) -> HttpResponse:
    return _new_page(request, _new_form(request))


@require_POST
@access(permissions.KEEP_GROUPS)
def group_create(request: Any) -> HttpResponse:
    form = _new_form(request, request.POST)
    if form.is_valid():
        try:
            made = services.create_group(actor=request.actor, **form.cleaned_data)
            return redirect("directory:group_manage", made.uuid)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return _new_page(request, form)


def _new_form(request: Any, data: Any = None) -> NewGroupForm:
    units = _units()
    return NewGroupForm(data, units=units, divisions=_divisions(request), initial={"unit": units[0].key})


def _new_page(request: Any, form: NewGroupForm) -> HttpResponse:
    context = {"form": form, "writable": not request.actor.year.is_closed}
    return render(request, "directory/group_new.html", context, status=422 if form.errors else 200)


@require_safe
@access(permissions.KEEP_GROUPS)
def group_manage(request: Any, group: UUID) -> HttpResponse:
    return _manage_page(request, _found(request, group))


@require_POST
@access(permissions.KEEP_GROUPS)
def group_change(request: Any, group: UUID) -> HttpResponse:
    found = _found(request, group)
    form = _change_form(request, found, request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        version = given.pop("version")
        try:
            services.change_group(actor=request.actor, group=found, base_version=version, **given)
            return _back(found)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return _manage_page(request, found, change=form)


@require_POST
@access(permissions.KEEP_GROUPS)
def group_end(request: Any, group: UUID) -> HttpResponse:
    found = _found(request, group)
    form = EndingForm(request.POST, auto_id="id_end_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.end_group(
                actor=request.actor, group=found, base_version=given["version"], ends_on=given["ends_on"]
            )
            return _back(found)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("ends_on", str(broken.message))
    return _manage_page(request, found, ending=form)


@require_POST
@access(permissions.KEEP_GROUPS)
def group_resume(request: Any, group: UUID) -> HttpResponse:
    found = _found(request, group)
    form = VersionForm(request.POST)
    if form.is_valid():
        services.end_group(
            actor=request.actor, group=found, base_version=form.cleaned_data["version"], ends_on=None
        )
        return _back(found)
    return _manage_page(request, found, status=422)


@require_POST
@access(permissions.KEEP_GROUPS)
def group_delete(request: Any, group: UUID) -> HttpResponse:
    found = _found(request, group)
    services.delete_group(actor=request.actor, group=found)
    return redirect(f"{reverse('directory:group_list')}?all={_list_of(found)}")


@require_safe
@access(permissions.KEEP_MEMBERS)
def members_new(request: Any, group: UUID) -> HttpResponse:
    found = _found(request, group, permissions.KEEP_MEMBERS)
    where = _Where(request, found, request.GET.get("from", ""))
    return _join_page(request, found, where, _join_form(request, found, where))


@require_POST
@access(permissions.KEEP_MEMBERS)
def members_create(request: Any, group: UUID) -> HttpResponse:
    found = _found(request, group, permissions.KEEP_MEMBERS)
    where = _Where(request, found, request.POST.get("where", ""))
    form = _join_form(request, found, where, request.POST)
    if form.is_valid():
        try:
            services.add_members(actor=request.actor, group=found, **form.chosen)
            return _back(found, "members")
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return _join_page(request, found, where, form)


@require_POST
@access(permissions.KEEP_MEMBERS)
def members_end(request: Any, group: UUID) -> HttpResponse:
    found = _found(request, group, permissions.KEEP_MEMBERS)
    page = kept.kept_group(request.actor, found)
    form = LeaveForm(request.POST, people=page.people, auto_id="id_leave_%s")
    if form.is_valid():
        try:
            services.remove_members(actor=request.actor, group=found, **form.cleaned_data)
            return _back(found, "members")
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("starts_on", str(broken.message))
    return _manage_page(request, found, page=page, leaving=form)


class _Where:
    """Where people are looked for: a class, « none », « staff », « members », or the classes the group stands
    on. What is forged is the usual place."""

    def __init__(self, request: Any, group: Group, asked: str) -> None:
        divisions = kept.divisions_offered(request.actor)
        under = set(kept.classes_under(request.actor, group))
        own = [each for each in divisions if each.pk in under]
        others = [each for each in divisions if each.pk != group.pk and group.kind != Group.Kind.PART]
        found: dict[str, tuple[str, Any]] = {}
        if own:
            label = own[0].label if len(own) == 1 else gettext("Ses classes")
            found[""] = (label, [each.pk for each in own])
        if group.kind == Group.Kind.DIVISION:
            found[kept.WITHOUT_CLASS] = (gettext("Sans classe"), kept.WITHOUT_CLASS)
        if group.kind in WITH_STAFF:
            found[kept.STAFF] = (gettext("Personnels"), kept.STAFF)
        # Those of its level first: that is where a new group is filled from.
        for each in sorted(others, key=lambda each: each.level != group.level):
            if own != [each]:
                found[str(each.uuid)] = (each.label, [each.pk])
        if group.kind != Group.Kind.DIVISION:
            found[kept.MEMBERS] = (gettext("Déjà membres"), kept.MEMBERS)
        self.asked = asked if asked in found else next(iter(found), "")
        self.label, self.rows = found.get(self.asked, ("", []))
        self.places = [(label, key, key == self.asked) for key, (label, _rows) in found.items()]


def _join_form(request: Any, group: Group, where: _Where, data: Any = None) -> JoinForm:
    people = kept.may_join(request.actor, group, where.rows, again=data is not None)
    day = request.actor.at(group.school_id).day
    alternates = group.kind != Group.Kind.DIVISION
    return JoinForm(
        data,
        people=people,
        place=where.label,
        alternates=alternates,
        initial={"starts_on": day, "where": where.asked},
    )


def _join_page(request: Any, group: Group, where: _Where, form: JoinForm) -> HttpResponse:
    standing = request.actor.at(group.school_id)
    context = {
        "group": group,
        "where": where,
        "form": form,
        "anybody": bool(form.people),
        "week": kept.letter_of_week(standing.year, standing.day),
        "writable": not standing.year.is_closed and not group.has_ended(standing.day),
    }
    return render(request, "directory/members_new.html", context, status=422 if form.errors else 200)


def _found(request: Any, group: UUID, permission: Any = permissions.KEEP_GROUPS) -> Group:
    visible = Group.objects.visible_to(request.actor).select_related("school", "unit", "part_of")
    found: Group = get_object_or_404(visible, uuid=group)
    permission.require(request.actor, found)
    return found


def _back(group: Group, part: str = "content") -> HttpResponse:
    return redirect(f"{reverse('directory:group_manage', args=[group.uuid])}#{part}")


def _list_of(group: Group) -> str:
    return "1" if group.kind == Group.Kind.DIVISION else "groups"


def _units() -> list[kept.Choice]:
    return [kept.Choice(unit.uai, unit.name, unit) for unit in kept.units_here()]


def _divisions(request: Any) -> list[kept.Choice]:
    return [kept.Choice(str(each.uuid), each.label, each) for each in kept.divisions_offered(request.actor)]


def _change_form(request: Any, group: Group, data: Any = None) -> ChangeGroupForm:
    initial = {
        "code": group.code,
        "label": group.label,
        "level": group.level,
        "unit": group.unit.uai if group.unit else "",
        "part_of": str(group.part_of.uuid) if group.part_of else "",
        "version": group.version,
    }
    divisions = _divisions(request) if group.kind == Group.Kind.PART else None
    return ChangeGroupForm(data, units=_units(), divisions=divisions, initial=initial, auto_id="id_change_%s")


def _manage_page(
    request: Any,
    group: Group,
    *,
    page: kept.KeptGroup | None = None,
    change: ChangeGroupForm | None = None,
    ending: EndingForm | None = None,
    leaving: LeaveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """With the form that was sent and comes back with its errors."""
    actor, standing = request.actor, request.actor.at(group.school_id)
    refused = any(form is not None and form.errors for form in (change, ending, leaving))
    page = page or kept.kept_group(actor, group)
    last = {"ends_on": group.ends_on or standing.day, "version": group.version}
    context = {
        "page": page,
        "standing": standing,
        "writable": not standing.year.is_closed,
        "ended": group.has_ended(standing.day),
        "keeps_members": permissions.KEEP_MEMBERS.allows(actor, group),
        "keeps_courses": permissions.KEEP_COURSES.allows(actor, group),
        "change": change or _change_form(request, group),
        "ending": ending or EndingForm(initial=last, auto_id="id_end_%s"),
        "resuming": VersionForm(initial=last, auto_id="id_resume_%s"),
        "leaving": leaving
        or LeaveForm(people=page.people, initial={"starts_on": standing.day}, auto_id="id_leave_%s"),
    }
    return render(request, "directory/group_manage.html", context, status=422 if refused else status)
