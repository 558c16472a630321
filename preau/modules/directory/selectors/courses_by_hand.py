"""What the pages read on which courses and their teachers are kept by hand."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from preau.kernel.access.actor import Actor
from preau.kernel.calendar import since
from preau.kernel.names import folded
from preau.modules.directory.models import Course, CourseGroup, CourseTeacher, Group


@dataclass(frozen=True)
class CourseLine:
    """A course as the page of one of its groups names it. `ends_on`: where it ends before the group does."""

    course: Course
    teachers: str
    beside: str  # the other groups
    ends_on: date | None


@dataclass(frozen=True)
class KeptCourse:
    """A course as those who keep it see it: everybody who has taught it, by their first day."""

    course: Course
    groups: list[CourseGroup]
    teachings: list[CourseTeacher]
    ends_on: date | None
    place: Group


def courses_kept(group: Group, day: date) -> list[CourseLine]:
    """Those the group follows or will follow, with who teaches them that day or later. Three queries."""
    teachers = CourseTeacher.objects.filter(since(day)).select_related("record")
    given = CourseGroup.objects.filter(since(day)).select_related("group")
    courses: Any = Course.objects.filter(pk__in=given.filter(group=group).order_by().values("course"))
    courses = courses.select_related("subject").prefetch_related(
        Prefetch("teachers", teachers, to_attr="teachers_now"),
        Prefetch("groups", given, to_attr="groups_now"),
    )
    lines = []
    for course in sorted(courses, key=lambda course: (folded(str(course)), course.pk)):
        names = dict.fromkeys(row.record.name for row in course.teachers_now)
        others = sorted(row.group.label for row in course.groups_now if row.group_id != group.pk)
        last = next(row.ends_on for row in course.groups_now if row.group_id == group.pk)
        ends_on = last if last != group.ends_on else None
        lines.append(CourseLine(course, ", ".join(names), ", ".join(others), ends_on))
    return lines


def kept_course(course: Course) -> KeptCourse:
    """Two queries."""
    groups = list(
        CourseGroup.objects.filter(course=course)
        .select_related("group")
        .order_by("group__kind", "group__code_key")
    )
    teachings = list(
        CourseTeacher.objects.filter(course=course)
        .select_related("record", "stands_in_for__record")
        .order_by("starts_on", "record__sort_name", "pk")
    )
    last_days = [row.ends_on for row in groups]
    return KeptCourse(
        course=course,
        groups=groups,
        teachings=teachings,
        ends_on=None if None in last_days else max(day for day in last_days if day),
        place=groups[0].group,
    )


def groups_offered(actor: Actor) -> list[Group]:
    """Those that may follow a course, classes first."""
    found = Group.objects.visible_to(actor).lasting(actor).exclude(kind=Group.Kind.AUTOMATIC)
    return sorted(found, key=lambda group: (group.kind != Group.Kind.DIVISION, group.school_order))
