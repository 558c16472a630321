"""The first steps: of the profile worn, ticked by doing or by « C’est vu », left at once, found again."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from preau.kernel.modules import modules
from preau.modules.accounts.api import Account
from preau.modules.directory.testing import IN_SCHOOL, TODAY, Cast, Who
from preau.modules.welcome.selectors.steps import LATER_DAYS, MOST

pytestmark = pytest.mark.django_db
SEEN, OPEN, LEAVE, RESUME = (f"/first-steps/{what}/" for what in ("seen", "open", "leave", "resume"))
STEPS = {step.key: step for module in modules() for step in module.first_steps}


def home(client: Any) -> str:
    return client.get("/").content.decode()


def offered(page: str) -> set[str]:
    return set(re.findall(r'name="step" value="([a-z_.]+)"', page))


def kept(cast: Cast, who: Who) -> Any:
    return Account.objects.get(person=cast.people[who]).first_steps


@pytest.mark.parametrize("who", list(IN_SCHOOL), ids=lambda who: who.name.lower())
def test_every_profile_has_three_to_five_and_may_open_each(cast: Cast, as_person: Any, who: Who) -> None:
    client = as_person(who)
    found = offered(home(client))
    assert 3 <= len(found) <= MOST
    for key in found:
        answer = client.post(OPEN, {"step": key})
        assert answer.status_code == 302
        assert client.get(answer["Location"]).status_code == 200, key
    assert "Premiers pas" not in home(client), "all done: nothing is left to show"


def test_an_authority_has_its_own(cast: Cast, as_person: Any) -> None:
    assert "directory.schools" in offered(home(as_person(Who.AUTHORITY)))


def test_ticking_twice_is_ticking_once(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.PUPIL)
    for _ in range(2):
        assert client.post(SEEN, {"step": "directory.my_class"}).status_code == 302
    assert kept(cast, Who.PUPIL) == {"pupil": {"seen": ["directory.my_class"]}}
    page = home(client)
    assert "1 sur 5" in page and "directory.my_class" not in offered(page)


def test_what_the_account_shows_to_be_done_is_ticked_by_itself(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.PUPIL)
    assert "accounts.comfort" in offered(home(client))
    client.post("/comfort/", {"theme": "dark"})
    assert "accounts.comfort" not in offered(home(client))


def test_later_is_a_week_and_never_is_until_asked_for_again(
    cast: Cast, as_person: Any, settings: Any
) -> None:
    client = as_person(Who.TEACHER)
    assert client.post(LEAVE, {"until": "later"}).status_code == 302
    assert "Premiers pas" not in home(client)
    settings.DEMO_DAY = TODAY + timedelta(LATER_DAYS)
    assert "Premiers pas" in home(client)

    client.post(LEAVE, {"until": "never"})
    settings.DEMO_DAY = TODAY + timedelta(100)
    assert "Premiers pas" not in home(client)
    assert "Reprendre les premiers pas" in client.get("/help/").content.decode()
    assert client.post(RESUME).status_code == 302
    assert "Premiers pas" in home(client)
    assert kept(cast, Who.TEACHER) == {}


def test_one_profiles_steps_leave_those_of_the_other(cast: Cast, as_person: Any) -> None:
    Account.objects.filter(person=cast.people[Who.TEACHER]).update(
        first_steps={"guardian": {"seen": ["directory.child"]}}
    )
    as_person(Who.TEACHER).post(SEEN, {"step": "directory.groups"})
    assert kept(cast, Who.TEACHER) == {
        "guardian": {"seen": ["directory.child"]},
        "teacher": {"seen": ["directory.groups"]},
    }


@pytest.mark.parametrize(
    "step", ["", "x", "welcome.card", "directory.schools", "<script>", "a." + "b" * 100, "../console"]
)
@pytest.mark.parametrize("url", [SEEN, OPEN])
def test_a_step_that_is_not_theirs_is_unknown(cast: Cast, as_person: Any, url: str, step: str) -> None:
    assert as_person(Who.PUPIL).post(url, {"step": step}).status_code == 404
    assert kept(cast, Who.PUPIL) == {}


@pytest.mark.parametrize(
    "broken", [[], "x", {"pupil": []}, {"pupil": {"seen": "abc", "left": 3}}, {"pupil": {"left": None}}]
)
def test_what_cannot_be_read_is_nothing_kept(cast: Cast, as_person: Any, broken: Any) -> None:
    Account.objects.filter(person=cast.people[Who.PUPIL]).update(first_steps=broken)
    assert "0 sur 5" in home(as_person(Who.PUPIL))


@pytest.mark.parametrize("who", [Who.PUPIL, Who.GUARDIAN, Who.HEAD, Who.TEACHER])
def test_they_cost_the_home_no_query(
    cast: Cast, as_person: Any, who: Who, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_person(who)
    home(client)
    with django_assert_max_num_queries(100) as shown:
        home(client)
    queries = len(shown)  # the next request forgets them
    client.post(LEAVE, {"until": "never"})
    with django_assert_num_queries(queries):
        assert "Premiers pas" not in home(client)


def test_keys_name_their_module() -> None:
    for module in modules():
        for step in module.first_steps:
            assert step.key.partition(".")[0] == module.name
    assert len(STEPS) == sum(len(module.first_steps) for module in modules())
    assert reverse("welcome:first_step_see") == SEEN
