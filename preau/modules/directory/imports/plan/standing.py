"""What stands in the directory now, as far as the files speak of it. Read in few statements, never by row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from preau.kernel.batches import in_batches
from preau.kernel.models import SchoolUnit, SchoolYear
from preau.modules.directory.imports.entities import Entity, Key
from preau.modules.directory.models import (
    PERSON_FIELDS,
    TARGETS,
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Guardianship,
    Override,
    PersonRecord,
    SourceRecord,
    Thing,
)

PEOPLE = (Thing.PUPIL, Thing.GUARDIAN, Thing.STAFF)


@dataclass(frozen=True, slots=True)
class Stored:
    """A `SourceRecord`, without what it said."""

    pk: int
    digest: str
    uai: str
    gone: bool
    target: int | None
    of_this_year: bool


class Standing:
    """The school and year that are open."""

    def __init__(self, year: SchoolYear, day: date) -> None:
        self.year = year
        self.day = day
        self.units = dict(SchoolUnit.objects.values_list("uai", "pk"))
        self.sources = dict(self._sources(of_this_year=True))
        self.groups: dict[int, Group] = {each.pk: each for each in Group.objects.all()}
        self._group_codes: dict[tuple[str, str], int] = {}
        for group in self.groups.values():
            thing = Thing.DIVISION if group.kind == Group.Kind.DIVISION else Thing.GROUP
            self._group_codes.setdefault((thing, group.code_key), group.pk)

    def _sources(self, *, of_this_year: bool, **narrowed: Any) -> Iterator[tuple[Key, Stored]]:
        rows = SourceRecord.objects.filter(**narrowed)
        rows = rows.filter(year=self.year) if of_this_year else rows.exclude(year=self.year)
        fields = ("pk", "origin", "thing", "external_id", "digest", "uai", "gone_on")
        for row in rows.order_by("year__starts_on", "pk").values(*fields, *sorted(set(TARGETS.values()))):
            target = row[TARGETS[Thing(row["thing"])]]
            gone = row["gone_on"] is not None
            key = row["origin"], row["thing"], row["external_id"]
            yield key, Stored(row["pk"], row["digest"], row["uai"], gone, target, of_this_year)

    def remember_other_years(self, entities: Iterable[Entity]) -> None:
        """The same number in an earlier year is the same person, and the same link between two."""
        asked: dict[str, list[str]] = {}
        for entity in entities:
            if entity.thing in (*PEOPLE, Thing.CHARGE, Thing.SUBJECT) and entity.key not in self.sources:
                asked.setdefault(entity.thing, []).append(entity.external_id)
        for thing, ids in asked.items():
            for batch in in_batches(ids):
                for key, stored in self._sources(of_this_year=False, thing=thing, external_id__in=batch):
                    known = self.sources.get(key)
                    # Rows come from the oldest year to the last: the last one counts.
                    if stored.target is not None and (known is None or not known.of_this_year):
                        self.sources[key] = stored

    def of_the_year_before(self, origin: str, uai: str) -> dict[Key, Stored]:
        """The staff of the year before, to see who is not there any more."""
        found = self._sources(of_this_year=False, thing=Thing.STAFF, origin=origin, uai=uai, gone_on=None)
        return {key: stored for key, stored in found if stored.target is not None}

    def said(self, pks: Iterable[int]) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for batch in in_batches(pks):
            found.update(SourceRecord.objects.filter(pk__in=batch).values_list("pk", "said"))
        return found

    def unresolved_charges(self) -> list[SourceRecord]:
        """Links whose pupil or guardian nobody had told of yet."""
        rows = SourceRecord.objects.filter(
            year=self.year, thing=Thing.CHARGE, guardianship=None, gone_on=None
        )
        return list(rows)

    def group_of(self, origin: str, thing: str, code: str) -> int | None:
        """The class or group a code of a file means here."""
        stored = self.sources.get((origin, thing, code))
        if stored is not None and stored.target is not None:
            return stored.target
        return self._group_codes.get((thing, code.partition(":")[2]))

    def records(self, pks: Iterable[int]) -> dict[int, dict[str, str]]:
        """Values people see of these records, dates in ISO, as files say them."""
        found: dict[int, dict[str, str]] = {}
        for batch in in_batches(set(pks)):
            for row in PersonRecord.objects.filter(pk__in=batch).values("pk", *PERSON_FIELDS):
                found[row["pk"]] = {name: _plain(row[name]) for name in PERSON_FIELDS}
        return found

    def names(self, pks: Iterable[int]) -> dict[int, str]:
        """As lines name people: « DUPONT Zoé »."""
        return {
            pk: f"{said['last_name'].upper()} {said['first_name']}" for pk, said in self.records(pks).items()
        }

    def courses(self, pks: Iterable[int]) -> dict[int, str]:
        """As lines name courses: « 3e A · Anglais LV1 »."""
        found: dict[int, str] = {}
        for batch in in_batches(set(pks)):
            labels: dict[int, list[str]] = {}
            rows = CourseGroup.objects.filter(course__in=batch).order_by("group__code_key")
            for course, group in rows.values_list("course_id", "group_id"):
                labels.setdefault(course, []).append(self.groups[group].label)
            for each in Course.objects.filter(pk__in=batch).select_related("subject").order_by():
                found[each.pk] = f"{', '.join(labels.get(each.pk, ()))} · {each}"
        return found

    def overrides(self, pks: Iterable[int]) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for batch in in_batches(set(pks)):
            for record, name in Override.objects.filter(record__in=batch).values_list("record_id", "field"):
                found.setdefault(record, set()).add(name)
        return found

    def other_words(self, pks: Iterable[int]) -> dict[int, list[tuple[str, int, dict[str, Any]]]]:
        """What each source says of these people: origin, row, said."""
        found: dict[int, list[tuple[str, int, dict[str, Any]]]] = {}
        for batch in in_batches(set(pks)):
            rows = SourceRecord.objects.filter(record__in=batch, gone_on=None).order_by("pk")
            for record, origin, pk, said in rows.values_list("record_id", "origin", "pk", "said"):
                found.setdefault(record, []).append((origin, pk, said))
        return found

    def enrolments(self, pks: Iterable[int]) -> dict[int, Enrolment]:
        """The last enrolment of the year of each."""
        found: dict[int, Enrolment] = {}
        for batch in in_batches(set(pks)):
            for row in Enrolment.objects.filter(record__in=batch).order_by("starts_on"):
                found[row.record_id] = row
        return found

    def places(self, pks: Iterable[int]) -> dict[int, set[int]]:
        """The classes and groups each pupil is in, now or when the year begins."""
        found: dict[int, set[int]] = {}
        for batch in in_batches(set(pks)):
            rows = GroupMember.objects.on(self.day).pupils().filter(record__in=batch)
            for record, group in rows.order_by().values_list("record_id", "group_id"):
                found.setdefault(record, set()).add(group)
        return found

    def heads(self, pks: Iterable[int]) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for batch in in_batches(set(pks)):
            rows = Function.objects.filter(kind=Function.Kind.HEAD_TEACHER, record__in=batch)
            for record, group in rows.order_by().values_list("record_id", "group_id"):
                found.setdefault(record, set()).add(group)
        return found

    def teachers(self, courses: Iterable[int]) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for batch in in_batches(set(courses)):
            rows = CourseTeacher.objects.on(self.day).filter(course__in=batch)
            for course, record in rows.order_by().values_list("course_id", "record_id"):
                found.setdefault(course, set()).add(record)
        return found

    def guardianships(self, pks: Iterable[int]) -> dict[int, Guardianship]:
        found: dict[int, Guardianship] = {}
        for batch in in_batches(set(pks)):
            found.update({row.pk: row for row in Guardianship.objects.filter(pk__in=batch).order_by()})
        return found


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else (value or "")
