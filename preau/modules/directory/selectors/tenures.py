"""Where a person is somebody: the rows that make them so, whatever the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from preau.kernel.tenancy.scope import in_every_school
from preau.modules.directory.models import Guardianship

_OPENING = (Guardianship.Level.LEGAL, Guardianship.Level.IN_CHARGE)


@dataclass(frozen=True)
class Charge:
    """The guardianship behind a tenure. Which day it is only its school knows."""

    level: int
    houses: bool
    restricted: bool
    starts_on: date
    ends_on: date | None
    withdrawn_on: date | None

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def opens_on(self, day: date) -> bool:
        """As `Guardianship.objects.giving_access`, but for restrictions: those of any row shut out."""
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= day
        return self.level in _OPENING and self.holds_on(day) and not withdrawn


@dataclass(frozen=True)
class Tenure:
    """One row of what makes a person somebody somewhere."""

    kind: str  # staff, pupil, guardian, authority
    place_id: int  # the school; for an authority, the authority
    record_id: int | None
    first_name: str
    last_name: str
    profile_id: int | None
    year_id: int | None
    enrolment_id: int | None  # of the pupil, or of the guardian's child
    child_id: int | None
    title: str
    starts_on: date
    ends_on: date | None
    charge: Charge | None = None

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


# Runs on every request, so it is written by hand: building the same four-part union through the ORM
# costs more than all the rest of the Actor. Days are compared in Python: each school has its own.
_TENURES = """
SELECT 'staff', m.school_id, m.record_id, r.first_name, r.last_name, m.profile_id,
       CAST(NULL AS bigint), CAST(NULL AS bigint), CAST(NULL AS bigint), m.title, m.starts_on, m.ends_on,
       CAST(NULL AS integer), CAST(NULL AS boolean), CAST(NULL AS boolean),
       CAST(NULL AS date), CAST(NULL AS date), CAST(NULL AS date)
  FROM directory_membership m
  JOIN directory_personrecord r ON r.id = m.record_id AND r.school_id = m.school_id
 WHERE r.person_id = %(person)s
UNION ALL
SELECT 'pupil', e.school_id, e.record_id, r.first_name, r.last_name, NULL,
       e.year_id, e.id, NULL, '', e.starts_on, e.ends_on,
       NULL, NULL, NULL, NULL, NULL, NULL
  FROM directory_enrolment e
  JOIN directory_personrecord r ON r.id = e.record_id AND r.school_id = e.school_id
 WHERE r.person_id = %(person)s
UNION ALL
SELECT 'guardian', g.school_id, g.guardian_id, r.first_name, r.last_name, NULL,
       e.year_id, e.id, g.pupil_id, '', e.starts_on, e.ends_on,
       g.level, g.houses, g.restriction <> '', g.starts_on, g.ends_on, g.withdrawn_on
  FROM directory_guardianship g
  JOIN directory_personrecord r ON r.id = g.guardian_id AND r.school_id = g.school_id
  JOIN directory_enrolment e ON e.record_id = g.pupil_id AND e.school_id = g.school_id
 WHERE r.person_id = %(person)s
UNION ALL
SELECT 'authority', a.authority_id, NULL, a.first_name, a.last_name, NULL,
       NULL, NULL, NULL, a.title, a.starts_on, a.ends_on,
       NULL, NULL, NULL, NULL, NULL, NULL
  FROM directory_authoritymember a
 WHERE a.person_id = %(person)s
"""


def tenures_of(person_id: int) -> list[Tenure]:
    """Everything that makes a person somebody somewhere, in one query over four tables."""
    with in_every_school(reason="where a person is somebody"), connection.cursor() as cursor:
        cursor.execute(_TENURES, {"person": person_id})
        return [_tenure(row) for row in cursor.fetchall()]


def _tenure(row: Sequence[Any]) -> Tenure:
    *who, starts_on, ends_on, level, houses, restricted, first, last, withdrawn = row
    charge = None
    if level is not None:
        charge = Charge(level, bool(houses), bool(restricted), _day(first), _day(last), _day(withdrawn))
    return Tenure(*who, _day(starts_on), _day(ends_on), charge)  # type: ignore[call-arg]


def _day(value: Any) -> Any:
    """SQLite gives a date as text where no field converts it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def opening(tenures: list[Tenure], day: date) -> list[Tenure]:
    """Without the guardianships that open nothing on that day: a court's restriction on one row shuts out
    whatever other row of the same two people was never ended."""
    shut = {
        tenure.child_id
        for tenure in tenures
        if tenure.charge is not None and tenure.charge.restricted and tenure.charge.holds_on(day)
    }
    return [
        tenure
        for tenure in tenures
        if tenure.charge is None or (tenure.charge.opens_on(day) and tenure.child_id not in shut)
    ]
