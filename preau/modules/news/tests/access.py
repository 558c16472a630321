from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from preau.modules.directory.testing import (
    IN_SCHOOL,
    MANAGEMENT,
    SCHOOL_LIFE,
    STAFF,
    Cast,
    Who,
)
from tests.access_table import get, post, table

WRITERS = MANAGEMENT | SCHOOL_LIFE | Who.OFFICE
OTHERS = IN_SCHOOL & ~WRITERS


def _written(cast: Cast, place: str) -> dict[str, object]:
    return {
        "title": "Sortie",
        "body": "Rendez-vous à 8 h.",
        "readership": ["staff", "pupils"],
        "uuid": str(uuid4()),
    }


def _file(cast: Cast, place: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile("plan.txt", f"Plan {place}".encode()), "uuid": str(uuid4())}


def _revised(cast: Cast, place: str) -> dict[str, object]:
    return {**_written(cast, place), "version": "1"}


AT = {"announcement": "announcement"}
FILE = {"file": "announcement_file"}
CHANGES = {
    "own": WRITERS,
    "other_class": WRITERS,
    "refused": OTHERS,
    "refused_other_class": STAFF & ~WRITERS,
}

ACCESS = table(
    get(
        "news:announcement_list",
        own=IN_SCHOOL | Who.AUTHORITY,
        lists_other_class=STAFF,
        forged={"after": "announcement"},
    ),
    get("news:announcement_detail", AT, own=IN_SCHOOL, other_class=STAFF),
    get("news:announcement_new", own=WRITERS, refused=OTHERS | Who.AUTHORITY),
    post("news:announcement_new", data=_written, own=WRITERS, refused=OTHERS | Who.AUTHORITY),
    get("news:announcement_edit", AT, **CHANGES),
    post("news:announcement_edit", AT, data=_revised, **CHANGES),
    post("news:announcement_withdraw", AT, **CHANGES),
    post("news:announcement_restore", AT, **CHANGES),
    post("news:draft_save", data=_written, own=WRITERS, refused=OTHERS | Who.AUTHORITY),
    # Drafts are their author's: what is published is not to be discarded.
    post("news:draft_discard", AT, ok=422, **CHANGES),
    post("news:file_create", AT, data=_file, **CHANGES),
    post("news:file_remove", FILE, **CHANGES),
    post("news:file_restore", FILE, **CHANGES),
    get(
        "storage:attachment_download",
        {"attachment": "announcement_file"},
        own=IN_SCHOOL,
        other_class=STAFF,
    ),
)
