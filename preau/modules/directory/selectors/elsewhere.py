"""The same person in another school of the instance: by sure keys alone, and nobody else learns of it."""

from collections.abc import Collection

from preau.kernel.batches import in_batches
from preau.kernel.tenancy.scope import in_every_school
from preau.modules.directory.models import PersonRecord


def persons_by_ine(keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """`keys`: INE and birth date (ISO). The person of those that exactly one person has."""
    asked = set(keys)
    found: dict[tuple[str, str], set[int]] = {}
    with in_every_school(reason="the same pupil by INE and birth date"):
        for batch in in_batches(sorted({ine for ine, _birth in asked})):
            rows = PersonRecord.objects.filter(ine__in=batch).order_by()
            for ine, birth, person in rows.values_list("ine", "birth_date", "person_id"):
                if (key := (ine, birth.isoformat() if birth else "")) in asked:
                    found.setdefault(key, set()).add(person)
    return {key: next(iter(persons)) for key, persons in found.items() if len(persons) == 1}
