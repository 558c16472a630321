"""What the pages about people read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Prefetch, Q
from django.utils.translation import gettext as _

from preau.kernel import cursors
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
from preau.modules.directory.models.rules import (
    Facts,
    Subject,
    any_of,
    condition_for,
    facts_conditions,
    groups_known_to,
    works_in,
)

FIELD_RIGHTS = (Right.ADDRESS, Right.PHONE, Right.EMAIL, Right.BIRTH_DATE, Right.GUARDIANS, Right.PHOTO)

_SUBJECTS = frozenset(Subject.values)
# Those whose face a school shows. A guardian's serves no purpose of the school.
PICTURED = frozenset({Subject.PUPIL, Subject.STAFF, Subject.CONTACT_STAFF})
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
    enrolled: bool = False  # a pupil here that day
    pictured: bool = False  # of those whose face the school shows
    photo_shown: bool = False  # to this reader, where there is one and they agreed


def people_listed(actor: Actor) -> Any:
    """The directory list: known people, with what they are today."""
    return records(actor).visible_to(actor)


def records(actor: Actor) -> Any:
    """Every record of the open schools, with what they are today. Who may be known of is not asked here."""
    return PersonRecord.objects.select_related("school").prefetch_related(*_what_they_are(actor))


def opened(actor: Actor) -> Any:
    """Every record of the open schools, for `person_page`: which says whether the reader may know of it, and
    loads the groups itself."""
    held, _divisions, wards = _what_they_are(actor)
    return PersonRecord.objects.prefetch_related(held, wards)


def pupils_among(actor: Actor, record_ids: Iterable[int]) -> list[tuple[PersonRecord, list[str]]]:
    """The pupils of these people who are known, oldest first, and their classes in the words of
    `what_they_are`. Two queries and one a school."""
    known = [
        pk
        for standing in actor.standings.values()
        for pk, about in facts_about(standing, record_ids, subjects=(Subject.PUPIL,)).items()
        if about.give(Right.KNOW, standing.policy)
    ]
    classes: dict[int, list[str]] = {pk: [] for pk in known}
    members = _divisions_today(actor).filter(record__in=known).order_by("group__code_key")
    for pk, label in members.values_list("record_id", "group__label"):
        classes[pk].append(_pupil_in(label))
    records = list(PersonRecord.objects.filter(pk__in=known).order_by("birth_date", "id"))
    for record in records:
        record.school = actor.standings[record.school_id].school
    return [(record, classes[record.pk]) for record in records]


def _divisions_today(actor: Actor) -> Any:
    today = any_of(Q(school=standing.school.pk) & on(standing.day) for standing in actor.standings.values())
    return GroupMember.objects.filter(today, groups_known_to(actor, "group"), group__kind=Group.Kind.DIVISION)


def _pupil_in(division: str) -> str:
    return _("Élève · %(division)s") % {"division": division}


def _what_they_are(actor: Actor) -> tuple[Any, ...]:
    """Loads, for each school that is read, the rows `what_they_are` puts in words."""
    standings = actor.standings.values()
    today = any_of(Q(school=standing.school.pk) & on(standing.day) for standing in standings)
    divisions = _divisions_today(actor).select_related("group")
    wards = any_of(
        Q(school=standing.school.pk) & on(standing.day) & _wards_known(standing) for standing in standings
    )
    return (
        Prefetch("memberships", Membership.objects.filter(today).select_related("profile"), to_attr="held"),
        Prefetch("groups", divisions.order_by("group__code_key"), to_attr="divisions"),
        Prefetch("wards", Guardianship.objects.filter(wards), to_attr="wards_today"),
    )


def _wards_known(standing: Standing) -> Q:
    """Of whom it may be told that somebody is their guardian: for staff every pupil here today, for
    families their own children and themselves."""
    enrolled = Q(pupil__in=Enrolment.objects.on(standing.day).values("record"))
    if works_in(standing):
        return enrolled
    own = standing.tied(Tie.IS) | standing.tied(Tie.GUARDS) | standing.tied(Tie.CARES)
    return enrolled & Q(pupil__in=sorted(own))


def what_they_are(record: Any) -> list[str]:
    """In the school's words: « Enseignant », « Élève · 4e B », « Responsable »."""
    words = [membership.title or membership.profile.label for membership in record.held]
    words += [_pupil_in(member.group.label) for member in record.divisions]
    if record.wards_today:
        words.append(_("Responsable"))
    return words


def facts_about(
    standing: Standing,
    record_ids: Iterable[int],
    rights: Iterable[str] = (Right.KNOW,),
    subjects: Iterable[str] = tuple(Subject),
    held: Iterable[str] = (),
) -> dict[int, Facts]:
    """What each of these people is, and what the one who looks is to them, as far as `rights` depend
    on it. One query; a lighter one where the caller knows that they can only be `subjects`, or that the
    relations `held` hold towards each."""
    everybody, conditions = facts_conditions(standing, rights, subjects, held)
    flags = {
        f"is_{name}": ExpressionWrapper(condition, BooleanField()) for name, condition in conditions.items()
    }
    rows = (
        PersonRecord.objects.filter(school=standing.school.pk, pk__in=list(record_ids))
        .order_by()
        .annotate(**flags)
        .values_list("pk", *flags)
    )
    found = {}
    for pk, *answers in rows:
        true = {name for name, answer in zip(conditions, answers, strict=True) if answer}
        found[pk] = Facts(frozenset(true & _SUBJECTS), everybody | (true - _SUBJECTS))
    return found


def fields_shown(actor: Actor, record: PersonRecord) -> frozenset[str]:
    """The fields of `record` this person may see. One query, on the very conditions lists use."""
    standing = actor.at(record.school_id)
    if standing is None:
        return frozenset()
    return _fields(facts_about(standing, [record.pk], FIELD_RIGHTS)[record.pk], standing)


def _fields(facts: Facts, standing: Standing) -> frozenset[str]:
    return frozenset(right for right in FIELD_RIGHTS if facts.give(right, standing.policy))


def person_page(actor: Actor, record: Any) -> PersonPage | None:
    """At most four queries, whatever the number of guardians. `record` comes from `opened`; None: not
    to be known of."""
    standing = actor.standings[record.school_id]
    record.school = standing.school
    family = list(
        Guardianship.objects.on(standing.day)
        .filter(Q(pupil=record) | Q(guardian=record))
        .select_related("guardian", "pupil")
        .order_by("level", "kinship", "pupil__sort_name", "id")
    )
    around = {row.guardian_id for row in family} | {row.pupil_id for row in family}
    facts = facts_about(standing, {record.pk} | around, (Right.KNOW, *FIELD_RIGHTS))
    if not facts[record.pk].give(Right.KNOW, standing.policy):
        return None
    shown = _fields(facts[record.pk], standing)
    memberships = _group_memberships(actor, record, standing)
    record.divisions = [member for member in memberships if member.group.kind == Group.Kind.DIVISION]
    groups = list({member.group_id: member.group for member in memberships}.values())
    division = record.divisions[0].group if record.divisions else None
    return PersonPage(
        record=record,
        what=[*what_they_are(record), *_functions(actor, record, standing)],
        division=division,
        groups=[group for group in groups if group != division],
        fields=_field_values(record, shown, is_pupil=Subject.PUPIL in facts[record.pk].subjects),
        guardians=_guardians(record, family, facts, standing) if Right.GUARDIANS in shown else [],
        wards=_wards(record, family, facts, standing),
        enrolled=Subject.PUPIL in facts[record.pk].subjects,
        pictured=not facts[record.pk].subjects.isdisjoint(PICTURED),
        photo_shown=Right.PHOTO in shown,
    )


def closely_read(actor: Actor, page: PersonPage) -> list[PersonRecord]:
    """Of whom the page tells staff an address or a telephone: remembered, since these lead to a door.
    Not their own, nor that of a child in their charge."""
    standing = actor.standings[page.record.school_id]
    if not works_in(standing):
        return []
    found = [page.record] if {"address", "phones"} & page.fields.keys() else []
    found += [line.record for line in page.guardians if line.phones]
    own = standing.tied(Tie.IS) | standing.tied(Tie.GUARDS) | standing.tied(Tie.CARES)
    return [record for record in found if record.pk not in own]


def _group_memberships(actor: Actor, record: PersonRecord, standing: Standing) -> list[GroupMember]:
    members = GroupMember.objects.on(standing.day).filter(groups_known_to(actor, "group"), record=record)
    return list(members.select_related("group").order_by("group__kind", "group__code_key"))


def _field_values(record: PersonRecord, shown: frozenset[str], *, is_pupil: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if Right.BIRTH_DATE in shown and record.birth_date:
        values["birth_date"] = record.birth_date
    if Right.PHONE in shown:
        # A pupil's landline is their household's: it goes with the address.
        home = "" if is_pupil and Right.ADDRESS not in shown else record.home_phone
        values["phones"] = [phone for phone in (record.mobile_phone, home, record.work_phone) if phone]
    if Right.EMAIL in shown and record.email:
        values["email"] = record.email
    if Right.ADDRESS in shown and (record.address or record.city):
        place = " ".join(part for part in (record.postal_code, record.city) if part)
        values["address"] = [line for line in (*record.address.splitlines(), place) if line]
    return values


def _functions(actor: Actor, record: PersonRecord, standing: Standing) -> list[str]:
    named = Q(group=None) | groups_known_to(actor, "group")
    held = Function.objects.on(standing.day).filter(named, record=record)
    words = []
    for function in held.select_related("group"):
        if function.group is None:
            words.append(str(function.get_kind_display()).capitalize())
        else:
            words.append(_("Professeur principal · %(group)s") % {"group": function.group.label})
    return words


def _guardians(
    record: Any, family: list[Guardianship], facts: dict[int, Facts], standing: Standing
) -> list[GuardianLine]:
    """For those who keep the file every contact, restricted ones marked; for others those who share
    the charge."""
    keeps_file = not standing.duties.isdisjoint(FILE_DUTIES) or any(
        member.group_id in standing.tied(Tie.LEADS) for member in record.divisions
    )
    rows = [row for row in family if row.pupil_id == record.pk]
    shut_out = {row.guardian_id for row in rows if row.restriction}
    lines = []
    for row in rows:
        withdrawn = row.withdrawn_on is not None and row.withdrawn_on <= standing.day
        opens = row.level in (1, 2) and row.guardian_id not in shut_out and not withdrawn
        if not (keeps_file or opens):
            continue
        shown = _fields(facts[row.guardian_id], standing)
        phones = (row.guardian.mobile_phone, row.guardian.home_phone) if Right.PHONE in shown else ()
        lines.append(
            GuardianLine(
                record=row.guardian,
                kinship=str(row.get_kinship_display()),
                level=str(row.get_level_display()),
                known=facts[row.guardian_id].give(Right.KNOW, standing.policy),
                restricted=bool(row.restriction),
                phones=tuple(filter(None, phones)),
                email=row.guardian.email if Right.EMAIL in shown else "",
            )
        )
    return lines


def _wards(
    record: PersonRecord, family: list[Guardianship], facts: dict[int, Facts], standing: Standing
) -> list[tuple[PersonRecord, str]]:
    """The children a guardian answers for: pupils here today whom the reader knows, and whose
    guardians they may see."""
    return [
        (row.pupil, str(row.get_kinship_display()))
        for row in family
        if row.guardian_id == record.pk
        and facts[row.pupil_id].give(Right.KNOW, standing.policy)
        and facts[row.pupil_id].give(Right.GUARDIANS, standing.policy)
    ]


PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One page of the directory. `after` opens the next one; empty on the last."""

    people: list[tuple[PersonRecord, str]]
    after: str


def listed(actor: Actor, form: Any) -> Listed:
    """The people known, filtered. Its `after` is the cursor of the page before: sealed, it holds a name.

    Five queries for any page. A filter that cannot be read, or a forged cursor, finds nothing.
    """
    if not form.is_valid():
        return Listed([], "")
    found = people_listed(actor).named(form.cleaned_data["q"])
    if kind := form.cleaned_data["kind"]:
        found = found.filter(_of_kind(actor, kind))
    if division := form.cleaned_data["division"]:
        day = actor.standings[division.school_id].day
        found = found.filter(
            pk__in=GroupMember.objects.on(day).pupils().filter(group=division).values("record")
        )
    if after := form.cleaned_data["after"]:
        behind = cursors.opened(after, 2)
        if behind is None:
            return Listed([], "")
        name, key = behind
        found = found.filter(Q(sort_name__gt=name) | Q(sort_name=name, uuid__gt=UUID(key)))
    records = list(found.order_by("sort_name", "uuid")[: PAGE + 1])
    more = len(records) > PAGE
    records = records[:PAGE]
    return Listed(
        [(record, ", ".join(what_they_are(record))) for record in records],
        cursors.sealed(records[-1].sort_name, str(records[-1].uuid)) if more else "",
    )


def _of_kind(actor: Actor, kind: str) -> Q:
    """Those known through being of that kind: a pupil's teacher is not found among the parents."""
    subjects = (Subject.STAFF, Subject.CONTACT_STAFF) if kind == Subject.STAFF else (kind,)
    return any_of(
        Q(school=standing.school.pk) & condition_for(Right.KNOW, standing, subjects)
        for standing in actor.standings.values()
    )
