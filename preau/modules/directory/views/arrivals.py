"""Who arrives: a pupil, somebody who answers for one, somebody who works here."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web.guards import access
from preau.modules.directory import permissions, services
from preau.modules.directory.forms.by_hand import Arriving, GuardianForm, MemberForm, PupilForm
from preau.modules.directory.models import Group
from preau.modules.directory.selectors import keeping
from preau.modules.directory.views.people_by_hand import kept_person, told


@require_safe
@access(permissions.ADD_PEOPLE)
def person_new(request: Any) -> HttpResponse:
    context = {"left": keeping.left_this_year(request.actor.only)}
    return render(request, "directory/person_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.ADD_PEOPLE)
def pupil_new(request: Any) -> HttpResponse:
    standing = request.actor.only
    divisions = Group.objects.visible_to(request.actor).divisions()
    form = PupilForm(request.POST or None, divisions=divisions, standing=standing)
    if form.is_valid() and form.settles(_doubles(request, form)):
        given = form.cleaned_data
        try:
            made = services.enrol_pupil(
                actor=request.actor,
                uuid=given["uuid"],
                group=given["group"],
                starts_on=given["starts_on"],
                record=form.same,
                values=form.person,
            )
            return _to_file(made.record, "pupil")
        except Conflict:
            raise
        except RuleBroken as broken:
            told(form, broken)
    return _answer(request, "directory/pupil_new.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.ADD_PEOPLE)
def member_new(request: Any) -> HttpResponse:
    standing = request.actor.only
    profiles = keeping.profiles_to_give(request.actor, standing.school.pk)
    form = MemberForm(request.POST or None, profiles=profiles, standing=standing)
    if form.is_valid() and form.settles(_doubles(request, form)):
        given = form.cleaned_data
        try:
            made = services.add_member(
                actor=request.actor,
                uuid=given["uuid"],
                profile=given["profile"],
                title=given["title"],
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
                record=form.same,
                values=form.person,
            )
            return _to_file(made.record, "member")
        except Conflict:
            raise
        except RuleBroken as broken:
            told(form, broken)
    return _answer(request, "directory/member_new.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.KEEP_PEOPLE)
def guardian_new(request: Any, record: UUID) -> HttpResponse:
    pupil = kept_person(request, record)
    form = GuardianForm(request.POST or None, actor=request.actor, pupil=pupil)
    if form.is_valid() and (form.cleaned_data["known"] or form.settles(_doubles(request, form, pupil))):
        given = form.cleaned_data
        try:
            services.add_guardian(
                actor=request.actor,
                uuid=given["uuid"],
                pupil=pupil,
                starts_on=given["starts_on"],
                record=given["known"] or form.same,
                values=form.person,
                **form.link,
            )
            return redirect(f"{reverse('directory:person_edit', args=[pupil.uuid])}#guardians")
        except Conflict:
            raise
        except RuleBroken as broken:
            told(form, broken)
    return _answer(request, "directory/guardian_new.html", form, pupil=pupil)


def _doubles(request: Any, form: Arriving, but: Any = None) -> keeping.Doubles:
    person = form.person
    # Sent again, they would be their own double.
    if keeping.made_already(form.cleaned_data["uuid"]):
        return []
    return keeping.likely_doubles(
        request.actor,
        last_name=person["last_name"],
        first_name=person["first_name"],
        birth_date=person.get("birth_date"),
        ine="".join(person.get("ine", "").split()).upper(),
        email=person.get("email", ""),
        numbers=[value for name, value in person.items() if name.endswith("phone")],
        but=but,
    )


def _to_file(record: Any, saved: str) -> HttpResponse:
    """`saved`: what the file says has been done, and what comes next."""
    return redirect(f"{reverse('directory:person_edit', args=[record.uuid])}?saved={saved}")


def _answer(request: Any, template: str, form: Any, **context: Any) -> HttpResponse:
    refused = form.is_bound and form.errors
    return render(request, template, {"form": form, **context}, status=422 if refused else 200)
