"""Who may know of whom, and see which field: rows of the school, compiled to SQL over groups.

One relation is one condition on `PersonRecord`. Lists, details, search and the fields of a page
all read the same conditions, so they cannot disagree.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.calendar import on
from preau.kernel.tenancy.fields import SchoolForeignKey
from preau.kernel.tenancy.owned import SchoolManager, SchoolOwned
from preau.modules.directory.models.groups import CourseTeacher, GroupMember
from preau.modules.directory.models.people import Enrolment, Guardianship
from preau.modules.directory.models.staff import Duty, Function, Membership, Profile


class Tie(models.TextChoices):
    """What a `Standing` carries: ids of rows, found once when the actor is built."""

    IS = "is", _("ses fiches")
    ENROLLED = "enrolled", _("ses inscriptions")
    BELONGS = "belongs", _("ses groupes")
    GUARDS = "guards", _("fiches des enfants dont il est représentant légal")
    CARES = "cares", _("fiches des enfants dont il a la charge")
    HOUSES = "houses", _("fiches des enfants qu’il héberge")
    CHILDREN_BELONG = "children_belong", _("groupes de ses enfants")
    TEACHES = "teaches", _("groupes à qui il enseigne")
    LEADS = "leads", _("classes dont il est professeur principal")


class Subject(models.TextChoices):
    """Of whom."""

    PUPIL = "pupil", _("un élève")
    GUARDIAN = "guardian", _("un responsable")
    STAFF = "staff", _("un personnel")
    CONTACT_STAFF = "contact_staff", _("un personnel connu des familles")
    PARTNER = "partner", _("un partenaire ou un invité")


class Relation(models.TextChoices):
    """What the one who looks is to the one looked at."""

    SELF = "self", _("soi-même")
    CLASSMATE = "classmate", _("élève d’un même groupe")
    PUPIL_OF = "pupil_of", _("élève de cet enseignant")
    WARD_OF = "ward_of", _("enfant de ce responsable")
    GUARDIAN_OF = "guardian_of", _("représentant légal de cet élève")
    CARER_OF = "carer_of", _("a la charge de cet élève")
    HOUSES = "houses", _("héberge cet élève")
    CO_GUARDIAN = "co_guardian", _("autre responsable du même élève")
    PARENT_OF_PUPIL_OF = "parent_of_pupil_of", _("parent d’un élève de cet enseignant")
    TEACHER_OF = "teacher_of", _("enseignant de cet élève, ou de l’enfant de ce responsable")
    HEAD_TEACHER_OF = "head_teacher_of", _("son professeur principal, ou celui de son enfant")
    PUPIL = "any_pupil", _("tout élève de l’établissement")
    GUARDIAN = "any_guardian", _("tout responsable")
    STAFF = "any_staff", _("tout personnel")
    MANAGE = "manage", _("direction")
    SUPERVISE = "supervise", _("vie scolaire")
    ADMINISTER = "administer", _("secrétariat")
    CARE = "care", _("santé et social")
    COUNSEL = "counsel", _("orientation")


DUTY_RELATIONS = (
    Relation.MANAGE,
    Relation.SUPERVISE,
    Relation.ADMINISTER,
    Relation.CARE,
    Relation.COUNSEL,
)


class Right(models.TextChoices):
    """Knowing that someone exists is one thing, seeing a field of theirs another, writing to them a third."""

    KNOW = "know", _("savoir que la personne existe")
    ADDRESS = "address", _("adresse")
    PHONE = "phone", _("téléphone")
    EMAIL = "email", _("courriel")
    BIRTH_DATE = "birth_date", _("date de naissance")
    GUARDIANS = "guardians", _("responsables")
    PHOTO = "photo", _("photo")
    WRITE = "write", _("écrire")


class AccessRule(SchoolOwned):
    """One line of a school's rules: this relation has this right over these people."""

    moves_rules: ClassVar = True

    right = models.CharField(_("droit"), max_length=12, choices=Right)
    subject = models.CharField(_("sur"), max_length=16, choices=Subject)
    relation = models.CharField(_("pour"), max_length=24, choices=Relation)

    objects = SchoolManager()

    class Meta:
        ordering = ["right", "subject", "relation"]
        constraints = [
            models.UniqueConstraint(name="rule_once", fields=["school", "right", "subject", "relation"]),
            # No school can decide these: each parent's data are closed to the other, and the address
            # of a child may be the other parent's.
            models.CheckConstraint(
                name="rule_guardians_fields_are_for_their_own_school_work",
                condition=~Q(subject="guardian")
                | Q(right__in=("know", "write"))
                | Q(relation__in=("self", "teacher_of", "head_teacher_of", "any_staff", *DUTY_RELATIONS)),
            ),
            models.CheckConstraint(
                name="rule_co_guardian_sees_no_field", condition=~Q(relation="co_guardian") | Q(right="know")
            ),
            models.CheckConstraint(
                name="rule_in_known_words",
                condition=Q(right__in=Right.values, subject__in=Subject.values, relation__in=Relation.values),
            ),
            models.CheckConstraint(
                name="rule_address_only_where_they_house",
                condition=~Q(relation__in=("guardian_of", "carer_of"), right="address"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right} · {self.subject} · {self.relation}"


class Narrowing(SchoolOwned):
    """A permission that a school takes from one of its profiles."""

    moves_rules: ClassVar = True

    permission = models.CharField(_("permission"), max_length=60)
    profile = SchoolForeignKey(Profile, on_delete=models.CASCADE, related_name="narrowings")

    objects = SchoolManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="narrowing_once", fields=["school", "permission", "profile"])
        ]

    def __str__(self) -> str:
        return f"{self.permission} ∖ {self.profile_id}"


def _pupils_of(groups: frozenset[int], day: date) -> Any:
    return GroupMember.objects.filter(on(day), role=GroupMember.Role.PUPIL, group__in=groups).values("record")


def _guardians_of(records: Any, day: date) -> Any:
    return Guardianship.objects.giving_access(day).filter(pupil__in=records).values("guardian")


def _teachers_of(groups: frozenset[int], day: date) -> Q:
    teach = CourseTeacher.objects.filter(
        on(day), on(day, "course__groups__"), course__groups__group__in=groups
    ).values("record")
    lead = Function.objects.filter(on(day), kind=Function.Kind.HEAD_TEACHER, group__in=groups).values(
        "record"
    )
    return Q(pk__in=teach) | Q(pk__in=lead)


def _group_relation(tie: str) -> Callable[[Standing], Q | None]:
    def relation(standing: Standing) -> Q | None:
        groups = standing.tied(tie)
        if not groups:
            return None
        pupils = _pupils_of(groups, standing.day)
        guardians = Q(pk__in=_guardians_of(pupils, standing.day))
        if children := standing.tied(Tie.GUARDS) | standing.tied(Tie.CARES):
            # Who teaches their own child is no teacher to the child's other parent.
            guardians &= ~Q(pk__in=_guardians_of(sorted(children), standing.day))
        return Q(pk__in=pupils) | guardians

    return relation


def _classmate(standing: Standing) -> Q | None:
    # A pupil's relation: a parent or a partner in a group is no classmate of its pupils.
    groups = standing.tied(Tie.BELONGS) if standing.tied(Tie.ENROLLED) else frozenset()
    return Q(pk__in=_pupils_of(groups, standing.day)) if groups else None


def _ids(tie: str) -> Callable[[Standing], Q | None]:
    return lambda standing: Q(pk__in=sorted(standing.tied(tie))) if standing.tied(tie) else None


def _taught(tie: str) -> Callable[[Standing], Q | None]:
    return lambda standing: _teachers_of(standing.tied(tie), standing.day) if standing.tied(tie) else None


def _ward_of(standing: Standing) -> Q | None:
    if not standing.tied(Tie.ENROLLED):
        return None
    return Q(pk__in=_guardians_of(sorted(standing.tied(Tie.IS)), standing.day))


def _co_guardian(standing: Standing) -> Q | None:
    children = standing.tied(Tie.GUARDS)
    return Q(pk__in=_guardians_of(sorted(children), standing.day)) if children else None


def _whoever(holds: Callable[[Standing], bool]) -> Callable[[Standing], Q | None]:
    """A relation to everybody in the school: the subject alone narrows it."""
    return lambda standing: Q() if holds(standing) else None


def _duty(*duties: str) -> Callable[[Standing], Q | None]:
    return _whoever(lambda standing: not standing.duties.isdisjoint(duties))


def works_in(standing: Standing) -> bool:
    """Staff of the school. An authority follows it from outside."""
    return bool(standing.duties - {Duty.OVERSEE})


RELATIONS: dict[str, Callable[[Standing], Q | None]] = {
    Relation.SELF: _ids(Tie.IS),
    Relation.CLASSMATE: _classmate,
    Relation.PUPIL_OF: _taught(Tie.BELONGS),
    Relation.WARD_OF: _ward_of,
    Relation.GUARDIAN_OF: _ids(Tie.GUARDS),
    Relation.CARER_OF: _ids(Tie.CARES),
    Relation.HOUSES: _ids(Tie.HOUSES),
    Relation.CO_GUARDIAN: _co_guardian,
    Relation.PARENT_OF_PUPIL_OF: _taught(Tie.CHILDREN_BELONG),
    Relation.TEACHER_OF: _group_relation(Tie.TEACHES),
    Relation.HEAD_TEACHER_OF: _group_relation(Tie.LEADS),
    Relation.PUPIL: _whoever(lambda standing: bool(standing.tied(Tie.ENROLLED))),
    Relation.GUARDIAN: _whoever(lambda standing: bool(standing.tied(Tie.GUARDS) | standing.tied(Tie.CARES))),
    Relation.STAFF: _whoever(works_in),
    Relation.MANAGE: _duty(Duty.MANAGE),
    Relation.SUPERVISE: _duty(Duty.SUPERVISE),
    Relation.ADMINISTER: _duty(Duty.ADMINISTER),
    Relation.CARE: _duty(Duty.CARE),
    Relation.COUNSEL: _duty(Duty.COUNSEL),
}


def subject_condition(subject: str, standing: Standing) -> Q:
    day = standing.day
    if subject == Subject.PUPIL:
        return Q(pk__in=Enrolment.objects.filter(on(day)).values("record"))
    if subject == Subject.GUARDIAN:
        # Contacts and restricted parents too: whoever may know every guardian needs to know of them.
        enrolled = Enrolment.objects.filter(on(day)).values("record")
        return Q(pk__in=Guardianship.objects.on(day).filter(pupil__in=enrolled).values("guardian"))
    if subject == Subject.PARTNER:
        partners = Membership.objects.filter(on(day), profile__kind=Profile.Kind.PARTNER)
        return Q(pk__in=partners.values("record"))
    staff = Membership.objects.filter(on(day), profile__kind=Profile.Kind.STAFF)
    if subject == Subject.CONTACT_STAFF:
        staff = staff.filter(profile__known_to_families=True)
    return Q(pk__in=staff.values("record"))


NOBODY = Q(pk__in=())


def any_of(conditions: Iterable[Q]) -> Q:
    """At least one; of none, nobody."""
    return reduce(or_, conditions, Q()) or NOBODY


def condition_for(right: str, standing: Standing, subjects: Iterable[str] = tuple(Subject)) -> Q:
    """The people over whom `standing` has `right` in its school, through being one of `subjects`."""
    found = []
    for subject, relations in standing.policy.rules_for(right).items():
        if subject not in subjects:
            continue
        held = [made for relation in relations if (made := RELATIONS[relation](standing)) is not None]
        if not held:
            continue
        # A relation to everybody swallows the others: the subject alone is the condition.
        related = Q() if any(not condition for condition in held) else any_of(held)
        found.append(subject_condition(subject, standing) & related)
    return any_of(found)


@dataclass(frozen=True)
class Facts:
    """What somebody is in a school, and what the one who looks is to them."""

    subjects: frozenset[str]
    relations: frozenset[str]

    def give(self, right: str, policy: Any) -> bool:
        """The same answer as `condition_for`, for one person whose facts are known."""
        return any(
            subject in self.subjects and not self.relations.isdisjoint(relations)
            for subject, relations in policy.rules_for(right).items()
        )


def facts_conditions(
    standing: Standing, rights: Iterable[str], subjects: Iterable[str], held: Iterable[str] = ()
) -> tuple[frozenset[str], dict[str, Q]]:
    """What must be known of people who can only be `subjects`, and to whom the relations `held` are known
    to hold, to tell whether `standing` has `rights` over them: (relations that hold towards everybody,
    condition of each other relation and of each subject). The conditions are those `condition_for`
    combines."""
    everybody = set(held)
    conditions: dict[str, Q] = {}
    wanted = set(subjects)
    for right in rights:
        for subject, relations in standing.policy.rules_for(right).items():
            for relation in relations if subject in wanted else ():
                if relation not in everybody and relation not in conditions:
                    made = RELATIONS[relation](standing)
                    if made:
                        conditions[relation] = made
                    elif made is not None:
                        everybody.add(relation)
                if subject not in conditions and (relation in everybody or relation in conditions):
                    conditions[subject] = subject_condition(subject, standing)
    return frozenset(everybody), conditions


def known_to(actor: Actor) -> Q:
    return any_of(
        Q(school=standing.school.pk) & condition_for(Right.KNOW, standing)
        for standing in actor.standings.values()
    )


def written_to_by(actor: Actor) -> Q:
    """Whom one may write to is somebody one knows, and never oneself."""
    return any_of(
        Q(school=standing.school.pk)
        & condition_for(Right.KNOW, standing)
        & condition_for(Right.WRITE, standing)
        & ~Q(pk__in=sorted(standing.tied(Tie.IS)))
        for standing in actor.standings.values()
    )


def groups_known_to(actor: Actor, key: str = "pk") -> Q:
    """For groups; for rows that belong to one, with `key` the field that leads to it."""
    known = []
    for standing in actor.standings.values():
        here = Q(school=standing.school.pk)
        if not works_in(standing):
            own = standing.tied(Tie.BELONGS) | standing.tied(Tie.CHILDREN_BELONG)
            here &= Q(**{f"{key}__in": sorted(own)})
        known.append(here)
    return any_of(known)
