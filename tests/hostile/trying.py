"""How somebody who wants to get in, to know, or to break asks and sends; each line was tried by hand first."""

import re
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from preau.kernel.tenancy.scope import in_school
from preau.modules.accounts.testing import PASSWORD
from preau.modules.directory.models import (
    PersonRecord,
)
from preau.modules.directory.testing import (
    OTHER_CLASS,
    OWN,
    Cast,
    Place,
)

NOBODY = UUID(int=0)


def words(response: Any) -> str:
    """What one reads of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def main(response: Any) -> str:
    """What one reads of it below the menus."""
    content: str = response.content.decode()
    return re.sub(r"<[^>]+>", " ", content[content.index("<main") :])


def login(client: Client, who: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"login": who, "password": password, **more})


def in_own(cast: Cast) -> Any:
    return in_school(cast.own.school, cast.own.year)


def send(client: Client, url: str, cast: Cast, place: str = OWN, **fields: Any) -> Any:
    return client.post(url, {"_scope": cast.scope_field(place), **fields})


def appointment(record: PersonRecord, **given: Any) -> dict[str, str]:
    return {"record": str(record.uuid), "starts_on": "2026-11-23", "uuid": str(uuid4()), **given}


def head_teachers_url(place: Place) -> str:
    return f"/groups/{place['division'].uuid}/head-teachers/"


def end_url(place: Place) -> str:
    return f"/functions/{place['function'].uuid}/end/"


def posts_of(cast: Cast) -> dict[str, dict[str, str]]:
    own = cast.own
    return {
        head_teachers_url(own): appointment(cast.places[OTHER_CLASS]["teacher"]),
        end_url(own): {"version": "1", "ends_on": "2026-12-18"},
        "/years/create/": {"starts_on": "2027-09-01", "ends_on": "2028-07-01"},
        f"/years/{own.year.uuid}/open/": {},
        f"/years/{own.year.uuid}/close/": {},
        f"/years/{own.year.uuid}/discard/": {},
        "/hats/": {"hat": f"{own.school.uuid}.head"},
        "/school-years/": {"year": str(own.year.uuid)},
        "/logout/": {},
    }


def reads_of(cast: Cast) -> list[str]:
    own = cast.own
    things = [
        f"/groups/{own['division'].uuid}/",
        *(f"/people/{own[who].uuid}/" for who in ("pupil", "guardian", "teacher")),
    ]
    return [
        "/",
        "/groups/",
        "/groups/?all=1",
        "/people/",
        "/people/?q=pro&kind=pupil",
        "/years/",
        "/schools/",
        *things,
    ]


def people_listed(client: Client, **query: str) -> set[str]:
    """Everybody the directory lists, page after page."""
    found: set[str] = set()
    for _ in range(20):
        page = client.get("/people/", query).content.decode()
        found |= set(re.findall(r'id="person-([0-9a-f-]{36})', page))
        following = re.search(r'href="\?[^"]*after=([^"&]+)"[^>]*>[^<]*(?:<span>)?Suite', page)
        if following is None:
            return found
        query = {**query, "after": following[1]}
    raise AssertionError("the list does not end")
