from preau.modules.directory.testing import IN_SCHOOL, MANAGEMENT, STAFF, Cast, Who
from tests.access_table import get, post, table

BUILDS_PAGES = MANAGEMENT | Who.DIGITAL_LEAD
OTHERS = (IN_SCHOOL | Who.AUTHORITY) & ~BUILDS_PAGES


def _hide(cast: Cast, place: str) -> dict[str, str]:
    """What everybody may do, whatever stands on their home."""
    return {"reset": "1"}


ACCESS = table(
    # What is announced to the staff, and who wrote it, stands on the home of all of them.
    get("portal:home", own=IN_SCHOOL | Who.AUTHORITY, lists_other_class=STAFF, anonymous=200),
    get("portal:home_arrange", own=IN_SCHOOL | Who.AUTHORITY),
    post("portal:home_arrange", data=_hide, own=IN_SCHOOL | Who.AUTHORITY, scope_free=True),
    get(
        "portal:search",
        own=IN_SCHOOL,
        refused=Who.AUTHORITY,
        lists_other_class=STAFF,
        forged={"q": "pupil", "after": "pupil"},
    ),
    get(
        "portal:search_suggest",
        headers={"X-Preau-Typed": "camille"},  # the first name of the whole cast
        own=IN_SCHOOL,
        refused=Who.AUTHORITY,
        lists_other_class=STAFF,
    ),
    get(
        "portal:search_choose",
        headers={"X-Preau-Typed": "camille"},
        own=IN_SCHOOL,
        refused=Who.AUTHORITY,
        lists_other_class=STAFF,
    ),
    get("portal:gallery", own=BUILDS_PAGES, refused=OTHERS),
    post("portal:gallery_try", own=BUILDS_PAGES, refused=OTHERS),
)
