"""Who is known: every way in agrees."""

import re
from base64 import urlsafe_b64decode

import pytest

from preau.kernel import cursors
from preau.modules.directory.testing import (
    OTHER_SCHOOL,
    Who,
    make_staff,
)
from tests.hostile.trying import NOBODY, in_own, people_listed


@pytest.mark.parametrize(
    "who",
    [Who.HEAD, Who.TEACHER, Who.COUNSELLOR, Who.PUPIL, Who.GUARDIAN, Who.CARER, Who.PARTNER],
    ids=lambda who: who.name.lower(),
)
def test_list_search_pages_and_links_agree_on_who_is_known(who, cast, as_person, in_two_schools):
    client = as_person(who)
    listed = people_listed(client)
    visited: set[str] = set()
    waiting = ["/"]
    while waiting:
        url = waiting.pop()
        visited.add(url)
        # A notice leads to what it is about.
        answer = client.get(url, follow=url.startswith("/notices/"))
        assert answer.status_code == 200, url
        for link in re.findall(r'href="(/[^"#]*)"', answer.content.decode()):
            if not link.startswith(("/static/", "/files/")) and link not in visited and link not in waiting:
                waiting.append(link.replace("&amp;", "&"))
    linked = {url.split("/")[2] for url in visited if re.match(r"/people/[0-9a-f]", url)}
    assert linked <= listed
    for place in cast.places.values():
        for whose in ("pupil", "guardian", "teacher"):
            record = place[whose]
            known = str(record.uuid) in listed
            assert (client.get(f"/people/{record.uuid}/").status_code == 200) == known, whose
            assert (str(record.uuid) in people_listed(client, q=record.last_name)) == known, whose


def test_the_cursor_names_nobody_one_may_not_know(cast, as_person):
    """The list goes on behind the last person shown; a cursor of one's own tells no more than the list."""
    with in_own(cast):
        for number in range(60):
            make_staff(f"Agent{number:02d}", "technical")
    client = as_person(Who.PUPIL)
    assert "after=" not in client.get("/people/").content.decode()
    head = as_person(Who.HEAD).get("/people/").content.decode()
    cursor = re.search(r"after=([^\"&]+)", head)
    assert cursor is not None
    shown = re.findall(r'id="person-([0-9a-f-]{36})', head)
    # It goes on behind a name, and no name stands in an address.
    assert "agent" not in urlsafe_b64decode(cursor[1] + "===").decode("latin-1").lower()
    opened = cursors.opened(cursor[1], 2)
    assert opened is not None and opened[1] == shown[-1]
    stranger = str(cast.places[OTHER_SCHOOL]["pupil"].uuid)
    for ours in (("a", str(NOBODY)), ("a" * 500, str(NOBODY)), ("", stranger)):
        assert people_listed(client, after=cursors.sealed(*ours)) <= people_listed(client)
    for forged in (f"a.{NOBODY}", cursor[1][:-3] + "AAA", cursors.sealed("a"), cursors.sealed("a", "b", "c")):
        assert people_listed(client, after=forged) == set()
