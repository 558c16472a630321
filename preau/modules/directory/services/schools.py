from collections.abc import Iterable

from django.db import transaction

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.models import School, SchoolUnit
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import AccessRule, Profile
from preau.modules.directory.models.defaults import PROFILES, RULES


@transaction.atomic
def found_school(
    *, name: str, city: str, units: Iterable[tuple[str, str, str]], timezone: str = "Europe/Paris"
) -> School:
    """Create a school with its units (UAI, kind, name), the national profiles and the default rules."""
    school = School.objects.create(name=name, city=city, timezone=timezone)
    with in_school(school):
        for uai, kind, label in units:
            SchoolUnit.objects.create(uai=uai, kind=kind, name=label)
        Profile.objects.bulk_create(
            Profile(
                code=code,
                label=label,
                kind=kind,
                national=national,
                audience=audience,
                duties=list(duties),
                known_to_families=known,
                rank=rank,
            )
            for rank, (code, label, kind, national, audience, duties, known) in enumerate(PROFILES, start=1)
        )
        _write_default_rules()
        audit.record(None, "directory.school_founded", school)
    return school


@transaction.atomic
def reset_rules(*, school: School, actor: Actor | None = None) -> None:
    """Put the default rules back. Every server reads them anew from the next request on."""
    with in_school(school):
        _write_default_rules()
        audit.record(actor, "directory.rules_reset", school)


def _write_default_rules() -> None:
    AccessRule.objects.all().delete()
    AccessRule.objects.bulk_create(
        AccessRule(right=right, subject=subject, relation=relation)
        for (right, subject), relations in RULES.items()
        for relation in relations
    )
