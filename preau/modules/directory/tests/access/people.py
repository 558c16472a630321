"""People, their files and their guardians."""

from typing import Any
from uuid import uuid4

from preau.modules.directory.testing import (
    FAMILY,
    IN_SCHOOL,
    STAFF,
    Cast,
    Who,
)
from preau.modules.directory.tests.access.who import (
    EVERYBODY_ELSE,
    KEEPS,
    KEPT,
    SEES_A_TEACHER,
)
from tests.access_table import get, post, table


def _class_change(cast: Cast, place: str) -> dict[str, str]:
    return {"group": str(cast.places[place]["division"].uuid), "starts_on": "2026-11-23"}


def _correction(cast: Cast, place: str) -> dict[str, str]:
    return {"last_name": "Renommé", "first_name": "Alix", "version": "1"}


def _taking_back(cast: Cast, place: str) -> dict[str, str]:
    return {"field": "last_name"}


def _departure(cast: Cast, place: str) -> dict[str, str]:
    return {"ends_on": "2026-12-18", "shown": ""}


def _profile(cast: Cast, place: str) -> dict[str, str]:
    return {"profile": "partner", "starts_on": "2026-11-23"}


def _link(cast: Cast, place: str) -> dict[str, str]:
    return {"kinship": "10", "level": "2", "version": "1"}


def _somebody(**more: str) -> Any:
    """Nobody's namesake at any place."""

    def typed(cast: Cast, place: str) -> dict[str, str]:
        key = uuid4()
        return {
            "last_name": f"Nouveau{key.hex[:8]}",
            "first_name": "Alix",
            "uuid": str(key),
            "starts_on": "2026-11-23",
            **more,
        }

    return typed


def _new_pupil(cast: Cast, place: str) -> dict[str, str]:
    of_class = {"group": str(cast.places[place]["division"].uuid), "birth_date": "2013-05-06"}
    return {**_somebody()(cast, place), **of_class}


ACCESS = table(
    get(
        "directory:person_list",
        own=IN_SCHOOL,
        refused=Who.AUTHORITY,
        lists_other_class=STAFF,
        forged={"division": "division", "q": "pupil", "after": "pupil"},
    ),
    get(
        "directory:person_detail",
        {"record": "pupil"},
        own=STAFF | FAMILY,
        other_class=STAFF,
        # Those who may put the pupil in another choose among all classes.
        lists_other_class=KEEPS,
    ),
    get(
        "directory:person_detail",
        {"record": "guardian"},
        own=STAFF | Who.PUPIL | Who.GUARDIAN,
        other_class=STAFF,
    ),
    get("directory:person_detail", {"record": "teacher"}, own=SEES_A_TEACHER, other_class=STAFF),
    # The class they are in already: done twice, it changes nothing.
    post(
        "directory:class_change",
        {"record": "pupil"},
        data=_class_change,
        **KEPT,
    ),
    get("directory:person_new", own=KEEPS, refused=EVERYBODY_ELSE),
    get(
        "directory:pupil_new",
        own=KEEPS,
        refused=EVERYBODY_ELSE,
        # They choose among all classes.
        lists_other_class=KEEPS,
    ),
    post("directory:pupil_new", data=_new_pupil, own=KEEPS, refused=EVERYBODY_ELSE),
    get("directory:member_new", own=KEEPS, refused=EVERYBODY_ELSE),
    post(
        "directory:member_new",
        data=_somebody(profile="partner"),
        own=KEEPS,
        refused=EVERYBODY_ELSE,
    ),
    get("directory:person_edit", {"record": "pupil"}, **KEPT),
    get(
        "directory:person_edit",
        {"record": "teacher"},
        own=KEEPS,
        other_class=KEEPS,
        refused=SEES_A_TEACHER & ~KEEPS,
        refused_other_class=STAFF & ~KEEPS,
    ),
    post("directory:person_correct", {"record": "pupil"}, data=_correction, **KEPT),
    # No file said anything of them: nothing to take back, and nothing wrong.
    post("directory:correction_take_back", {"record": "pupil"}, data=_taking_back, **KEPT),
    post("directory:enrolment_end", {"enrolment": "enrolment"}, data=_departure, **KEPT),
    post(
        "directory:member_depart",
        {"record": "teacher"},
        data=_departure,
        own=KEEPS,
        other_class=KEEPS,
        refused=SEES_A_TEACHER & ~KEEPS,
        refused_other_class=STAFF & ~KEEPS,
    ),
    post(
        "directory:membership_create",
        {"record": "teacher"},
        data=_profile,
        own=KEEPS,
        other_class=KEEPS,
        refused=SEES_A_TEACHER & ~KEEPS,
        refused_other_class=STAFF & ~KEEPS,
    ),
    get("directory:guardian_new", {"record": "pupil"}, **KEPT),
    post(
        "directory:guardian_new",
        {"record": "pupil"},
        data=_somebody(kinship="38", level="2"),
        **KEPT,
    ),
    get("directory:guardianship_edit", {"guardianship": "guardianship"}, **KEPT),
    post(
        "directory:guardianship_change",
        {"guardianship": "guardianship"},
        data=_link,
        **KEPT,
    ),
    post(
        "directory:guardianship_end",
        {"guardianship": "guardianship"},
        data=lambda cast, place: {"ends_on": "2026-12-18", "version": "1"},
        **KEPT,
    ),
)
