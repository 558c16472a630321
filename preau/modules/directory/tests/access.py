from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from preau.kernel.intake.testing import picture
from preau.modules.directory.testing import (
    FAMILY,
    IN_SCHOOL,
    MANAGEMENT,
    OTHER_YEAR,
    STAFF,
    Cast,
    Who,
)
from tests.access_table import get, post, table

NOT_MANAGEMENT = (IN_SCHOOL | Who.AUTHORITY) & ~MANAGEMENT
KEEPS_PHOTOS = KEEPS_FILES = MANAGEMENT | Who.OFFICE
SEES_A_TEACHER = STAFF | Who.PUPIL | Who.GUARDIAN | Who.CARER


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
    get("directory:file_check", own=KEEPS_FILES, refused=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES),
    post(
        "directory:file_check",
        data=_files,
        # Told in the page itself: nothing was written to lead away from.
        ok=200,
        own=KEEPS_FILES,
        refused=(IN_SCHOOL | Who.AUTHORITY) & ~KEEPS_FILES,
    ),
    get("directory:school_list", own=Who.AUTHORITY, refused=IN_SCHOOL),
)
