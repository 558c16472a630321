"""One's home in one's own order: kept for the profile, by keyboard and without script, harmless when forged."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.kernel.modules import HomeBlock
from preau.modules.accounts.api import Account
from preau.modules.directory.testing import Cast, Who
from preau.modules.portal.selectors import Arrangement, arranged, moved

URL = "/home/"
KEYS = ("a.one", "a.two", "b.three", "c.four")
BLOCKS = [HomeBlock(key, "", lambda *_: {}, key, order=n) for n, key in enumerate(KEYS)]


def order(*chosen: str) -> list[str]:
    return [block.key for block in arranged(BLOCKS, Arrangement(chosen))]


def test_what_came_since_stands_behind_what_it_follows() -> None:
    assert order() == list(KEYS)
    assert order("c.four", "a.one") == ["c.four", "a.one", "a.two", "b.three"]
    assert order("c.four", "a.two") == ["a.one", "c.four", "a.two", "b.three"]
    assert order("gone.block", "b.three", "b.three") == ["a.one", "a.two", "b.three", "c.four"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["up", "down", "hide", "show", "to1", "to3", "to0", "to99", "?"]),
            st.sampled_from(KEYS),
        ),
        max_size=20,
    )
)
def test_no_move_loses_or_doubles_a_block(moves: list[tuple[str, str]]) -> None:
    chosen = Arrangement()
    for verb, key in moves:
        placed: Any = [
            SimpleNamespace(block=block, hidden=block.key in chosen.hidden)
            for block in arranged(BLOCKS, chosen)
        ]
        chosen = moved(placed, verb, key) or chosen
        assert sorted(order(*chosen.order)) == sorted(KEYS)
    assert chosen.hidden <= set(KEYS)


@pytest.mark.parametrize(
    "kept", [None, [], {"guardian": 3}, {"guardian": {"order": "abc", "hidden": [1, None]}}]
)
def test_what_cannot_be_read_is_nothing_chosen(kept: Any) -> None:
    assert Arrangement.of(kept, "guardian") == Arrangement()


def keys_on(page: str) -> list[str]:
    return re.findall(r'class="arranged__block[^"]*" id="([a-z._]+)"', page)


def move(client: Any, cast: Cast, what: str) -> Any:
    return client.post(URL, {"_scope": cast.scope_field(), "move": what})


def test_a_parent_puts_the_announcements_first_then_hides_them(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.GUARDIAN)
    assert keys_on(client.get(URL).content.decode()) == ["directory.children", "news.latest"]

    answer = move(client, cast, "up:news.latest")
    assert answer["Location"] == f"{URL}?moved=news.latest#news.latest"
    assert "Annonces\xa0: place 1." in client.get(answer["Location"]).content.decode().replace(
        "&nbsp;", "\xa0"
    )
    home = client.get("/").content.decode()
    assert home.index("block-news") < home.index("block-children")

    move(client, cast, "hide:news.latest")
    assert 'id="block-news"' not in client.get("/").content.decode()
    assert keys_on(client.get(URL).content.decode()) == ["news.latest", "directory.children"]
    move(client, cast, "hide:directory.children")
    assert "Vous avez masqué ce qui s’affiche ici." in client.get("/").content.decode()

    client.post(URL, {"_scope": cast.scope_field(), "reset": "1"})
    assert keys_on(client.get(URL).content.decode()) == ["directory.children", "news.latest"]
    assert Account.objects.get(person=cast.people[Who.GUARDIAN]).home == {}


def test_it_is_of_the_profile_and_of_nobody_else(cast: Cast, as_person: Any) -> None:
    move(as_person(Who.GUARDIAN), cast, "hide:news.latest")
    assert set(Account.objects.get(person=cast.people[Who.GUARDIAN]).home) == {"guardian"}
    assert 'id="block-news"' in as_person(Who.TEACHER).get("/").content.decode()


@pytest.mark.parametrize(
    "what", ["", "up", "burn:news.latest", "up:directory.schools", "hide:<script>", "up:" + "a." * 60]
)
def test_a_move_nobody_offered_does_nothing(cast: Cast, as_person: Any, what: str) -> None:
    assert move(as_person(Who.GUARDIAN), cast, what).status_code == 404
    assert Account.objects.get(person=cast.people[Who.GUARDIAN]).home == {}


def test_what_is_drawn_to_a_place_stands_there(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.GUARDIAN)
    move(client, cast, "to1:news.latest")
    assert keys_on(client.get(URL).content.decode()) == ["news.latest", "directory.children"]
    move(client, cast, "to9:news.latest")
    assert keys_on(client.get(URL).content.decode()) == ["news.latest", "directory.children"]
