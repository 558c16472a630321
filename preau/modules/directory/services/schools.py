from collections.abc import Iterable

from django.db import transaction

from preau.kernel.audit import recording as audit
from preau.kernel.models import School, SchoolUnit
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import AccessRule, Profile
from preau.modules.directory.models.defaults import PROFILES, default_rules


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
        AccessRule.objects.bulk_create(AccessRule(**rule._asdict()) for rule in sorted(default_rules()))
        audit.record(None, "directory.school_founded", school)
    return school
