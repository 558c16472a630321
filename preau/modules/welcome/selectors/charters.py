from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from preau.kernel.models import School
from preau.kernel.tenancy.scope import in_school
from preau.modules.welcome.models import Charter


@dataclass(frozen=True)
class Shelf:
    """A school's charter: the version that is read, and all there have been, the latest first, without
    their texts."""

    read: Charter | None
    versions: Sequence[Charter]

    @property
    def is_current(self) -> bool:
        return self.read is not None and self.read.number == self.versions[0].number


def charters_of(school: School, uuid: UUID | None = None) -> Shelf | None:
    """The current version, or the one of `uuid`: None where there is no such one."""
    with in_school(school):
        versions = list(Charter.objects.latest_first().defer("pupils", "adults")[:50])
        if uuid is not None:
            found = Charter.objects.filter(uuid=uuid).first()
            return Shelf(found, versions) if found is not None else None
        current = Charter.objects.get(pk=versions[0].pk) if versions else None
    return Shelf(current, versions)


def current_charter(school: School) -> Charter | None:
    with in_school(school):
        found: Charter | None = Charter.objects.latest_first().first()
    return found
