"""What is found of people and of groups, and by which words."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.calendar import on
from preau.kernel.clock import today_in
from preau.kernel.models import SchoolYear
from preau.kernel.search.documents import Result, SearchDocument, Words
from preau.kernel.search.words import code_words, name_words, plain_words
from preau.modules.directory.models import (
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Guardianship,
    Membership,
    PersonRecord,
    Subject,
    Tie,
)
from preau.modules.directory.models.groups import CourseGroup
from preau.modules.directory.models.rules import works_in
from preau.modules.directory.permissions import READ_DIRECTORY
from preau.modules.directory.selectors.namesakes import told_apart
from preau.modules.directory.selectors.people import records, what_they_are

PEOPLE, GROUPS = "people", "groups"

# The circle of those who work in the school. Others are in the circles of their groups: what a teacher
# teaches to a class is told on the page of that class, to those who may open it.
STAFF = "staff"

# How people are looked for, beside what their school calls them.
_CALLED = {
    "head": "direction principal principale proviseur proviseure",
    "deputy": "direction adjointe proviseur",
    "cpe": "vie scolaire conseiller conseillère éducation",
    "aed": "vie scolaire surveillant surveillante assistant éducation",
    "teacher": "prof profs professeur professeurs professeure enseignants enseignante",
    "librarian": "prof professeure cdi doc",
    "counsellor": "psy orientation",
    "nurse": "infirmerie infirmière",
    "social_worker": "assistante sociale",
    "office": "secrétaire secrétariat",
    "technical": "agents technicien",
}
_SHORT = {
    ("mathematiques",): "maths",
    ("sciences", "vie", "terre"): "svt",
    ("education", "physique"): "eps",
    ("eps",): "sport",
    ("histoire", "geographie"): "hg",
}
_PUPIL = ("eleve", "eleves")
_GUARDIAN = ("parent", "parents", "responsable", "responsables")
_HEAD_TEACHER = ("pp", "professeur", "principal", "principale")


def circle_of(group_id: int) -> str:
    return f"g{group_id}"


def _circles(standing: Standing) -> Iterable[str]:
    if works_in(standing):
        return (STAFF,)
    return map(circle_of, sorted(standing.tied(Tie.BELONGS) | standing.tied(Tie.CHILDREN_BELONG)))


def _day_in(year: SchoolYear) -> date:
    return min(max(today_in(year.school), year.starts_on), year.ends_on)


def _people(year: SchoolYear | None) -> "QuerySet[PersonRecord]":
    """Whoever is somebody in the school during the year, with what they are today."""
    assert year is not None
    day = _day_in(year)
    during = Q(starts_on__lte=year.ends_on) & (Q(ends_on=None) | Q(ends_on__gte=year.starts_on))
    pupils = Enrolment.objects.values("record")
    taught = CourseTeacher.objects.on(day).select_related("course__subject")
    followed = CourseGroup.objects.filter(on(day)).select_related("group")
    return PersonRecord.objects.filter(
        Q(pk__in=pupils)
        | Q(pk__in=Guardianship.objects.filter(during, pupil__in=pupils).values("guardian"))
        | Q(pk__in=Membership.objects.filter(during).values("record"))
    ).prefetch_related(
        Prefetch(
            "memberships", Membership.objects.filter(during).select_related("profile"), to_attr="held_then"
        ),
        Prefetch(
            "groups", GroupMember.objects.on(day).pupils().select_related("group"), to_attr="groups_then"
        ),
        Prefetch("wards", Guardianship.objects.on(day).filter(pupil__in=pupils), to_attr="wards_then"),
        Prefetch(
            "courses",
            taught.prefetch_related(Prefetch("course__groups", followed, to_attr="groups_then")),
            to_attr="courses_then",
        ),
        Prefetch(
            "functions",
            Function.objects.on(day).exclude(group=None).select_related("group"),
            to_attr="leads_then",
        ),
    )


def _words_of_person(record: Any) -> Words:
    """Never what a rule may close: contacts, birth, who answers for whom."""
    others: list[str] = []
    staff = [*name_words(record.birth_name), *name_words(record.other_first_names)]
    circles: dict[str, list[str]] = {}
    for membership in record.held_then:
        others += plain_words(f"{membership.title} {membership.profile.label}")
        others += plain_words(_CALLED.get(membership.profile.code, ""))
    for member in record.groups_then:
        codes = _codes(member.group)
        staff += [*_PUPIL, *codes]
        circles.setdefault(circle_of(member.group_id), []).extend(codes)
    if record.wards_then:
        staff += _GUARDIAN
    for teaching in record.courses_then:
        subject = _subject_words(teaching.course.subject)
        for link in teaching.course.groups_then:
            told = [*subject, *_codes(link.group)]
            staff += told
            circles.setdefault(circle_of(link.group_id), []).extend(told)
    for function in record.leads_then:
        told = [*_HEAD_TEACHER, *_codes(function.group)]
        staff += told
        circles.setdefault(circle_of(function.group_id), []).extend(told)
    return Words(
        title=(*name_words(record.last_name), *name_words(record.first_name)),
        sort=record.sort_name,
        others=tuple(others),
        known_in={STAFF: tuple(staff), **{circle: tuple(told) for circle, told in circles.items()}},
    )


def _subject_words(subject: Subject) -> list[str]:
    words = plain_words(f"{subject.label} {subject.short_code}")
    return words + [short for whole, short in _SHORT.items() if set(whole) <= set(words)]


def _codes(group: Group) -> list[str]:
    return [*code_words(group.label), *code_words(group.code)]


def _person(record: Any, actor: Actor) -> Result:
    return Result(
        title=record.listed_name,
        detail=", ".join(what_they_are(record)),
        url=reverse("directory:person_detail", args=[record.uuid]),
        name=record.name,
        place=_place(record, actor),
    )


def _place(row: Any, actor: Actor) -> str:
    return "" if actor.only is not None else str(row.school.name)


def _groups(year: SchoolYear | None) -> "QuerySet[Group]":
    """Those that have not ended by today."""
    assert year is not None
    found: QuerySet[Group] = Group.objects.filter(Q(ends_on=None) | Q(ends_on__gte=_day_in(year)))
    return found


def _words_of_group(group: Group) -> Words:
    kind = plain_words(str(group.get_kind_display()))
    return Words(title=tuple(_codes(group)), sort=group.code_key, others=(*plain_words(group.level), *kind))


def _group(group: Group, actor: Actor) -> Result:
    kind = str(group.get_kind_display()).capitalize()
    detail = _("%(kind)s · %(level)s") % {"kind": kind, "level": group.level} if group.level else kind
    return Result(
        title=group.label,
        detail=detail,
        url=reverse("directory:group_detail", args=[group.uuid]),
        icon="graduation-cap" if group.kind == Group.Kind.DIVISION else "users",
        place=_place(group, actor),
    )


def _offered(actor: Actor) -> bool:
    return READ_DIRECTORY.allows(actor, None)


DOCUMENTS: tuple[SearchDocument[Any], ...] = (
    SearchDocument(
        kind=PEOPLE,
        label=gettext_lazy("Personnes"),
        icon="users",
        model="directory.PersonRecord",
        rows=_people,
        words=_words_of_person,
        visible=PersonRecord.objects.visible_to,
        drawn=records,
        result=_person,
        offered_to=_offered,
        circles=_circles,
        apart=lambda actor, rows: told_apart(actor, [(row, ", ".join(what_they_are(row))) for row in rows]),
    ),
    SearchDocument(
        kind=GROUPS,
        label=gettext_lazy("Classes et groupes"),
        icon="graduation-cap",
        model="directory.Group",
        rows=_groups,
        words=_words_of_group,
        visible=lambda actor: Group.objects.visible_to(actor).lasting(actor),
        drawn=lambda actor: Group.objects.select_related("school"),
        result=_group,
        offered_to=_offered,
    ),
)
