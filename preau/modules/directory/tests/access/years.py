"""Years, and the schools of an authority."""

from preau.modules.directory.testing import IN_SCHOOL, MANAGEMENT, OTHER_YEAR, Cast, Who
from preau.modules.directory.tests.access.who import NOT_MANAGEMENT
from tests.access_table import get, post, table


def _next_year(cast: Cast, place: str) -> dict[str, str]:
    return {"starts_on": "2027-09-01", "ends_on": "2028-07-01"}


# A year is no secret of one class: everybody is told that it is not theirs to change.
MANAGED: dict[str, Who] = {
    "own": MANAGEMENT,
    "other_class": MANAGEMENT,
    "other_year": MANAGEMENT,
    "refused": NOT_MANAGEMENT,
    "refused_other_class": NOT_MANAGEMENT,
    "refused_other_year": NOT_MANAGEMENT,
}

ACCESS = table(
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
        **MANAGED,
    ),
    # The year is open already: done twice, it changes nothing. A closed one is not opened again.
    post(
        "directory:year_open",
        {"year": "year"},
        ok_at={OTHER_YEAR: 409},
        **MANAGED,
    ),
    # The only open year is not closed; one closed already stays so.
    post(
        "directory:year_close",
        {"year": "year"},
        ok=422,
        ok_at={OTHER_YEAR: 302},
        **MANAGED,
    ),
    get("directory:school_list", own=Who.AUTHORITY, refused=IN_SCHOOL),
)
