"""Writes the plans of the two schools into the database, each in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from preau.kernel.calendar import weeks_mask
from preau.kernel.clock import today
from preau.kernel.models import School, SchoolUnit, SchoolYear
from preau.kernel.names import folded
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.kernel.years import close_year, open_year, prepare_year
from preau.modules.directory.demo.people import People, demo_uuid
from preau.modules.directory.demo.schools import PLANS, SUBJECTS, Colleague, Plan
from preau.modules.directory.models import (
    Authority,
    AuthorityMember,
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Oversight,
    Person,
    Source,
    Subject,
)
from preau.modules.directory.services import found_school

# National codes of the courses of study, by level; the second are those of a SEGPA.
MEFS = {
    "6e": ("10010012110", "16410002110"),
    "5e": ("10110001110", "16510002110"),
    "4e": ("10210001110", "16610002110"),
    "3e": ("10310019110", "16710002110"),
}
WEEKS_A, WEEKS_B = weeks_mask(*range(1, 54, 2)), weeks_mask(*range(2, 54, 2))


def build() -> None:
    """Two fictional schools and the département that follows them, as they stand today.

    A school that is there already is left as it is.
    """
    for plan in PLANS:
        with in_every_school(reason="is this demonstration school there?"):
            standing = SchoolUnit.objects.filter(uai=plan.units[0][0]).exists()
        if not standing:
            _Building(plan).build()
    _follow_schools()


def first_september(day: date) -> date:
    """The first day of the school year `day` falls in. Years touch: there is one on every day."""
    return date(day.year if day.month >= 9 else day.year - 1, 9, 1)


def dates_of(start: int) -> dict[str, date]:
    return {"starts_on": date(start, 9, 1), "ends_on": date(start + 1, 8, 31)}


@dataclass
class _Teaching:
    """A course as the staff list writes it: « EPS 6A+6B », and who gives it."""

    subject: str
    groups: tuple[str, ...]
    teachers: list[Colleague]


class _Building:
    """One school, from nothing to its present year."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.today = today()
        self.start = first_september(self.today)
        self.people = People(plan, self.start, self._six_weeks())
        self.children = self.people.children
        self.records = self.people.records
        self.units: dict[str, SchoolUnit] = {}
        self.school: School

    @transaction.atomic
    def build(self) -> None:
        plan = self.plan
        self.school = found_school(name=plan.name, city=plan.town[1], units=plan.units)
        with in_school(self.school):
            self.units = {unit.kind: unit for unit in SchoolUnit.objects.all()}
        last = self._year(self.start.year - 1)
        with in_school(self.school):
            self.people.write(self.units)
            self._write_subjects()
        with in_school(self.school, last):
            self._fill_last(last)
        year = self._year(self.start.year)
        close_year(actor=None, year=last)
        with in_school(self.school, year):
            self._fill_present(year)
        if 5 <= self.today.month <= 8:
            self._prepare_next()

    def _year(self, start: int) -> SchoolYear:
        prepared = prepare_year(actor=None, school=self.school, **dates_of(start))
        return open_year(actor=None, year=prepared)

    def _six_weeks(self) -> tuple[date, date]:
        """Three weeks before today and three after, inside the year."""
        first = self.today - timedelta(days=21 + self.today.weekday())
        last = min(first + timedelta(days=6 * 7 - 1), dates_of(self.start.year)["ends_on"])
        return max(first, self.start), last

    def _write_subjects(self) -> None:
        Subject.objects.bulk_create(
            Subject(short_code=short, code=code, label=label, hue=hue)
            for short, code, label, hue, _ in SUBJECTS
        )

    def _fill_last(self, year: SchoolYear) -> None:
        """Each class a level lower, and the pupils who have left since."""
        members = {
            f"{int(division[0]) + 1}{division[1:]}": [
                child.key for child in self.children if child.division == division and not child.new
            ]
            for division in self.plan.sizes
            if division[0] != "6"
        }
        eldest = next(division for division in self.plan.sizes if division[0] == "3")
        members[eldest] = [f"former-{number}" for number in range(self.plan.former_pupils)]
        groups = self._write_divisions(members, year)
        levels = {key: f"{division[0]}e" for division, keys in members.items() for key in keys}
        enrolments = self._enrol((key, levels[key], False, year.starts_on, year.ends_on) for key in levels)
        for division, keys in members.items():
            self._join(groups[division], [(enrolments[key], {}) for key in keys], year)
        there = {colleague.key for colleague in self.plan.staff if colleague.since > 0}
        self._write_courses(year, groups, there)
        self._appoint(year, groups, there)
        Function.objects.bulk_create(
            Function(record=self.records[each.key], kind=Function.Kind.DIGITAL_LEAD, starts_on=year.starts_on)
            for each in self.plan.staff
            if each.digital_lead
        )

    def _fill_present(self, year: SchoolYear) -> None:
        in_october = year.starts_on + timedelta(days=45)
        enrolments = self._enrol(
            (
                child.key,
                child.level,
                child.segpa,
                year.starts_on + timedelta(days=child.arrives_after),
                year.starts_on + timedelta(days=child.leaves_after) if child.leaves_after else None,
            )
            for child in self.children
        )
        listed: dict[str, list[tuple[Enrolment, dict[str, Any]]]] = {name: [] for name in self.plan.sizes}
        for child in self.children:
            enrolment = enrolments[child.key]
            if child.moves_to:
                listed[child.division].append((enrolment, {"ends_on": in_october - timedelta(days=1)}))
                listed[child.moves_to].append((enrolment, {"starts_on": in_october}))
            else:
                listed[child.division].append((enrolment, {}))
        groups = self._write_divisions(listed, year)
        for division, members in listed.items():
            self._join(groups[division], members, year)
        groups |= self._write_gatherings(year, enrolments)
        self._write_courses(year, groups, {colleague.key for colleague in self.plan.staff})
        self._appoint(year, groups, {colleague.key for colleague in self.plan.staff})

    def _prepare_next(self) -> None:
        """From May on the classes of September exist already, still empty."""
        following = prepare_year(actor=None, school=self.school, **dates_of(self.start.year + 1))
        with in_school(self.school, following):
            self._write_divisions(self.plan.sizes, following)

    def _write_divisions(self, codes: Iterable[str], year: SchoolYear) -> dict[str, Group]:
        rows: dict[str, Group] = {}
        for code in codes:
            level = f"{code[0]}e"
            label = f"{level} {code[1:]}"
            rows[code] = self._group(Group.Kind.DIVISION, code, label, level, Source.SIECLE)
        return self._write_groups(rows, year)

    def _write_groups(self, rows: dict[str, Group], year: SchoolYear) -> dict[str, Group]:
        for code, group in rows.items():
            group.uuid = demo_uuid("group", self.plan.key, year.label, code)
            group.save()
        return rows

    def _group(
        self, kind: str, code: str, label: str, level: str, source: str, unit: str = "college"
    ) -> Group:
        return Group(kind=kind, code=code, label=label, level=level, source=source, unit=self.units[unit])

    def _write_gatherings(self, year: SchoolYear, enrolments: dict[str, Enrolment]) -> dict[str, Group]:
        """Groups that are no class: across classes, half a class, the SEGPA, a club."""
        rows: dict[str, Group] = {}
        members: dict[str, list[tuple[Enrolment, dict[str, Any]]]] = {}
        for each in self.plan.gatherings:
            rows[each.code] = self._group(Group.Kind.TEACHING, each.code, each.label, each.level, Source.STS)
            pupils = self._pupils(each.divisions)
            members[each.code] = [
                (enrolments[key], {})
                for rank, key in enumerate(pupils)
                if (rank % each.one_in == each.first) is not each.others
            ]
        if halves := self.plan.halves:
            code, level = f"{halves}1", f"{halves[0]}e"
            label = f"{level} {halves[1:]} TP, semaines A et B"
            rows[code] = self._group(Group.Kind.PART, code, label, level, Source.TIMETABLE)
            pupils = self._pupils((halves,))
            members[code] = [
                (enrolments[key], {"weeks": WEEKS_A if rank < len(pupils) / 2 else WEEKS_B})
                for rank, key in enumerate(pupils)
            ]
        if "segpa" in self.units:
            rows["6SEGPA"] = self._group(Group.Kind.TEACHING, "6SEGPA", "6e SEGPA", "6e", Source.STS, "segpa")
            members["6SEGPA"] = [(enrolments[child.key], {}) for child in self.children if child.segpa]
        if self.plan.club:
            rows["CLUB"] = self._group(Group.Kind.MANUAL, "CLUB", self.plan.club, "", Source.HAND)
            members["CLUB"] = [(enrolments[key], {}) for key in self._pupils(tuple(self.plan.sizes))[4::19]]
        groups = self._write_groups(rows, year)
        for code, group in groups.items():
            self._join(group, members[code], year)
        if self.plan.club:
            GroupMember.objects.bulk_create(
                GroupMember(
                    group=groups["CLUB"], record=self.records[key], role=role, starts_on=year.starts_on
                )
                for key, role in (
                    ("librarian", GroupMember.Role.STAFF),
                    ("partner", GroupMember.Role.PARTNER),
                )
            )
        return groups

    def _pupils(self, divisions: tuple[str, ...]) -> list[str]:
        found = [child for child in self.children if (child.moves_to or child.division) in divisions]
        return [child.key for child in sorted(found, key=lambda child: (folded(child.last_name), child.key))]

    def _enrol(self, pupils: Iterable[tuple[str, str, bool, date, date | None]]) -> dict[str, Enrolment]:
        rows: dict[str, Enrolment] = {}
        for key, level, segpa, first, last in pupils:
            rows[key] = Enrolment(
                record=self.records[key],
                unit=self.units["segpa" if segpa else "college"],
                level=level,
                mef=MEFS[level][segpa],
                boarding=Enrolment.Boarding.HALF if len(rows) % 3 else Enrolment.Boarding.DAY,
                starts_on=first,
                ends_on=last,
            )
        return dict(zip(rows, Enrolment.objects.bulk_create(rows.values()), strict=True))

    def _join(self, group: Group, pupils: list[tuple[Enrolment, dict[str, Any]]], year: SchoolYear) -> None:
        GroupMember.objects.bulk_create(
            GroupMember(
                group=group,
                record=enrolment.record,
                enrolment=enrolment,
                source=group.source,
                **{"starts_on": enrolment.starts_on, "ends_on": enrolment.ends_on, **given},
            )
            for enrolment, given in pupils
        )

    def _write_courses(self, year: SchoolYear, groups: dict[str, Group], there: set[str]) -> None:
        subjects = {subject.short_code: subject for subject in Subject.objects.all()}
        found = [
            teaching for teaching in _teachings(self.plan.staff, there) if set(teaching.groups) <= set(groups)
        ]
        courses = Course.objects.bulk_create(
            Course(
                uuid=demo_uuid("course", self.plan.key, year.label, teaching.subject, *teaching.groups),
                subject=subjects[teaching.subject],
                label="EPS, deux classes ensemble" if len(teaching.groups) > 1 else "",
            )
            for teaching in found
        )
        of_groups, of_teachers = [], []
        for course, teaching in zip(courses, found, strict=True):
            of_groups += [
                CourseGroup(course=course, group=groups[code], starts_on=year.starts_on)
                for code in teaching.groups
            ]
            of_teachers += [
                CourseTeacher(
                    course=course,
                    record=self.records[teacher.key],
                    role=CourseTeacher.Role.CO if rank else CourseTeacher.Role.MAIN,
                    starts_on=year.starts_on,
                )
                for rank, teacher in enumerate(teaching.teachers)
            ]
        CourseGroup.objects.bulk_create(of_groups)
        self._replace(CourseTeacher.objects.bulk_create(of_teachers), year)

    def _replace(self, rows: list[CourseTeacher], year: SchoolYear) -> None:
        if year.starts_on != self.start:
            return
        by_record = {
            self.records[each.key].pk: each.replaced_by for each in self.plan.staff if each.replaced_by
        }
        first, last = self._six_weeks()
        CourseTeacher.objects.bulk_create(
            CourseTeacher(
                course=row.course,
                record=self.records[by_record[row.record_id]],
                role=CourseTeacher.Role.SUBSTITUTE,
                stands_in_for=row,
                starts_on=first,
                ends_on=last,
            )
            for row in rows
            if row.record_id in by_record
        )

    def _appoint(self, year: SchoolYear, groups: dict[str, Group], there: set[str]) -> None:
        Function.objects.bulk_create(
            Function(
                record=self.records[colleague.key],
                kind=Function.Kind.HEAD_TEACHER,
                group=groups[colleague.leads],
                starts_on=year.starts_on,
            )
            for colleague in self.plan.staff
            if colleague.leads in groups and colleague.key in there
        )


def _teachings(staff: Iterable[Colleague], there: set[str]) -> list[_Teaching]:
    """Each course once, with all who give it."""
    found: dict[tuple[str, str], _Teaching] = {}
    for colleague in staff:
        if colleague.key not in there:
            continue
        for part in filter(None, colleague.teaches.split(";")):
            subject, *groups = part.split()
            for together in groups:
                teaching = _Teaching(subject, tuple(together.split("+")), [])
                found.setdefault((subject, together), teaching).teachers.append(colleague)
    return list(found.values())


@transaction.atomic
def _follow_schools() -> None:
    authority, _ = Authority.objects.get_or_create(
        uuid=demo_uuid("authority"),
        defaults={"name": "Département de la Seine-Saint-Denis", "kind": Authority.Kind.DEPARTMENT},
    )
    since = date(2020, 9, 1)
    for plan in PLANS:
        with in_every_school(reason="the demonstration schools"):
            school = SchoolUnit.objects.select_related("school").get(uai=plan.units[0][0]).school
        Oversight.objects.get_or_create(authority=authority, school=school, defaults={"starts_on": since})
    person, _ = Person.objects.get_or_create(uuid=demo_uuid("person", "authority"))
    AuthorityMember.objects.get_or_create(
        authority=authority,
        person=person,
        defaults={
            "first_name": "Estelle",
            "last_name": "Roumégous",
            "title": "Chargée de mission numérique éducatif",
            "starts_on": since,
        },
    )
