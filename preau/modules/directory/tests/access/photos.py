"""Photos, and the answers to them."""

from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from preau.kernel.intake.testing import picture
from preau.modules.directory.testing import (
    FAMILY,
    STAFF,
    Cast,
    Who,
)
from preau.modules.directory.tests.access.who import (
    KEPT,
)
from tests.access_table import get, post, table


def _photo_answer(cast: Cast, place: str) -> dict[str, str]:
    return {"agrees": "0", "uuid": str(uuid4())}


def _photo(cast: Cast, place: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("Visage.png", picture("PNG")), "uuid": str(uuid4())}


ACCESS = table(
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
        **KEPT,
    ),
    post(
        "directory:photo_remove",
        {"record": "pupil"},
        **KEPT,
    ),
    # Nothing was removed: said in a sentence.
    post(
        "directory:photo_restore",
        {"record": "pupil"},
        ok=422,
        **KEPT,
    ),
    # A photo is its person's: who may know of the file is asked of them.
    get(
        "storage:attachment_download",
        {"attachment": "photo"},
        own=STAFF | Who.PUPIL | Who.GUARDIAN,
        other_class=STAFF,
    ),
)
