"""Somebody's file, for those who keep it: corrections, where it comes from, departures."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.audit.recording import record_reads
from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web import versions
from preau.kernel.web.guards import access
from preau.modules.directory import permissions, services
from preau.modules.directory.forms.by_hand import GROUPS, CorrectForm, DepartForm, ProfileForm
from preau.modules.directory.imports import values
from preau.modules.directory.models import Enrolment, PersonRecord, Tie
from preau.modules.directory.selectors import keeping, provenance
from preau.modules.directory.services.person_values import ValuesRefused

_TELLS_WHERE = ("address", "mobile_phone", "home_phone", "work_phone")


@dataclass
class Sent:
    """Forms of the page that were sent and come back, with what was typed."""

    correcting: CorrectForm | None = None
    leaving: DepartForm | None = None  # a pupil
    departing: DepartForm | None = None  # who works here
    giving: ProfileForm | None = None
    status: int = 422


def told(form: Form, broken: RuleBroken) -> None:
    """A rule that was broken, said where it was."""
    faults = broken.faults if isinstance(broken, ValuesRefused) else {None: str(broken.message)}
    for name, message in faults.items():
        form.add_error(name if name in form.fields else None, message)


def kept_person(request: Any, record: UUID) -> PersonRecord:
    found: PersonRecord = get_object_or_404(keeping.kept(request.actor).select_related("school"), uuid=record)
    permissions.KEEP_PEOPLE.require(request.actor, found)
    return found


@require_safe
@access(permissions.KEEP_PEOPLE)
def person_edit(request: Any, record: UUID) -> HttpResponse:
    return _page(request, kept_person(request, record), Sent(status=200))


@require_POST
@access(permissions.KEEP_PEOPLE)
def person_correct(request: Any, record: UUID) -> HttpResponse:
    found = kept_person(request, record)
    form = _correcting(request, found, request.POST)
    if form.is_valid():
        try:
            versions.expect(request, found)
            corrected = services.correct_person(
                actor=request.actor,
                record=found,
                base_version=form.cleaned_data["version"],
                values=form.values,
            )
            # To where they now stand corrected; who has left has no such page.
            seen = "person_detail" if _kept(request, found).has_page else "person_edit"
            url = reverse(f"directory:{seen}", args=[found.uuid])
            return versions.versioned(redirect(f"{url}?saved=1"), corrected)
        except Conflict:
            raise
        except RuleBroken as broken:
            told(form, broken)
    return _page(request, found, Sent(correcting=form))


@require_POST
@access(permissions.KEEP_PEOPLE)
def correction_take_back(request: Any, record: UUID) -> HttpResponse:
    """« Reprendre »: a button of the form of corrections. What else was typed in it stays typed."""
    found = kept_person(request, record)
    field = request.POST.get("field", "")
    if field not in _kept(request, found).fields:
        raise RuleBroken(gettext("Ce champ ne vient d’aucun fichier."))
    before = found.version
    taken = services.take_correction_back(actor=request.actor, record=found, field=field)
    data = request.POST.copy()
    data[field] = provenance.as_said(taken, field)
    if data.get("version") == str(before):
        data["version"] = str(taken.version)
    form = _correcting(request, taken, data)
    if "version" not in data or not set(form.changed_data) - {field, "version"}:
        return _to(found, f"field-{field}")
    return _page(request, taken, Sent(correcting=form, status=200))


@require_POST
@access(permissions.KEEP_PEOPLE)
def enrolment_end(request: Any, enrolment: UUID) -> HttpResponse:
    rows = Enrolment.objects.filter(record__in=keeping.kept(request.actor))
    found = get_object_or_404(rows.select_related("record__school"), uuid=enrolment)
    permissions.KEEP_PEOPLE.require(request.actor, found.record)

    form = DepartForm(request.POST, last_day=found.ends_on)
    if form.is_valid():
        try:
            services.end_enrolment(actor=request.actor, enrolment=found, **form.cleaned_data)
            return _to(found.record, "departure")
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("ends_on", str(broken.message))
    return _page(request, found.record, Sent(leaving=form))


@require_POST
@access(permissions.KEEP_PEOPLE)
def member_depart(request: Any, record: UUID) -> HttpResponse:
    found = kept_person(request, record)
    form = DepartForm(request.POST, last_day=None)
    if form.is_valid():
        try:
            services.end_memberships(actor=request.actor, record=found, **form.cleaned_data)
            return _to(found, "departure")
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("ends_on", str(broken.message))
    return _page(request, found, Sent(departing=form))


@require_POST
@access(permissions.KEEP_PEOPLE)
def membership_create(request: Any, record: UUID) -> HttpResponse:
    found = kept_person(request, record)
    form = _giving(request, found, request.POST)
    if form.is_valid():
        try:
            services.add_member(actor=request.actor, record=found, **form.cleaned_data)
            return _to(found, "departure")
        except Conflict:
            raise
        except RuleBroken as broken:
            told(form, broken)
    return _page(request, found, Sent(giving=form))


def _to(record: PersonRecord, place: str) -> HttpResponse:
    return redirect(f"{reverse('directory:person_edit', args=[record.uuid])}#{place}")


def _kept(request: Any, record: PersonRecord) -> keeping.Kept:
    is_pupil = bool(record.ine) or Enrolment.objects.filter(record=record).exists()
    return keeping.kept_of(request.actor, record, is_pupil=is_pupil)


def _correcting(request: Any, record: PersonRecord, data: Any = None) -> CorrectForm:
    return CorrectForm(data, record=record, fields=_kept(request, record).fields)


def _giving(request: Any, record: PersonRecord, data: Any = None) -> ProfileForm:
    standing = request.actor.standings[record.school_id]
    profiles = keeping.profiles_to_give(request.actor, record.school_id)
    return ProfileForm(data, profiles=profiles, standing=standing)


def _page(request: Any, record: PersonRecord, sent: Sent) -> HttpResponse:
    standing = request.actor.standings[record.school_id]
    file = keeping.file_of(record, standing)
    kept = keeping.kept_of(request.actor, record, is_pupil=bool(record.ine or file.enrolments))
    form = sent.correcting or CorrectForm(record=record, fields=kept.fields)
    sources = provenance.sources_of(record)
    said = {
        name: one.words(name)
        for name, one in provenance.said_of(sources).items()
        if name in form.fields and one.value != provenance.as_said(record, name)
    }
    groups = [
        (title, [(form[name], said.get(name, "")) for name in names if name in form.fields])
        for title, names in GROUPS
    ]
    told_where = [name for name in _TELLS_WHERE if name in form.fields and getattr(record, name)]
    if told_where and record.pk not in standing.tied(Tie.IS):
        record_reads(request.actor, "directory.contact_details", [record])
    corrections = provenance.corrections_of(record, [name for name in form.fields if name != "version"])
    enrolment = file.enrolments[-1] if file.enrolments else None
    context = {
        "record": record,
        "form": form,
        "groups": [(title, fields) for title, fields in groups if fields],
        "doubtful_ine": "ine" in form.fields and record.ine and not values.ine(record.ine)[1],
        "sources": provenance.origins_told(sources, standing.school.timezone),
        "corrections": corrections,
        "file": file,
        "standing": standing,
        "enrolment": enrolment,
        "leaving": enrolment and (sent.leaving or DepartForm(last_day=enrolment.ends_on)),
        "departing": sent.departing or (file.memberships and DepartForm(last_day=file.last_day)),
        "giving": sent.giving or (not file.enrolments and _giving(request, record)),
        "opens": kept.has_page,
    }
    return render(request, "directory/person_edit.html", context, status=sent.status)
