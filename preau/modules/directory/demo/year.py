"""What no national file says of a year: which classes are taught together, halves of a class and their weeks,
the SEGPA's pupils in the classes of others, a club, a substitute, a change of class in October."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from preau.kernel.calendar import WEEKS_A, WEEKS_B
from preau.kernel.models import SchoolYear
from preau.modules.directory.demo.people import People, demo_uuid
from preau.modules.directory.demo.schools import SUBJECTS
from preau.modules.directory.demo.september import September, Taught, in_order
from preau.modules.directory.models import (
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Source,
    Subject,
)


def paint_subjects() -> None:
    """Neighbours on a timetable are told apart by more than the order they came in."""
    hues = {short: hue for short, _, _, hue, _ in SUBJECTS}
    subjects = list(Subject.objects.all())
    for subject in subjects:
        subject.hue = hues[subject.short_code]
    Subject.objects.bulk_update(subjects, ["hue"])


def name_groups(plan_key: str, year: SchoolYear) -> None:
    """The same uuids each time: addresses of classes stay comparable."""
    groups = list(Group.objects.all())
    for group in groups:
        group.uuid = demo_uuid("group", plan_key, year.label, group.code)
    Group.objects.bulk_update(groups, ["uuid"])


def name_digital_leads(september: September, people: People, year: SchoolYear) -> None:
    """Once: those of a year go on in the next one."""
    Function.objects.bulk_create(
        Function(
            record_id=people.records[each.key], kind=Function.Kind.DIGITAL_LEAD, starts_on=year.starts_on
        )
        for each in september.staff
        if each.digital_lead
    )


@dataclass
class ByHand:
    """The year that is open, after its files."""

    september: September
    people: People
    year: SchoolYear

    def __post_init__(self) -> None:
        self.plan = self.september.plan
        self.groups = {group.code: group for group in Group.objects.all()}
        self.enrolments = {each.record_id: each for each in Enrolment.objects.all()}

    def write_courses(self) -> None:
        """Those of STS-web are one subject to one class or group; these are the others."""
        said = {(each.subject, each.groups) for each in self.september.services()}
        found = [
            each
            for each in self.september.taught()
            if (each.subject, each.groups) not in said and set(each.groups) <= set(self.groups)
        ]
        subjects = {subject.short_code: subject for subject in Subject.objects.all()}
        courses = Course.objects.bulk_create(
            Course(
                uuid=demo_uuid("course", self.plan.key, self.year.label, each.subject, *each.groups),
                subject=subjects[each.subject],
                label="EPS, deux classes ensemble" if len(each.groups) > 1 else "",
            )
            for each in found
        )
        pairs = list(zip(courses, found, strict=True))
        first = self.year.starts_on
        CourseGroup.objects.bulk_create(
            CourseGroup(course=course, group=self.groups[code], starts_on=first)
            for course, each in pairs
            for code in each.groups
        )
        CourseTeacher.objects.bulk_create(
            row for course, each in pairs for row in self._teachers(course, each)
        )

    def _teachers(self, course: Course, taught: Taught) -> Iterable[CourseTeacher]:
        for rank, teacher in enumerate(taught.teachers):
            yield CourseTeacher(
                course=course,
                record_id=self.people.records[teacher.key],
                role=CourseTeacher.Role.CO if rank else CourseTeacher.Role.MAIN,
                starts_on=self.year.starts_on,
            )

    def replace(self) -> None:
        """A substitute, for six weeks around today."""
        records = self.people.records
        stands_in = {
            records[each.key]: records[each.replaced_by] for each in self.plan.staff if each.replaced_by
        }
        first, last = self.people.six_weeks
        CourseTeacher.objects.bulk_create(
            CourseTeacher(
                course=row.course,
                record_id=stands_in[row.record_id],
                role=CourseTeacher.Role.SUBSTITUTE,
                stands_in_for=row,
                starts_on=first,
                ends_on=last,
            )
            for row in CourseTeacher.objects.filter(record__in=stands_in).select_related("course")
        )

    def include_segpa(self) -> None:
        """The class is the collège's, the pupil the SEGPA's."""
        records = [self.people.records[seat.child.key] for seat in self.september.in_segpa]
        if records:
            Enrolment.objects.filter(record__in=records).update(unit=self.people.units["segpa"])

    def change_classes(self) -> None:
        day = self.year.starts_on + timedelta(days=45)
        for child in self.plan.families:
            if child.moves_to and child.moves_to in self.groups:
                enrolment = self.enrolments[self.people.records[child.key]]
                old, new = self.groups[child.division], self.groups[child.moves_to]
                GroupMember.objects.filter(group=old, record=enrolment.record_id).update(
                    ends_on=day - timedelta(days=1)
                )
                self._join(new, [(enrolment, {"starts_on": day})])

    def write_groups(self) -> None:
        if halves := self.plan.halves:
            code, level = f"{halves}1", f"{halves[0]}e"
            label = f"{level} {halves[1:]} TP, semaines A et B"
            group = self._group(Group.Kind.PART, code, label, level, Source.TIMETABLE)
            group.part_of = self.groups[halves]
            group.save(update_fields=["part_of"])
            pupils = self._pupils(halves)
            self._join(
                group,
                [
                    (each, {"weeks": WEEKS_A if rank < len(pupils) / 2 else WEEKS_B})
                    for rank, each in enumerate(pupils)
                ],
            )
        if self.plan.club:
            group = self._group(Group.Kind.MANUAL, "CLUB", self.plan.club, "", Source.HAND)
            # One pupil in so many, from everywhere: some twelve of a small collège as of a large one.
            everybody = self._pupils(*self.september.divisions)
            self._join(group, [(each, {}) for each in everybody[4 :: max(19, len(everybody) // 12)]])
            GroupMember.objects.bulk_create(
                GroupMember(
                    group=group,
                    record_id=self.people.records[key],
                    role=role,
                    starts_on=self.year.starts_on,
                )
                for key, role in (
                    ("librarian", GroupMember.Role.STAFF),
                    ("partner", GroupMember.Role.PARTNER),
                )
            )

    def _group(self, kind: str, code: str, label: str, level: str, source: str) -> Group:
        group: Group = Group.objects.create(
            uuid=demo_uuid("group", self.plan.key, self.year.label, code),
            unit=self.people.units["college"],
            kind=kind,
            code=code,
            label=label,
            level=level,
            source=source,
        )
        self.groups[code] = group
        return group

    def _pupils(self, *divisions: str) -> list[Enrolment]:
        children = [
            seat.child for seat in self.september.seats if (seat.child.moves_to or seat.division) in divisions
        ]
        return [self.enrolments[self.people.records[child.key]] for child in in_order(children)]

    def _join(self, group: Group, pupils: Iterable[tuple[Enrolment, dict[str, Any]]]) -> None:
        GroupMember.objects.bulk_create(
            GroupMember(
                group=group,
                record_id=enrolment.record_id,
                enrolment=enrolment,
                source=group.source,
                **{"starts_on": enrolment.starts_on, "ends_on": enrolment.ends_on, **given},
            )
            for enrolment, given in pupils
        )
