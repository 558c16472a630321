"""Who teaches a class or group."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from preau.kernel.access.actor import Standing
from preau.kernel.calendar import YEARS_ROW_ON
from preau.modules.directory.models import Group, PersonRecord, Right, Tie
from preau.modules.directory.models.rules import Relation, Subject
from preau.modules.directory.selectors.people import facts_about

_STAFF = (Subject.STAFF, Subject.CONTACT_STAFF)


@dataclass(frozen=True)
class TeamLine:
    """One who teaches the group, and what. Of `record` only the name and the uuid are read."""

    record: PersonRecord
    subjects: list[str]
    known: bool
    note: str = ""


class Taught(NamedTuple):
    """A subject somebody teaches to the group, and whom they replace."""

    subject: str
    record_id: int
    uuid: UUID
    first_name: str
    last_name: str
    replaced_first_name: str | None
    replaced_last_name: str | None


def team_of(group: Group, standing: Standing) -> list[TeamLine]:
    """Who teaches the group today, substitutes in the place of those they stand in for. Three queries."""
    rows = teaching(group, standing)
    # How they were found says as much as the relation would, and need not be asked again.
    held = {
        relation
        for relation, tie in (
            (Relation.PUPIL_OF, Tie.BELONGS),
            (Relation.PARENT_OF_PUPIL_OF, Tie.CHILDREN_BELONG),
        )
        if group.pk in standing.tied(tie)
    }
    facts = facts_about(standing, {row.record_id for row in rows}, subjects=_STAFF, held=held)
    return team_lines(rows, {key for key, about in facts.items() if about.give(Right.KNOW, standing.policy)})


def teaching(group: Group, standing: Standing) -> list[Taught]:
    """By name, then by subject: a class has forty such rows.

    Two queries: of eight tables joined at once a planner that does not know the rows yet makes a product.
    By hand, what `CourseTeacher.objects.in_front_of_pupils` says: a class and its pupils' home ask this,
    and compiling it costs more than its answer.
    """
    here: list[Any] = [standing.school.pk, standing.year.pk, standing.day, standing.day]
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED.format(today=YEARS_ROW_ON.format("g")), [*here, group.pk])
        subjects = dict(cursor.fetchall())
        if not subjects:
            return []
        marks = ", ".join(["%s"] * len(subjects))
        in_front = _IN_FRONT.format(today=YEARS_ROW_ON.format("t"), courses=marks)
        cursor.execute(in_front, [*here, standing.day, standing.day, *subjects])
        rows = cursor.fetchall()
    taught: dict[int, list[Taught]] = {row[1]: [] for row in rows}
    by_subject = {course_id: rank for rank, course_id in enumerate(subjects)}
    for course_id, record_id, uuid, *names in sorted(rows, key=lambda row: by_subject[row[0]]):
        taught[record_id].append(Taught(subjects[course_id], record_id, _uuid(uuid), *names))
    return [row for own in taught.values() for row in own]


_FOLLOWED = """
SELECT g.course_id, s.label FROM directory_coursegroup g
  JOIN directory_course c ON c.id = g.course_id AND c.school_id = g.school_id AND c.year_id = g.year_id
  JOIN directory_subject s ON s.id = c.subject_id AND s.school_id = c.school_id
 WHERE {today} AND g.group_id = %s
 ORDER BY s.label, g.course_id"""
_IN_FRONT = """
SELECT t.course_id, t.record_id, r.uuid, r.first_name, r.last_name, o.first_name, o.last_name
  FROM directory_courseteacher t
  JOIN directory_personrecord r ON r.id = t.record_id AND r.school_id = t.school_id
  LEFT JOIN directory_courseteacher i
    ON i.id = t.stands_in_for_id AND i.school_id = t.school_id AND i.year_id = t.year_id
  LEFT JOIN directory_personrecord o ON o.id = i.record_id AND o.school_id = i.school_id
 WHERE {today}
   AND NOT EXISTS (
       SELECT 1 FROM directory_courseteacher b
        WHERE b.school_id = t.school_id AND b.year_id = t.year_id AND b.stands_in_for_id = t.id
          AND b.starts_on <= %s AND (b.ends_on IS NULL OR b.ends_on >= %s))
   AND t.course_id IN ({courses})
 ORDER BY r.sort_name, t.record_id"""


def _uuid(value: Any) -> UUID:
    """SQLite keeps them as text."""
    return value if isinstance(value, UUID) else UUID(value)


def team_lines(rows: list[Taught], known: set[int]) -> list[TeamLine]:
    """A line for each person; `known` are those whose page the reader may open."""
    lines: dict[int, TeamLine] = {}
    for row in rows:
        note = f"{row.replaced_first_name} {row.replaced_last_name}" if row.replaced_last_name else ""
        if row.record_id not in lines:
            named = PersonRecord(
                pk=row.record_id, uuid=row.uuid, first_name=row.first_name, last_name=row.last_name
            )
            lines[row.record_id] = TeamLine(named, [], row.record_id in known, note)
        if row.subject not in lines[row.record_id].subjects:
            lines[row.record_id].subjects.append(row.subject)
    return list(lines.values())
