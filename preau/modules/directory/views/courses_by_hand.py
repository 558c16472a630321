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
    CourseForm,
    EndingForm,
    EndTeacherForm,
    SubstituteForm,
    TeacherForm,
)
from preau.modules.directory.models import Course, CourseTeacher, Group, Subject
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
            return redirect(f"{reverse('directory:group_manage', args=[found.uuid])}#courses")
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return _new_page(request, found, form)


def _new_form(request: Any, group: Group, data: Any = None) -> CourseForm:
    day = request.actor.at(group.school_id).day
    subjects = [Choice(str(each.short_code), each.label, each) for each in Subject.objects.all()]
    others = [
        Choice(str(each.uuid), each.label, each)
        for each in kept.groups_offered(request.actor)
        if each.pk != group.pk
    ]
    return CourseForm(
        data,
        subjects=subjects,
        others=others,
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
def course_teacher_create(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)
    form = page.forms["adding"] = TeacherForm(request.POST, staff=page.staff, auto_id="id_add_%s")
    if form.is_valid():
        try:
            services.add_teacher(actor=request.actor, course=page.course, **form.cleaned_data)
            return page.back()
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return page.answer()


@require_POST
@access(permissions.KEEP_COURSES)
def course_substitute_create(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)
    form = SubstituteForm(
        request.POST, replaceable=page.replaceable, staff=page.staff, auto_id="id_replace_%s"
    )
    page.forms["replacing"] = form
    if form.is_valid():
        try:
            role = CourseTeacher.Role.SUBSTITUTE
            services.add_teacher(actor=request.actor, course=page.course, role=role, **form.cleaned_data)
            return page.back()
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return page.answer()


@require_POST
@access(permissions.KEEP_COURSES)
def course_teacher_end(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)
    # Also one whose last day has passed since: sent again, it is the same end.
    teachings = [_choice(row) for row in page.kept.teachings]
    form = EndTeacherForm(request.POST, teachings=teachings, auto_id="id_leave_%s")
    page.forms["leaving"] = form
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.end_teacher(
                actor=request.actor,
                teaching=given["teaching"],
                base_version=given["version"],
                ends_on=given["ends_on"],
            )
            return page.back()
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("ends_on", str(broken.message))
    return page.answer()


@require_POST
@access(permissions.KEEP_COURSES)
def course_end(request: Any, course: UUID) -> HttpResponse:
    page = _Page(request, course)
    form = page.forms["ending"] = EndingForm(request.POST, auto_id="id_end_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            left = services.end_course(
                actor=request.actor,
                course=page.course,
                base_version=given["version"],
                ends_on=given["ends_on"],
            )
            return page.back() if left else redirect("directory:group_manage", page.kept.place.uuid)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("ends_on", str(broken.message))
    return page.answer()


class _Page:
    """The page of a course, with those of its forms that were sent and come back with their errors."""

    def __init__(self, request: Any, course: UUID) -> None:
        visible = Course.objects.visible_to(request.actor).select_related("subject")
        self.request = request
        self.course: Course = get_object_or_404(visible, uuid=course)
        permissions.KEEP_COURSES.require(request.actor, self.course)
        self.standing = request.actor.at(self.course.school_id)
        self.kept = kept.kept_course(self.course)
        self.staff = staff_here(request.actor, self.standing.day)
        self.forms: dict[str, Any] = {}

    @property
    def lasting(self) -> list[CourseTeacher]:
        """Who teaches it today or later."""
        day = self.standing.day
        return [row for row in self.kept.teachings if row.ends_on is None or row.ends_on >= day]

    @property
    def replaceable(self) -> list[Choice]:
        return [_choice(row) for row in self.lasting if row.role != CourseTeacher.Role.SUBSTITUTE]

    def back(self) -> HttpResponse:
        return redirect(f"{reverse('directory:course_manage', args=[self.course.uuid])}#content")

    def answer(self) -> HttpResponse:
        day, version = self.standing.day, self.course.version
        refused = any(form.errors for form in self.forms.values())
        ended = self.kept.ends_on is not None and self.kept.ends_on < day
        ending = {"ends_on": self.kept.ends_on or day, "version": version}
        context = {
            "page": self.kept,
            "standing": self.standing,
            "teachings": self.lasting,
            "past": [row for row in self.kept.teachings if row not in self.lasting],
            "writable": not self.standing.year.is_closed and not ended,
            "ended": ended,
            "adding": TeacherForm(staff=self.staff, initial={"starts_on": day}, auto_id="id_add_%s"),
            "replacing": SubstituteForm(
                replaceable=self.replaceable,
                staff=self.staff,
                initial={"starts_on": day},
                auto_id="id_replace_%s",
            ),
            "leaving": EndTeacherForm(
                teachings=[_choice(row) for row in self.lasting],
                initial={"ends_on": day, "version": version},
                auto_id="id_leave_%s",
            ),
            "ending": EndingForm(initial=ending, auto_id="id_end_%s"),
            **self.forms,
        }
        return render(self.request, "directory/course_manage.html", context, status=422 if refused else 200)


def _choice(row: CourseTeacher) -> Choice:
    """A person and their first day: what is one teaching among those of a course."""
    return Choice(f"{row.record.uuid}.{row.starts_on:%Y-%m-%d}", row.record.listed_name, row)


def _group(request: Any, group: UUID) -> Group:
    found: Group = get_object_or_404(Group.objects.visible_to(request.actor), uuid=group)
    permissions.KEEP_COURSES.require(request.actor, found)
    return found
