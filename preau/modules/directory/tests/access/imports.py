"""The files of the new year."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from preau.modules.directory.testing import OTHER_CLASS, Cast, Who
from preau.modules.directory.tests.access.who import EVERYBODY_ELSE, KEEPS
from tests.access_table import get, post, table


def _files(cast: Cast, place: str) -> dict[str, Any]:
    return {"exports": SimpleUploadedFile("eleves.csv", b"Nom;Prenom;Classe\nDupont;Zoe;6A\n")}


# What the columns of a table mean is the school's, whatever the year.
COLUMNS: dict[str, Who] = {
    "own": KEEPS,
    "other_class": KEEPS,
    "other_year": KEEPS,
    "refused": EVERYBODY_ELSE,
    "refused_other_class": EVERYBODY_ELSE,
    "refused_other_year": EVERYBODY_ELSE,
}
# Who does not keep the files knows of no import; those of another year are read in that year.
HELD: dict[str, Who] = {"own": KEEPS, "other_class": KEEPS}

ACCESS = table(
    get("directory:import_list", own=KEEPS, refused=EVERYBODY_ELSE),
    post(
        "directory:import_create",
        data=_files,
        # An import waits there already: who began it is said, and when.
        ok=409,
        own=KEEPS,
        refused=EVERYBODY_ELSE,
    ),
    get("directory:import_detail", {"batch": "batch"}, **HELD),
    get("directory:import_state", {"batch": "batch"}, **HELD),
    get("directory:import_lines", {"batch": "batch"}, **HELD),
    get("directory:import_export", {"batch": "batch"}, **HELD),
    get("directory:import_undo", {"batch": "batch"}, **HELD),
    get("directory:import_columns", {"columns": "columns"}, **COLUMNS),
    post(
        "directory:import_columns",
        {"columns": "columns"},
        data=lambda cast, place: {"kind": "pupils", "column-0": "birth_name", "column-1": "first_name"},
        **COLUMNS,
    ),
    # Nothing of it was applied, or it can no longer be taken back.
    post("directory:import_undo", {"batch": "batch"}, ok=409, ok_at={OTHER_CLASS: 422}, **HELD),
    post(
        "directory:import_decide",
        {"batch": "batch"},
        data=lambda cast, place: {"line": "0", "field": "email", "choice": "ours"},
        ok_at={OTHER_CLASS: 409},
        **HELD,
    ),
    post("directory:import_accept", {"batch": "batch"}, ok_at={OTHER_CLASS: 409}, **HELD),
    # One question was not answered.
    post("directory:import_apply", {"batch": "batch"}, ok=422, ok_at={OTHER_CLASS: 302}, **HELD),
    post("directory:import_give_up", {"batch": "batch"}, ok_at={OTHER_CLASS: 409}, **HELD),
)
