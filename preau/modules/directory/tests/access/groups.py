"""Classes, groups and functions."""

from uuid import uuid4

from preau.modules.directory.testing import (
    FAMILY,
    IN_SCHOOL,
    MANAGEMENT,
    STAFF,
    Cast,
    Who,
)
from preau.modules.directory.tests.access.who import (
    EVERYBODY_ELSE,
    KEEPS,
    KEPT,
    NOT_MANAGEMENT,
    ending,
)
from tests.access_table import get, post, table


def _appointment(cast: Cast, place: str) -> dict[str, str]:
    return {
        "record": str(cast.places[place]["teacher"].uuid),
        "starts_on": "2026-11-23",
        "uuid": str(uuid4()),
    }


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


def _new_lead(cast: Cast, place: str) -> dict[str, str]:
    return {"record": str(cast.own["librarian"].uuid), "starts_on": "2026-11-23", "uuid": str(uuid4())}


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
        own=KEEPS,
        refused=EVERYBODY_ELSE,
        # Any class may be the one a part is of.
        lists_other_class=KEEPS,
    ),
    post(
        "directory:group_create",
        data=_new_group,
        own=KEEPS,
        refused=EVERYBODY_ELSE,
    ),
    get("directory:group_manage", {"group": "division"}, **KEPT),
    post("directory:group_change", {"group": "division"}, data=_renamed, **KEPT),
    post("directory:group_end", {"group": "division"}, data=ending, **KEPT),
    post("directory:group_resume", {"group": "division"}, data=ending, **KEPT),
    # It has served: said in a sentence.
    post("directory:group_delete", {"group": "division"}, ok=422, **KEPT),
    get(
        "directory:members_new",
        {"group": "division"},
        lists_other_class=KEEPS,
        **KEPT,
    ),
    # Nobody of the class is looked for in the class itself: the form comes back.
    post(
        "directory:members_create",
        {"group": "division"},
        data=_joining,
        ok=422,
        lists_other_class=KEEPS,
        **KEPT,
    ),
    post("directory:members_end", {"group": "division"}, data=_leaving, **KEPT),
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
        data=ending,
        own=MANAGEMENT,
        other_class=MANAGEMENT,
        refused=(STAFF | FAMILY) & ~MANAGEMENT,
        refused_other_class=STAFF & ~MANAGEMENT,
    ),
)
