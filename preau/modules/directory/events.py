"""What the directory tells: ids and values, read later by whoever listens."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from preau.kernel.work.events import Event


@dataclass(frozen=True)
class HeadTeacherAppointed(Event):
    """Somebody was put in charge of a class."""

    school_id: int
    year_id: int
    function: UUID
    person_id: int
    version: ClassVar[int] = 1


@dataclass(frozen=True)
class DigitalLeadAppointed(Event):
    """Somebody is charged with the workspace of their school."""

    school_id: int
    year_id: int
    function: UUID
    person_id: int
    version: ClassVar[int] = 1


@dataclass(frozen=True)
class FunctionEnded(Event):
    """A function got its last day, or another one."""

    school_id: int
    year_id: int
    function: UUID
    person_id: int
    ends_on: date
    version: ClassVar[int] = 1


@dataclass(frozen=True)
class FilesApplied(Event):
    """An import of the national files was written: many people, groups and courses at once."""

    school_id: int
    year_id: int
    batch: UUID
    version: ClassVar[int] = 1
