from preau.modules.accounts.testing import PASSWORD
from preau.modules.directory.testing import EVERYONE, IN_SCHOOL, Cast, Who
from tests.access_table import get, post, table

SOMEBODY = IN_SCHOOL | Who.AUTHORITY


def _sign_in(cast: Cast, place: str) -> dict[str, str]:
    return {"login": "cast.head", "password": PASSWORD}


def _hat(cast: Cast, place: str) -> dict[str, str]:
    """The teacher's hat at each place: theirs only here."""
    return {"hat": f"{cast.places[place].school.uuid}.teacher", "next": "https://ailleurs.example/"}


def _year(cast: Cast, place: str) -> dict[str, str]:
    return {"year": str(cast.places[place].year.uuid)}


def _comfort(cast: Cast, place: str) -> dict[str, str]:
    return {"theme": "dark"}


def _project(cast: Cast, place: str) -> dict[str, str]:
    return {"on": "1"}


ACCESS = table(
    # Whoever is signed in already goes on to their home.
    get("accounts:login", own=SOMEBODY, ok=302, anonymous=200),
    post("accounts:login", data=_sign_in, own=SOMEBODY, anonymous=302, scope_free=True),
    post("accounts:logout", own=EVERYONE, scope_free=True),
    get("accounts:session", own=SOMEBODY),
    post("accounts:session", own=SOMEBODY, scope_free=True),
    post("accounts:hat_choose", data=_hat, own=Who.TEACHER, scope_free=True),
    get("accounts:comfort", own=SOMEBODY),
    post("accounts:comfort", data=_comfort, own=SOMEBODY, scope_free=True),
    post("accounts:project", data=_project, own=SOMEBODY, scope_free=True),
    post("accounts:year_choose", data=_year, own=IN_SCHOOL, scope_free=True),
)
