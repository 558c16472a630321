from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web.guards import access
from preau.modules.directory import permissions, services
from preau.modules.directory.forms import (
    ChangeCourseForm,
    CourseForm,
    CourseGroupForm,
    EndCourseGroupForm,
    EndingForm,
    EndTeacherForm,
    SubstituteForm,
    TeacherForm,
    VersionForm,
)
from preau.modules.directory.models import Course, CourseGroup, CourseTeacher, Group, Subject
from preau.modules.directory.selectors import courses_by_hand as kept
from preau.modules.directory.selectors.groups_by_hand import Choice, staff_here


@require_safe
@access(permissions.KEEP_COURSES)
def course_new(request: Any, group: UUID) -> HttpResponse:
    found = _group(request, group)
    return _new_page(request, found, _new_form(request, found))


@require_POST
@access(permissions.KEEP_COURSES)
def course_create(request: Any, group: UUID) -> HttpResponse:
    found = _group(request, group)
    form = _new_form(request, found, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.create_course(
                actor=request.actor,
                groups=[found, *given["others"]],
                teachers=list(filter(None, (given["teacher"], given["co_teacher"]))),
                **{name: given[name] for name in ("uuid", "subject", "new_subject", "label", "starts_on")},
            )
            return _to_group(found)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return _new_page(request, found, form)


def _new_form(request: Any, group: Group, data: Any = None) -> CourseForm:
    day = request.actor.at(group.school_id).day
    return CourseForm(
        data,
        subjects=_subjects(),
        others=_groups(request, but={group.pk}),
        staff=staff_here(request.actor, day),
        initial={"starts_on": day},
    )


def _new_page(request: Any, group: Group, form: CourseForm) -> HttpResponse:
    standing = request.actor.at(group.school_id)
    writable = not standing.year.is_closed and not group.has_ended(standing.day)
    context = {"group": group, "form": form, "writable": writable}
    return render(request, "directory/course_new.html", context, status=422 if form.errors else 200)


@require_safe
@access(permissions.KEEP_COURSES)
def course_manage(request: Any, course: UUID) -> HttpResponse:
    return _Page(request, course).answer()


@require_POST
@access(permissions.KEEP_COURSES)
def course_change(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)

    def change(given: dict[str, Any]) -> Course:
        version = given.pop("version")
        return services.change_course(actor=request.actor, course=page.course, base_version=version, **given)

    return page.sent("changing", change)


@require_POST
@access(permissions.KEEP_COURSES)
def course_group_create(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)

    def add(given: dict[str, Any]) -> CourseGroup:
        return services.add_course_group(actor=request.actor, course=page.course, **given)

    return page.sent("joining", add)


@require_POST
@access(permissions.KEEP_COURSES)
def course_group_end(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)

    def end(given: dict[str, Any]) -> Course:
        version = given.pop("version")
        services.end_course_group(actor=request.actor, base_version=version, **given)
        return page.course

    return page.sent("parting", end, wrong="ends_on")


@require_POST
@access(permissions.KEEP_COURSES)
def course_teacher_create(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)

    def add(given: dict[str, Any]) -> CourseTeacher:
        return services.add_teacher(actor=request.actor, course=page.course, **given)

    return page.sent("adding", add)


@require_POST
@access(permissions.KEEP_COURSES)
def course_substitute_create(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)

    def add(given: dict[str, Any]) -> CourseTeacher:
        role = CourseTeacher.Role.SUBSTITUTE
        return services.add_teacher(actor=request.actor, course=page.course, role=role, **given)

    return page.sent("replacing", add)


@require_POST
@access(permissions.KEEP_COURSES)
def course_teacher_end(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)

    def end(given: dict[str, Any]) -> Course:
        version = given.pop("version")
        services.end_teacher(actor=request.actor, base_version=version, **given)
        return page.course

    return page.sent("leaving", end, wrong="ends_on")


@require_POST
@access(permissions.KEEP_COURSES)
def course_end(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)

    def end(given: dict[str, Any]) -> Course | None:
        version = given.pop("version")
        return services.end_course(actor=request.actor, course=page.course, base_version=version, **given)

    return page.sent("ending", end, wrong="ends_on")


@require_POST
@access(permissions.KEEP_COURSES)
def course_resume(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)

    def resume(given: dict[str, Any]) -> Course | None:
        return services.end_course(
            actor=request.actor, course=page.course, base_version=given["version"], ends_on=None
        )

    return page.sent("resuming", resume)


class _Page:
    """The page of a course, with the form that was sent and comes back with its errors."""

    def __init__(self, request: Any, course: UUID) -> None:
        visible = Course.objects.visible_to(request.actor).select_related("subject")
        self.request = request
        self.course: Course = get_object_or_404(visible, uuid=course)
        permissions.KEEP_COURSES.require(request.actor, self.course)
        self.standing = request.actor.at(self.course.school_id)
        self.kept = kept.kept_course(self.course)
        self.staff = staff_here(request.actor, self.standing.day)

    def sent(self, name: str, act: Callable[[dict[str, Any]], Any], *, wrong: str | None = None) -> Any:
        """One of its forms came. `act` does it, and gives None where no course is left; `wrong`: the field
        beside which is said what it refuses."""
        form = self._form(name, self.request.POST)
        if form.is_valid():
            try:
                left = act(dict(form.cleaned_data))
            except Conflict:
                raise
            except RuleBroken as broken:
                form.add_error(wrong, str(broken.message))
            else:
                if left:
                    return redirect(f"{reverse('directory:course_manage', args=[self.course.uuid])}#content")
                return _to_group(self.kept.place)
        return self.answer({name: form})

    def answer(self, sent: dict[str, Any] | None = None) -> HttpResponse:
        sent = sent or {}
        context = {
            "page": self.kept,
            "standing": self.standing,
            "teachings": self._lasting,
            "past": [row for row in self.kept.teachings if row not in self._lasting],
            "open": not self.standing.year.is_closed,
            "ended": self.kept.ends_on is not None and self.kept.ends_on < self.standing.day,
            **{name: sent.get(name) or self._form(name) for name in _FORMS},
        }
        refused = any(form.errors for form in sent.values())
        return render(self.request, "directory/course_manage.html", context, status=422 if refused else 200)

    def _form(self, name: str, data: Any = None) -> Any:
        day, course = self.standing.day, self.course
        version = {"version": course.version}
        match name:
            case "changing":
                initial: dict[str, Any] = {"subject": course.subject.short_code, "label": course.label}
                rows: dict[str, Any] = {"subjects": _subjects()}
            case "joining":
                # Sent again, it follows the course already.
                followed = () if data else [row.group_id for row in self.kept.groups]
                initial, rows = {"starts_on": day}, {"groups": _groups(self.request, but=followed)}
            case "parting":
                given = [Choice(str(row.group.uuid), row.group.label, row) for row in self.kept.groups]
                initial, rows = {"ends_on": day}, {"given": given}
            case "adding":
                initial, rows = {"starts_on": day}, {"staff": self.staff}
            case "replacing":
                replaceable = [row for row in self._lasting if row.role != CourseTeacher.Role.SUBSTITUTE]
                initial = {"starts_on": day}
                rows = {"replaceable": [_choice(row) for row in replaceable], "staff": self.staff}
            case "leaving":
                # Also one whose last day has passed since: sent again, it is the same end.
                teachings = self.kept.teachings if data else self._lasting
                initial, rows = {"ends_on": day}, {"teachings": [_choice(row) for row in teachings]}
            case _:
                initial, rows = {"ends_on": self.kept.ends_on or day}, {}
        return _FORMS[name](data, initial=initial | version, auto_id=f"id_{name}_%s", **rows)

    @property
    def _lasting(self) -> list[CourseTeacher]:
        """Who teaches it today or later."""
        day = self.standing.day
        return [row for row in self.kept.teachings if row.ends_on is None or row.ends_on >= day]


_FORMS: dict[str, Any] = {
    "changing": ChangeCourseForm,
    "joining": CourseGroupForm,
    "parting": EndCourseGroupForm,
    "adding": TeacherForm,
    "replacing": SubstituteForm,
    "leaving": EndTeacherForm,
    "ending": EndingForm,
    "resuming": VersionForm,
}


def _to_group(group: Group) -> HttpResponse:
    return redirect(f"{reverse('directory:group_manage', args=[group.uuid])}#courses")


def _subjects() -> list[Choice]:
    return [Choice(str(each.short_code), each.label, each) for each in Subject.objects.all()]


def _groups(request: Any, but: Collection[int]) -> list[Choice]:
    offered = kept.groups_offered(request.actor)
    return [Choice(str(each.uuid), each.label, each) for each in offered if each.pk not in but]


def _choice(row: CourseTeacher) -> Choice:
    """A person and their first day: what is one teaching among those of a course."""
    return Choice(f"{row.record.uuid}.{row.starts_on:%Y-%m-%d}", row.record.listed_name, row)


def _group(request: Any, group: UUID) -> Group:
    found: Group = get_object_or_404(Group.objects.visible_to(request.actor), uuid=group)
    permissions.KEEP_COURSES.require(request.actor, found)
    return found
