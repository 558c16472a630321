"""Why somebody sees or writes to somebody, or does not: read from the rules all else is compiled from."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from preau.kernel.access.actor import Identity, Standing
from preau.modules.directory.models import PersonRecord, Relation, Right
from preau.modules.directory.models.rules import Facts, Subject
from preau.modules.directory.selectors.actors import PeopleDirectory
from preau.modules.directory.selectors.people import facts_about
from preau.modules.directory.selectors.rules import right_label


def _because() -> dict[str, str]:
    return {
        Relation.SELF: _("C’est sa propre fiche."),
        Relation.CLASSMATE: _("Les deux sont élèves d’un même groupe."),
        Relation.PUPIL_OF: _("%(whom)s enseigne à %(who)s."),
        Relation.WARD_OF: _("%(whom)s est responsable de %(who)s."),
        Relation.GUARDIAN_OF: _("%(who)s est représentant légal de %(whom)s."),
        Relation.CARER_OF: _("%(who)s a la charge de %(whom)s."),
        Relation.HOUSES: _("%(who)s héberge %(whom)s."),
        Relation.CO_GUARDIAN: _("Les deux sont responsables d’un même élève."),
        Relation.PARENT_OF_PUPIL_OF: _("%(whom)s enseigne à un enfant de %(who)s."),
        Relation.TEACHER_OF: _("%(who)s enseigne à %(whom)s, ou à son enfant."),
        Relation.HEAD_TEACHER_OF: _("%(who)s est professeur principal de %(whom)s, ou de son enfant."),
        Relation.PUPIL: _("%(who)s est élève de l’établissement."),
        Relation.GUARDIAN: _("%(who)s est responsable d’un élève de l’établissement."),
        Relation.STAFF: _("%(who)s est un personnel de l’établissement."),
        Relation.MANAGE: _("%(who)s dirige l’établissement."),
        Relation.SUPERVISE: _("%(who)s suit la vie scolaire."),
        Relation.ADMINISTER: _("%(who)s tient les dossiers."),
        Relation.CARE: _("%(who)s soigne et accompagne."),
        Relation.COUNSEL: _("%(who)s conseille l’orientation."),
    }


@dataclass(frozen=True)
class Answer:
    """One right: whether it is theirs, and every reason; without one, `missing` is what stands in the way."""

    right: str
    label: str
    holds: bool
    reasons: tuple[str, ...]
    missing: str = ""


@dataclass(frozen=True)
class Why:
    """`opens`: whether the one who looks comes in here at all today."""

    opens: bool
    are: tuple[str, ...]  # what the one looked at is: « un élève »
    answers: tuple[Answer, ...]


def standing_of(record: PersonRecord, reader: Standing) -> Standing | None:
    """What this person is in the reader's school, as when they come in themselves. None: they do not."""
    presence = PeopleDirectory().presence_of(Identity(record.person_id, entrance="why"))
    hat = next((hat for hat in presence.hats if reader.school.pk in hat.schools), None)
    return presence.actor(hat).standings.get(reader.school.pk) if hat else None


def why(who: PersonRecord, whom: PersonRecord, standing: Standing | None) -> Why:
    """`standing`: of `who`. One query beyond those that found it."""
    if standing is None:
        return Why(False, (), ())
    facts = facts_about(standing, [whom.pk], rights=tuple(Right))[whom.pk]
    names = {"who": who.name, "whom": whom.name}
    return Why(
        True,
        tuple(str(subject.label) for subject in Subject if subject in facts.subjects),
        tuple(_answer(right, standing, facts, names) for right in Right),
    )


def _answer(right: Right, standing: Standing, facts: Facts, names: dict[str, str]) -> Answer:
    because = _because()
    reasons = tuple(
        f"{because[relation] % names} {_rule(right, subject, relation)}"
        for subject, relations in standing.policy.rules_for(right).items()
        for relation in relations
        if subject in facts.subjects and relation in facts.relations
    )
    missing = "" if reasons else _("Aucune règle de l’établissement ne le permet.")
    if right == Right.WRITE and reasons:
        if Relation.SELF in facts.relations:
            missing = _("On ne s’écrit pas à soi-même.")
        elif not facts.give(Right.KNOW, standing.policy):
            missing = _("Une règle le permettrait, mais on n’écrit qu’à qui l’on connaît.")
    return Answer(right, right_label(right), bool(reasons) and not missing, reasons, missing)


def _rule(right: str, subject: str, relation: str) -> str:
    words: dict[str, Any] = {
        "right": right_label(right),
        "subject": Subject(subject).label,
        "relation": Relation(relation).label,
    }
    return _("Règle : %(right)s, sur %(subject)s, pour %(relation)s.") % words
