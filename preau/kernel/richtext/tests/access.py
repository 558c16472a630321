from preau.modules.directory.testing import IN_SCHOOL, Cast, Who
from tests.access_table import get, post, table


def _pasted(cast: Cast, place: str) -> dict[str, str]:
    return {"html": "<p class=MsoNormal>Bonjour<o:p></o:p></p>"}


ACCESS = table(
    get("richtext:formula", own=IN_SCHOOL | Who.AUTHORITY),
    post("richtext:clean", data=_pasted, ok=200, own=IN_SCHOOL | Who.AUTHORITY, scope_free=True),
)
