from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from preau.kernel.work.events import Event


@dataclass(frozen=True)
class AnnouncementPublished(Event):
    """A school tells something. `to`: staff, guardians, pupils."""

    school_id: int
    year_id: int
    announcement_id: int
    announcement_uuid: UUID
    to: tuple[str, ...]
    version: ClassVar[int] = 1
