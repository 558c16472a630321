"""What the page reads on which a school decides who sees what and who writes to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from preau.modules.directory.models import AccessRule, PersonRecord, Relation, Right, Rule, RulesVersion
from preau.modules.directory.models.defaults import default_rules
from preau.modules.directory.models.rule_versions import FIXED, RELATIONS_TO, RIGHTS_OVER, may_be_a_rule
from preau.modules.directory.models.rules import DUTY_RELATIONS, Subject

VERSIONS = 20


@dataclass(frozen=True)
class Cell:
    """A rule as the page shows it. `fixed`: it holds in every school. `changed`: schools begin otherwise."""

    rule: Rule
    label: str
    holds: bool
    fixed: bool
    changed: bool
    of_all_staff: bool  # and so theirs already, whatever this box says


@dataclass(frozen=True)
class Looker:
    """Those who look, and what they may of one kind of people."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Change:
    """A rule that one list has and the other has not."""

    whom: str  # « Sur un élève »
    what: str
    who: str
    given: bool


@dataclass(frozen=True)
class Kept:
    """A version, and who made it."""

    version: RulesVersion
    by: str
    at: datetime
    current: bool


def rules_now() -> frozenset[Rule]:
    """Of the open school. One query."""
    rows = AccessRule.objects.order_by().values_list("right", "subject", "relation")
    return frozenset(Rule(*row) for row in rows)


def number_now() -> int:
    """Of the version in force. A school that changed nothing yet is at its first."""
    return RulesVersion.objects.values_list("number", flat=True).first() or 1


def lookers(subject: str, now: Iterable[Rule]) -> list[Looker]:
    """Without what nobody may."""
    held, usual = frozenset(now), default_rules()
    rows = []
    for relation in RELATIONS_TO[subject]:
        cells = tuple(
            Cell(
                rule,
                right_label(right),
                rule in held,
                rule in FIXED,
                (rule in usual) != (rule in held),
                relation in DUTY_RELATIONS and Rule(right, subject, Relation.STAFF) in held,
            )
            for right in RIGHTS_OVER[subject]
            if may_be_a_rule(rule := Rule(right, subject, relation))
        )
        rows.append(Looker(_capital(Relation(relation).label), cells))
    return rows


def changes(before: Iterable[Rule], after: Iterable[Rule]) -> list[Change]:
    """What the second list gives and takes, in the order of the page."""
    was, will = frozenset(before), frozenset(after)
    order = {value: rank for kind in (Subject, Relation, Right) for rank, value in enumerate(kind.values)}

    def place(rule: Rule) -> tuple[int, int, int]:
        return order[rule.subject], order[rule.relation], order[rule.right]

    return [
        Change(
            whom=_("Sur %(whom)s") % {"whom": Subject(rule.subject).label},
            what=right_label(rule.right),
            who=str(Relation(rule.relation).label),
            given=rule in will,
        )
        for rule in sorted(was ^ will, key=place)
    ]


def versions() -> list[Kept]:
    """The latest of the open school, the one in force first. Two queries."""
    found = list(RulesVersion.objects.all()[:VERSIONS])
    people = {each.by_id for each in found if each.by_id is not None}
    names = {record.person_id: record.name for record in PersonRecord.objects.filter(person__in=people)}
    return [Kept(each, names.get(each.by_id or 0, ""), each.at, rank == 0) for rank, each in enumerate(found)]


def right_label(right: str) -> str:
    return _("Connaître") if right == Right.KNOW else _capital(Right(right).label)


def _capital(words: object) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]
