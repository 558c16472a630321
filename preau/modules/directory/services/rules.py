"""A school's own rules: changed, put back, each time leaving a version."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.models import School
from preau.kernel.rules import RuleBroken, Superseded
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import AccessRule, Relation, Rule, RulesVersion
from preau.modules.directory.models.defaults import default_rules
from preau.modules.directory.models.rule_versions import FIXED, may_be_a_rule
from preau.modules.directory.selectors.rules import rules_now


@transaction.atomic
def change_rules(
    *, actor: Actor | None, school: School, base_number: int, rules: Iterable[Rule]
) -> RulesVersion | None:
    """Make these the rules of the school. What one may do with oneself and what no school decides stays as it
    is. Every server reads them anew from the next request on. Sent again, it changes nothing and gives None.

    Raises `Superseded` (409) when they were changed since version `base_number`, `RuleBroken` for what is no
    school's to decide.
    """
    School.objects.select_for_update().get(pk=school.pk)  # two at once: the second sees what the first did
    with in_school(school):
        now = rules_now()
        wanted = {rule for rule in rules if rule.relation != Relation.SELF} | FIXED
        wanted |= {rule for rule in now if rule.relation == Relation.SELF}
        given, taken = wanted - now, now - wanted
        if not given and not taken:
            return None
        if any(not may_be_a_rule(rule) for rule in given):
            raise RuleBroken(_("Cette règle n’est pas de celles qu’un établissement décide."))
        number = _kept_from_the_start(now).number
        if number != base_number:
            raise Superseded(
                _("Quelqu’un a changé les règles depuis l’ouverture de la page : rien n’a été enregistré."),
                theirs=_("version %(number)d") % {"number": number},
                wanted=_("vos changements, faits sur la version %(number)d") % {"number": base_number},
            )
        for rule in taken:
            AccessRule.objects.filter(**rule._asdict()).delete()
        AccessRule.objects.bulk_create(AccessRule(**rule._asdict()) for rule in given)
        made: RulesVersion = RulesVersion.objects.create(
            number=number + 1, by_id=actor.person_id if actor else None, rules=sorted(wanted)
        )
        if wanted == default_rules():
            audit.record(actor, "directory.rules_reset", school)
        else:
            told = {"given": len(given), "taken": len(taken), "number": made.number}
            audit.record(actor, "directory.rules_changed", school, values=told)
    return made


def _kept_from_the_start(now: frozenset[Rule]) -> RulesVersion:
    latest: RulesVersion | None = RulesVersion.objects.first()
    if latest is None:
        latest = RulesVersion.objects.create(number=1, rules=sorted(now))
    return latest
