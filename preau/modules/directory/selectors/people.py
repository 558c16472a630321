"""What the pages about people read."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.calendar import on
from preau.modules.directory.models import (
    Duty,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Guardianship,
    Membership,
    PersonRecord,
    Right,
    Tie,
)
from preau.modules.directory.models.people import gives_access
from preau.modules.directory.models.rules import condition_for, subject_condition

FIELD_RIGHTS = (Right.ADDRESS, Right.PHONE, Right.EMAIL, Right.BIRTH_DATE, Right.GUARDIANS, Right.PHOTO)

FILE_DUTIES = (Duty.MANAGE, Duty.SUPERVISE, Duty.ADMINISTER, Duty.CARE)


@dataclass(frozen=True)
class GuardianLine:
    """A guardian as a pupil's page names them. `reachable` are the numbers the reader may see."""

    record: PersonRecord
    kinship: str
    level: str
    known: bool
    restricted: bool
    phones: tuple[str, ...] = ()
    email: str = ""


@dataclass(frozen=True)
class PersonPage:
    """A person as one reader sees them: absent is not to be told from not allowed."""

    record: PersonRecord
    what: list[str]
    division: Group | None
    groups: list[Group]
    fields: dict[str, Any]
    guardians: list[GuardianLine] = field(default_factory=list)
    wards: list[tuple[PersonRecord, str]] = field(default_factory=list)


def people_listed(actor: Actor) -> Any:
    """The directory list: known people, with what they are today."""
    return PersonRecord.objects.visible_to(actor).select_related("school").prefetch_related(*_what_they_are(actor))


def _what_they_are(actor: Actor) -> tuple[Prefetch, ...]:
    """Loads, for each school that is read, the rows `what_they_are` puts in words."""
    days = {standing.school.pk: standing.day for standing in actor.standings.values()}
    today = Q(pk__in=())
    wards = Q(pk__in=())
    for school_id, day in days.items():
        today |= Q(school=school_id) & on(day)
        wards |= Q(school=school_id) & on(day)
    divisions = GroupMember.objects.filter(today, group__kind=Group.Kind.DIVISION).select_related("group")
    return (
        Prefetch("memberships", Membership.objects.filter(today).select_related("profile"), to_attr="held"),
        Prefetch("groups", divisions.order_by("group__code_key"), to_attr="divisions"),
        Prefetch("wards", Guardianship.objects.filter(wards), to_attr="wards_today"),
    )


def what_they_are(record: Any) -> list[str]:
    """In the school's words: « Enseignant », « Élève · 4e B », « Responsable »."""
    words = [membership.title or membership.profile.label for membership in record.held]
    words += [_("Élève · %(division)s") % {"division": member.group.label} for member in record.divisions]
    if record.wards_today:
        words.append(_("Responsable"))
    return words


def fields_shown(actor: Actor, record: PersonRecord) -> frozenset[str]:
    """The fields of `record` this person may see. One query, on the very conditions lists use."""
    standing = actor.at(record.school_id)
    if standing is None:
        return frozenset()
    tried = PersonRecord.objects.filter(pk=record.pk)
    flags = {
        f"shows_{right}": Exists(PersonRecord.objects.filter(condition_for(right, standing), pk=OuterRef("pk")))
        for right in FIELD_RIGHTS
    }
    row = tried.annotate(**flags).values(*flags).first() or {}
    return frozenset(right for right in FIELD_RIGHTS if row.get(f"shows_{right}"))


def person_page(actor: Actor, record: Any) -> PersonPage:
    """At most seven queries, whatever the number of guardians. `record` comes from `people_listed`."""
    standing = actor.standings[record.school_id]
    shown = fields_shown(actor, record)
    members = (
        GroupMember.objects.on(standing.day)
        .filter(record=record, group__in=Group.objects.visible_to(actor))
        .select_related("group")
        .order_by("group__kind", "group__code_key")
    )
    groups = list({member.group_id: member.group for member in members}.values())
    division = next((group for group in groups if group.kind == Group.Kind.DIVISION), None)
    return PersonPage(
        record=record,
        what=[*what_they_are(record), *_functions(record, standing)],
        division=division,
        groups=[group for group in groups if group != division],
        fields=_field_values(record, shown),
        guardians=_guardians_of(actor, record, standing) if Right.GUARDIANS in shown else [],
        wards=_wards_of(actor, record, standing),
    )


def _field_values(record: Any, shown: frozenset[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if Right.BIRTH_DATE in shown and record.birth_date:
        values["birth_date"] = record.birth_date
    if Right.PHONE in shown:
        # A pupil's landline is their household's: it goes with the address.
        home = "" if record.divisions and Right.ADDRESS not in shown else record.home_phone
        values["phones"] = [phone for phone in (record.mobile_phone, home, record.work_phone) if phone]
    if Right.EMAIL in shown and record.email:
        values["email"] = record.email
    if Right.ADDRESS in shown and (record.address or record.city):
        place = " ".join(part for part in (record.postal_code, record.city) if part)
        values["address"] = [line for line in (*record.address.splitlines(), place) if line]
    return values


def _functions(record: PersonRecord, standing: Standing) -> list[str]:
    words = []
    for function in Function.objects.on(standing.day).filter(record=record).select_related("group"):
        if function.group is None:
            words.append(str(function.get_kind_display()).capitalize())
        else:
            words.append(_("Professeur principal · %(group)s") % {"group": function.group.label})
    return words


def _guardians_of(actor: Actor, record: Any, standing: Standing) -> list[GuardianLine]:
    """For those who keep the file every contact, restricted ones marked; for others those who share
    the charge."""
    keeps_file = not standing.duties.isdisjoint(FILE_DUTIES) or any(
        member.group_id in standing.tied(Tie.LEADS) for member in record.divisions
    )
    rows = Guardianship.objects.on(standing.day).filter(pupil=record).select_related("guardian")
    if not keeps_file:
        rows = rows.filter(gives_access(standing.day))
    phones = Exists(
        PersonRecord.objects.filter(condition_for(Right.PHONE, standing), pk=OuterRef("guardian_id"))
    )
    known = Exists(PersonRecord.objects.visible_to(actor).filter(pk=OuterRef("guardian_id")))
    email = Exists(PersonRecord.objects.filter(condition_for(Right.EMAIL, standing), pk=OuterRef("guardian_id")))
    return [
        GuardianLine(
            record=row.guardian,
            kinship=str(row.get_kinship_display()),
            level=str(row.get_level_display()),
            known=row.known,
            restricted=bool(row.restriction),
            phones=tuple(filter(None, (row.guardian.mobile_phone, row.guardian.home_phone))) if row.phones else (),
            email=row.guardian.email if row.email else "",
        )
        for row in rows.annotate(phones=phones, known=known, email=email)
    ]


def _wards_of(actor: Actor, record: PersonRecord, standing: Standing) -> list[tuple[PersonRecord, str]]:
    """The children a guardian answers for: those the reader may know, and whose guardians they may see."""
    rows = (
        Guardianship.objects.on(standing.day)
        .filter(guardian=record, pupil__in=PersonRecord.objects.visible_to(actor))
        .filter(pupil__in=PersonRecord.objects.filter(condition_for(Right.GUARDIANS, standing)))
        .filter(pupil__in=Enrolment.objects.on(standing.day).values("record"))
        .select_related("pupil")
        .order_by("pupil__sort_name")
    )
    return [(row.pupil, str(row.get_kinship_display())) for row in rows]




PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One page of the directory. `after` opens the next one; empty on the last."""

    people: list[tuple[PersonRecord, str]]
    after: str


def listed(actor: Actor, form: Any, after: str) -> Listed:
    """The people known, filtered. `after` is the cursor of the page before: `sort_name.uuid`.

    Five queries for any page. A filter that cannot be read, or a forged cursor, finds nothing.
    """
    if not form.is_valid():
        return Listed([], "")
    found = people_listed(actor).named(form.cleaned_data["q"])
    if kind := form.cleaned_data["kind"]:
        found = found.filter(_of_kind(actor, kind))
    if division := form.cleaned_data["division"]:
        day = actor.standings[division.school_id].day
        found = found.filter(pk__in=GroupMember.objects.on(day).pupils().filter(group=division).values("record"))
    if after:
        name, _, key = after.partition(".")
        try:
            found = found.filter(Q(sort_name__gt=name) | Q(sort_name=name, uuid__gt=UUID(key)))
        except ValueError:
            return Listed([], "")
    records = list(found.order_by("sort_name", "uuid")[: PAGE + 1])
    more = len(records) > PAGE
    records = records[:PAGE]
    return Listed(
        [(record, ", ".join(what_they_are(record))) for record in records],
        f"{records[-1].sort_name}.{records[-1].uuid}" if more else "",
    )


def _of_kind(actor: Actor, kind: str) -> Q:
    found = Q(pk__in=())
    for standing in actor.standings.values():
        found |= Q(school=standing.school.pk) & subject_condition(kind, standing)
    return found
