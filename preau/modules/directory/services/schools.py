from collections.abc import Iterable
from uuid import uuid4

from django.db import transaction

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
        reset_rules(school=school)
    return school


@transaction.atomic
def reset_rules(*, school: School) -> None:
    """Put the default rules back. Every server reads them anew from the next request on."""
    with in_school(school):
        AccessRule.objects.all().delete()
        AccessRule.objects.bulk_create(
            AccessRule(right=right, subject=subject, relation=relation)
            for (right, subject), relations in RULES.items()
            for relation in relations
        )
    rules_changed(school=school)


def rules_changed(*, school: School) -> None:
    """To be called in the transaction of every write to profiles, rules or narrowings."""
    school.rules_version = uuid4()
    school.save(update_fields=["rules_version"])
