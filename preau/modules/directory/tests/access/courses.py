"""Courses kept by hand."""

from uuid import uuid4

from preau.modules.directory.testing import (
    OTHER_CLASS,
    Cast,
)
from preau.modules.directory.tests.access.who import (
    KEEPS,
    KEPT,
    ending,
)
from tests.access_table import get, post, table


def _new_course(cast: Cast, place: str) -> dict[str, str]:
    return {"new_subject": "Théâtre", "starts_on": "2026-11-23", "uuid": str(uuid4())}


def _renamed_course(cast: Cast, place: str) -> dict[str, str]:
    return {"new_subject": "Latin", "label": "Rome", "version": "1"}


def _other_group(cast: Cast, place: str) -> dict[str, str]:
    """Any class but the one that has the course."""
    other = cast.own if place == OTHER_CLASS else cast.places[OTHER_CLASS]
    return {"group": str(other["division"].uuid), "starts_on": "2026-11-23"}


def _group_ending(cast: Cast, place: str) -> dict[str, str]:
    return {"given": str(cast.places[place]["division"].uuid), **ending(cast, place)}


def _new_teacher(cast: Cast, place: str) -> dict[str, str]:
    return {"record": str(cast.own["librarian"].uuid), "role": "co", "starts_on": "2026-11-23"}


def _teaching(cast: Cast, place: str) -> str:
    return f"{cast.places[place]['teacher'].uuid}.{cast.places[place].year.starts_on}"


def _substitute(cast: Cast, place: str) -> dict[str, str]:
    days = {"starts_on": "2026-11-23", "ends_on": "2026-12-04"}
    return {"stands_in_for": _teaching(cast, place), "record": str(cast.own["librarian"].uuid), **days}


def _teacher_ending(cast: Cast, place: str) -> dict[str, str]:
    return {"teaching": _teaching(cast, place), **ending(cast, place)}


ACCESS = table(
    # A course may bring any classes together, and any member of the staff may give it.
    get("directory:course_new", {"group": "division"}, lists_other_class=KEEPS, **KEPT),
    post("directory:course_create", {"group": "division"}, data=_new_course, **KEPT),
    get("directory:course_manage", {"course": "course"}, lists_other_class=KEEPS, **KEPT),
    post("directory:course_teacher_create", {"course": "course"}, data=_new_teacher, **KEPT),
    post("directory:course_substitute_create", {"course": "course"}, data=_substitute, **KEPT),
    post("directory:course_teacher_end", {"course": "course"}, data=_teacher_ending, **KEPT),
    post("directory:course_change", {"course": "course"}, data=_renamed_course, **KEPT),
    post("directory:course_group_create", {"course": "course"}, data=_other_group, **KEPT),
    # One class alone follows it: said in a sentence.
    post(
        "directory:course_group_end",
        {"course": "course"},
        data=_group_ending,
        ok=422,
        lists_other_class=KEEPS,
        **KEPT,
    ),
    post("directory:course_end", {"course": "course"}, data=ending, **KEPT),
    post("directory:course_resume", {"course": "course"}, data=ending, **KEPT),
)
