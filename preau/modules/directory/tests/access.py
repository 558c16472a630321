from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from preau.kernel.intake.testing import picture
from preau.modules.directory.testing import (
    FAMILY,
    IN_SCHOOL,
    MANAGEMENT,
    OTHER_CLASS,
    OTHER_YEAR,
    STAFF,
    Cast,
    Who,
)
from tests.access_table import get, post, table

KEEPS_GROUPS = MANAGEMENT | Who.OFFICE
# What keepers change of a class, a group or a course; others are refused where they may know of it.
KEPT: dict[str, Any] = {
    "own": KEEPS_GROUPS,
    "other_class": KEEPS_GROUPS,
    "refused": (STAFF | FAMILY) & ~KEEPS_GROUPS,
    "refused_other_class": STAFF & ~KEEPS_GROUPS,
}
NOT_MANAGEMENT = (IN_SCHOOL | Who.AUTHORITY) & ~MANAGEMENT
KEEPS_PHOTOS = KEEPS_FILES = MANAGEMENT | Who.OFFICE
SEES_A_TEACHER = STAFF | Who.PUPIL | Who.GUARDIAN | Who.CARER
EVERYBODY_ELSE = (IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES
KEPT_OF_A_PUPIL: dict[str, Who] = {
    "own": KEEPS_FILES,
    "other_class": KEEPS_FILES,
    "refused": (STAFF | FAMILY) & ~KEEPS_FILES,
    "refused_other_class": STAFF & ~KEEPS_FILES,
}


def _appointment(cast: Cast, place: str) -> dict[str, str]:
    return {
        "record": str(cast.places[place]["teacher"].uuid),
        "starts_on": "2026-11-23",
        "uuid": str(uuid4()),
    }


def _ending(cast: Cast, place: str) -> dict[str, str]:
    return {"ends_on": "2026-12-18", "version": "1"}


def _photo_answer(cast: Cast, place: str) -> dict[str, str]:
    return {"agrees": "0", "uuid": str(uuid4())}


def _photo(cast: Cast, place: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("Visage.png", picture("PNG")), "uuid": str(uuid4())}


def _files(cast: Cast, place: str) -> dict[str, Any]:
    return {"exports": SimpleUploadedFile("eleves.csv", b"Nom;Prenom;Classe\nDupont;Zoe;6A\n")}


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


def _new_group(cast: Cast, place: str) -> dict[str, str]:
    return {"kind": "division", "code": "4Z", "label": "4e Z", "unit": "0930001W", "uuid": str(uuid4())}


def _renamed(cast: Cast, place: str) -> dict[str, str]:
    return {"code": f"4Y {place}", "label": "4e Y", "unit": "0930001W", "version": "1"}


def _joining(cast: Cast, place: str) -> dict[str, str]:
    """Who is in the class already: done twice, it changes nothing."""
    there = cast.places[place]
    return {
        "records": str(there["pupil"].uuid),
        "starts_on": "2026-11-23",
        "where": str(there["division"].uuid),
    }


def _leaving(cast: Cast, place: str) -> dict[str, str]:
    return {"records": str(cast.places[place]["pupil"].uuid), "starts_on": "2026-11-23"}


def _new_course(cast: Cast, place: str) -> dict[str, str]:
    return {"new_subject": "Théâtre", "starts_on": "2026-11-23", "uuid": str(uuid4())}


def _renamed_course(cast: Cast, place: str) -> dict[str, str]:
    return {"new_subject": "Latin", "label": "Rome", "version": "1"}


def _other_group(cast: Cast, place: str) -> dict[str, str]:
    """Any class but the one that has the course."""
    other = cast.own if place == OTHER_CLASS else cast.places[OTHER_CLASS]
    return {"group": str(other["division"].uuid), "starts_on": "2026-11-23"}


def _group_ending(cast: Cast, place: str) -> dict[str, str]:
    return {"given": str(cast.places[place]["division"].uuid), **_ending(cast, place)}


def _new_teacher(cast: Cast, place: str) -> dict[str, str]:
    return {"record": str(cast.own["librarian"].uuid), "role": "co", "starts_on": "2026-11-23"}


def _teaching(cast: Cast, place: str) -> str:
    return f"{cast.places[place]['teacher'].uuid}.{cast.places[place].year.starts_on}"


def _substitute(cast: Cast, place: str) -> dict[str, str]:
    days = {"starts_on": "2026-11-23", "ends_on": "2026-12-04"}
    return {"stands_in_for": _teaching(cast, place), "record": str(cast.own["librarian"].uuid), **days}


def _teacher_ending(cast: Cast, place: str) -> dict[str, str]:
    return {"teaching": _teaching(cast, place), **_ending(cast, place)}


def _new_lead(cast: Cast, place: str) -> dict[str, str]:
    return {"record": str(cast.own["librarian"].uuid), "starts_on": "2026-11-23", "uuid": str(uuid4())}


def _next_year(cast: Cast, place: str) -> dict[str, str]:
    return {"starts_on": "2027-09-01", "ends_on": "2028-07-01"}


ACCESS = table(
    get(
        "directory:group_list",
        own=IN_SCHOOL | Who.AUTHORITY,
        lists_other_class=STAFF,
        forged={"all": "division"},
    ),
    get("directory:group_detail", {"group": "division"}, own=STAFF | FAMILY, other_class=STAFF),
    get(
        "directory:group_sheet",
        {"group": "division"},
        own=STAFF,
        other_class=STAFF,
        refused=FAMILY,
    ),
    get(
        "directory:group_new",
        own=KEEPS_GROUPS,
        refused=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_GROUPS,
        # Any class may be the one a part is of.
        lists_other_class=KEEPS_GROUPS,
    ),
    post(
        "directory:group_create",
        data=_new_group,
        own=KEEPS_GROUPS,
        refused=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_GROUPS,
    ),
    get("directory:group_manage", {"group": "division"}, **KEPT),
    post("directory:group_change", {"group": "division"}, data=_renamed, **KEPT),
    post("directory:group_end", {"group": "division"}, data=_ending, **KEPT),
    post("directory:group_resume", {"group": "division"}, data=_ending, **KEPT),
    # It has served: said in a sentence.
    post("directory:group_delete", {"group": "division"}, ok=422, **KEPT),
    get(
        "directory:members_new",
        {"group": "division"},
        lists_other_class=KEEPS_GROUPS,
        **KEPT,
    ),
    # Nobody of the class is looked for in the class itself: the form comes back.
    post(
        "directory:members_create",
        {"group": "division"},
        data=_joining,
        ok=422,
        lists_other_class=KEEPS_GROUPS,
        **KEPT,
    ),
    post("directory:members_end", {"group": "division"}, data=_leaving, **KEPT),
    # A course may bring any classes together, and any member of the staff may give it.
    get("directory:course_new", {"group": "division"}, lists_other_class=KEEPS_GROUPS, **KEPT),
    post("directory:course_create", {"group": "division"}, data=_new_course, **KEPT),
    get("directory:course_manage", {"course": "course"}, lists_other_class=KEEPS_GROUPS, **KEPT),
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
        lists_other_class=KEEPS_GROUPS,
        **KEPT,
    ),
    post("directory:course_end", {"course": "course"}, data=_ending, **KEPT),
    post("directory:course_resume", {"course": "course"}, data=_ending, **KEPT),
    get(
        "directory:function_list",
        own=MANAGEMENT,
        refused=NOT_MANAGEMENT,
        # The head teachers of every class.
        lists_other_class=MANAGEMENT,
    ),
    post("directory:digital_lead_create", data=_new_lead, own=MANAGEMENT, refused=NOT_MANAGEMENT),
    get("directory:head_teachers_block", {"group": "division"}, own=STAFF | FAMILY, other_class=STAFF),
    post(
        "directory:head_teacher_create",
        {"group": "division"},
        data=_appointment,
        # The teacher of the cast leads the class already: said in the form, with 422.
        ok=422,
        own=MANAGEMENT,
        other_class=MANAGEMENT,
        refused=(STAFF | FAMILY) & ~MANAGEMENT,
        refused_other_class=STAFF & ~MANAGEMENT,
    ),
    post(
        "directory:function_end",
        {"function": "function"},
        data=_ending,
        own=MANAGEMENT,
        other_class=MANAGEMENT,
        refused=(STAFF | FAMILY) & ~MANAGEMENT,
        refused_other_class=STAFF & ~MANAGEMENT,
    ),
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
        lists_other_class=KEEPS_FILES,
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
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
        refused=(STAFF | FAMILY) & ~KEEPS_FILES,
        refused_other_class=STAFF & ~KEEPS_FILES,
    ),
    get("directory:person_new", own=KEEPS_FILES, refused=EVERYBODY_ELSE),
    get(
        "directory:pupil_new",
        own=KEEPS_FILES,
        refused=EVERYBODY_ELSE,
        # They choose among all classes.
        lists_other_class=KEEPS_FILES,
    ),
    post("directory:pupil_new", data=_new_pupil, own=KEEPS_FILES, refused=EVERYBODY_ELSE),
    get("directory:member_new", own=KEEPS_FILES, refused=EVERYBODY_ELSE),
    post(
        "directory:member_new",
        data=_somebody(profile="partner"),
        own=KEEPS_FILES,
        refused=EVERYBODY_ELSE,
    ),
    get("directory:person_edit", {"record": "pupil"}, **KEPT_OF_A_PUPIL),
    get(
        "directory:person_edit",
        {"record": "teacher"},
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
        refused=SEES_A_TEACHER & ~KEEPS_FILES,
        refused_other_class=STAFF & ~KEEPS_FILES,
    ),
    post("directory:person_correct", {"record": "pupil"}, data=_correction, **KEPT_OF_A_PUPIL),
    # No file said anything of them: nothing to take back, and nothing wrong.
    post("directory:correction_take_back", {"record": "pupil"}, data=_taking_back, **KEPT_OF_A_PUPIL),
    post("directory:enrolment_end", {"enrolment": "enrolment"}, data=_departure, **KEPT_OF_A_PUPIL),
    post(
        "directory:member_depart",
        {"record": "teacher"},
        data=_departure,
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
        refused=SEES_A_TEACHER & ~KEEPS_FILES,
        refused_other_class=STAFF & ~KEEPS_FILES,
    ),
    post(
        "directory:membership_create",
        {"record": "teacher"},
        data=_profile,
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
        refused=SEES_A_TEACHER & ~KEEPS_FILES,
        refused_other_class=STAFF & ~KEEPS_FILES,
    ),
    get("directory:guardian_new", {"record": "pupil"}, **KEPT_OF_A_PUPIL),
    post(
        "directory:guardian_new",
        {"record": "pupil"},
        data=_somebody(kinship="38", level="2"),
        **KEPT_OF_A_PUPIL,
    ),
    get("directory:guardianship_edit", {"guardianship": "guardianship"}, **KEPT_OF_A_PUPIL),
    post(
        "directory:guardianship_change",
        {"guardianship": "guardianship"},
        data=_link,
        **KEPT_OF_A_PUPIL,
    ),
    post(
        "directory:guardianship_end",
        {"guardianship": "guardianship"},
        data=lambda cast, place: {"ends_on": "2026-12-18", "version": "1"},
        **KEPT_OF_A_PUPIL,
    ),
    # A guardian answers for their child, and nobody else does.
    post(
        "directory:photo_consent_create",
        {"record": "pupil"},
        data=_photo_answer,
        own=Who.GUARDIAN,
        refused=(STAFF | FAMILY) & ~Who.GUARDIAN,
        refused_other_class=STAFF,
    ),
    post(
        "directory:photo_create",
        {"record": "pupil"},
        data=_photo,
        own=KEEPS_PHOTOS,
        other_class=KEEPS_PHOTOS,
        refused=(STAFF | FAMILY) & ~KEEPS_PHOTOS,
        refused_other_class=STAFF & ~KEEPS_PHOTOS,
    ),
    post(
        "directory:photo_remove",
        {"record": "pupil"},
        own=KEEPS_PHOTOS,
        other_class=KEEPS_PHOTOS,
        refused=(STAFF | FAMILY) & ~KEEPS_PHOTOS,
        refused_other_class=STAFF & ~KEEPS_PHOTOS,
    ),
    # Nothing was removed: said in a sentence.
    post(
        "directory:photo_restore",
        {"record": "pupil"},
        ok=422,
        own=KEEPS_PHOTOS,
        other_class=KEEPS_PHOTOS,
        refused=(STAFF | FAMILY) & ~KEEPS_PHOTOS,
        refused_other_class=STAFF & ~KEEPS_PHOTOS,
    ),
    # A photo is its person's: who may know of the file is asked of them.
    get(
        "storage:attachment_download",
        {"attachment": "photo"},
        own=STAFF | Who.PUPIL | Who.GUARDIAN,
        other_class=STAFF,
    ),
    get(
        "directory:year_list",
        own=MANAGEMENT,
        refused=NOT_MANAGEMENT,
    ),
    post(
        "directory:year_create",
        data=_next_year,
        own=MANAGEMENT,
        refused=NOT_MANAGEMENT,
    ),
    # The year is not in preparation any more.
    post(
        "directory:year_discard",
        {"year": "year"},
        ok=409,
        own=MANAGEMENT,
        other_class=MANAGEMENT,
        other_year=MANAGEMENT,
        refused=NOT_MANAGEMENT,
        refused_other_class=NOT_MANAGEMENT,
        refused_other_year=NOT_MANAGEMENT,
    ),
    # The year is open already: done twice, it changes nothing. A closed one is not opened again.
    post(
        "directory:year_open",
        {"year": "year"},
        ok_at={OTHER_YEAR: 409},
        own=MANAGEMENT,
        other_class=MANAGEMENT,
        other_year=MANAGEMENT,
        refused=NOT_MANAGEMENT,
        refused_other_class=NOT_MANAGEMENT,
        refused_other_year=NOT_MANAGEMENT,
    ),
    # The only open year is not closed; one closed already stays so.
    post(
        "directory:year_close",
        {"year": "year"},
        ok=422,
        ok_at={OTHER_YEAR: 302},
        own=MANAGEMENT,
        other_class=MANAGEMENT,
        other_year=MANAGEMENT,
        refused=NOT_MANAGEMENT,
        refused_other_class=NOT_MANAGEMENT,
        refused_other_year=NOT_MANAGEMENT,
    ),
    get("directory:import_list", own=KEEPS_FILES, refused=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES),
    post(
        "directory:import_create",
        data=_files,
        # An import waits there already: who began it is said, and when.
        ok=409,
        own=KEEPS_FILES,
        refused=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES,
    ),
    # Who does not keep the files knows of no import; those of another year are read in that year.
    get("directory:import_detail", {"batch": "batch"}, own=KEEPS_FILES, other_class=KEEPS_FILES),
    get("directory:import_state", {"batch": "batch"}, own=KEEPS_FILES, other_class=KEEPS_FILES),
    get("directory:import_lines", {"batch": "batch"}, own=KEEPS_FILES, other_class=KEEPS_FILES),
    get("directory:import_export", {"batch": "batch"}, own=KEEPS_FILES, other_class=KEEPS_FILES),
    get("directory:import_undo", {"batch": "batch"}, own=KEEPS_FILES, other_class=KEEPS_FILES),
    get(
        "directory:import_columns",
        {"columns": "columns"},
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
        other_year=KEEPS_FILES,
        refused=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES,
        refused_other_class=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES,
        refused_other_year=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES,
    ),
    post(
        "directory:import_columns",
        {"columns": "columns"},
        data=lambda cast, place: {"kind": "pupils", "column-0": "birth_name", "column-1": "first_name"},
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
        other_year=KEEPS_FILES,
        refused=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES,
        refused_other_class=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES,
        refused_other_year=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES,
    ),
    # Nothing of it was applied, or it can no longer be taken back.
    post(
        "directory:import_undo",
        {"batch": "batch"},
        ok=409,
        ok_at={OTHER_CLASS: 422},
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
    ),
    post(
        "directory:import_decide",
        {"batch": "batch"},
        data=lambda cast, place: {"line": "0", "field": "email", "choice": "ours"},
        ok_at={OTHER_CLASS: 409},
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
    ),
    post(
        "directory:import_accept",
        {"batch": "batch"},
        ok_at={OTHER_CLASS: 409},
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
    ),
    # One question was not answered.
    post(
        "directory:import_apply",
        {"batch": "batch"},
        ok=422,
        ok_at={OTHER_CLASS: 302},
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
    ),
    post(
        "directory:import_give_up",
        {"batch": "batch"},
        ok_at={OTHER_CLASS: 409},
        own=KEEPS_FILES,
        other_class=KEEPS_FILES,
    ),
    get("directory:school_list", own=Who.AUTHORITY, refused=IN_SCHOOL),
)
