"""What the rules of a school were: each change leaves a version that can be read and put back."""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from preau.kernel.tenancy.owned import SchoolManager, SchoolOwned
from preau.modules.directory.models.rules import Relation, Right, Subject


class Rule(NamedTuple):
    """People in this relation have this right over these subjects. As rows, forms and versions write it."""

    right: str
    subject: str
    relation: str

    @property
    def key(self) -> str:
        return ".".join(self)


# Of whom it makes sense to say it, and what. What is not here is no rule of any school.
RELATIONS_TO: dict[str, tuple[str, ...]] = {
    Subject.PUPIL: (
        Relation.CLASSMATE,
        Relation.GUARDIAN_OF,
        Relation.CARER_OF,
        Relation.HOUSES,
        Relation.PUPIL,
        Relation.GUARDIAN,
        Relation.TEACHER_OF,
        Relation.HEAD_TEACHER_OF,
        Relation.STAFF,
        Relation.MANAGE,
        Relation.SUPERVISE,
        Relation.ADMINISTER,
        Relation.CARE,
        Relation.COUNSEL,
    ),
    Subject.GUARDIAN: (
        Relation.WARD_OF,
        Relation.CO_GUARDIAN,
        Relation.TEACHER_OF,
        Relation.HEAD_TEACHER_OF,
        Relation.STAFF,
        Relation.MANAGE,
        Relation.SUPERVISE,
        Relation.ADMINISTER,
        Relation.CARE,
        Relation.COUNSEL,
    ),
    Subject.STAFF: (
        Relation.PUPIL_OF,
        Relation.PARENT_OF_PUPIL_OF,
        Relation.STAFF,
        Relation.MANAGE,
        Relation.SUPERVISE,
        Relation.ADMINISTER,
    ),
    Subject.CONTACT_STAFF: (Relation.PUPIL, Relation.GUARDIAN),
    Subject.PARTNER: (
        Relation.PUPIL,
        Relation.GUARDIAN,
        Relation.STAFF,
        Relation.MANAGE,
        Relation.SUPERVISE,
        Relation.ADMINISTER,
    ),
}
RIGHTS_OVER: dict[str, tuple[str, ...]] = {
    Subject.PUPIL: (
        Right.KNOW,
        Right.WRITE,
        Right.PHOTO,
        Right.BIRTH_DATE,
        Right.EMAIL,
        Right.PHONE,
        Right.ADDRESS,
        Right.GUARDIANS,
    ),
    Subject.GUARDIAN: (Right.KNOW, Right.WRITE, Right.EMAIL, Right.PHONE, Right.ADDRESS, Right.BIRTH_DATE),
    Subject.STAFF: (
        Right.KNOW,
        Right.WRITE,
        Right.PHOTO,
        Right.EMAIL,
        Right.PHONE,
        Right.ADDRESS,
        Right.BIRTH_DATE,
    ),
    Subject.CONTACT_STAFF: (Right.KNOW, Right.WRITE),
    Subject.PARTNER: (Right.KNOW, Right.WRITE, Right.EMAIL, Right.PHONE),
}
# Without these a school could not work, or a parent would lose what the law gives them.
FIXED = frozenset(
    {
        Rule(Right.KNOW, Subject.PUPIL, Relation.STAFF),
        Rule(Right.KNOW, Subject.GUARDIAN, Relation.STAFF),
        Rule(Right.KNOW, Subject.STAFF, Relation.STAFF),
        Rule(Right.KNOW, Subject.PARTNER, Relation.STAFF),
        Rule(Right.KNOW, Subject.PUPIL, Relation.GUARDIAN_OF),
        Rule(Right.KNOW, Subject.PUPIL, Relation.CARER_OF),
        Rule(Right.KNOW, Subject.GUARDIAN, Relation.CO_GUARDIAN),
        Rule(Right.ADDRESS, Subject.PUPIL, Relation.HOUSES),
    }
)
_CLOSED_TO_FAMILIES = frozenset(Right.values) - {Right.KNOW, Right.WRITE}


def may_be_a_rule(rule: Rule) -> bool:
    """What a school may decide. The constraints of `AccessRule` say the rest to whoever goes round this."""
    if rule.relation not in RELATIONS_TO.get(rule.subject, ()) or rule.right not in RIGHTS_OVER[rule.subject]:
        return False
    if rule.relation == Relation.CO_GUARDIAN:
        return rule.right == Right.KNOW
    if rule.relation == Relation.WARD_OF:
        return rule.right not in _CLOSED_TO_FAMILIES
    if rule.relation in (Relation.GUARDIAN_OF, Relation.CARER_OF, Relation.PUPIL, Relation.GUARDIAN):
        return rule.right != Right.ADDRESS
    return True


class RulesVersion(SchoolOwned):
    """The rules as they stood after a change. The first one a school keeps is what it started with."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("directory.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    rules = models.JSONField()  # [[right, subject, relation], …], sorted

    objects = SchoolManager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="rules_version_number", fields=["school", "number"]),
            models.UniqueConstraint(name="rules_version_uuid", fields=["school", "uuid"]),
        ]

    def __str__(self) -> str:
        return _("version %(number)d") % {"number": self.number}

    def held(self) -> frozenset[Rule]:
        """Without what is no rule any more."""
        return known_rules(Rule(*row) for row in self.rules)


def known_rules(rules: Iterable[Rule]) -> frozenset[Rule]:
    return frozenset(rule for rule in rules if rule.relation == Relation.SELF or may_be_a_rule(rule))
