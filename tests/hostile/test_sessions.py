"""Sessions."""

import pytest
from django.test import Client
from django.utils import timezone

from preau.kernel.models import SchoolYear
from preau.kernel.tenancy.scope import in_school
from preau.kernel.web.sessions import SessionStore
from preau.modules.accounts.models import Account
from preau.modules.directory.testing import (
    OTHER_YEAR,
    Who,
)
from tests.hostile.trying import login, posts_of, reads_of, send, words


def test_a_session_laid_out_beforehand_is_not_the_one_that_gets_in(cast):
    planted = SessionStore()
    planted["hat"] = "x"
    planted.create()
    client = Client()
    client.cookies["preau_session"] = planted.session_key
    assert login(client, "cast.head").status_code == 302
    assert client.cookies["preau_session"].value != planted.session_key
    assert not SessionStore().exists(planted.session_key)


def test_the_next_person_on_a_computer_keeps_nothing_of_the_last(cast):
    client = Client()
    login(client, "cast.head")
    client.post("/school-years/", {"year": str(cast.places[OTHER_YEAR].year.uuid)})
    mine = client.cookies["preau_session"].value
    login(client, "cast.pupil")
    assert not SessionStore().exists(mine)
    page = words(client.get("/"))
    assert "2025-2026" not in page and "Propreeleve" in page


def test_a_failed_login_leaves_the_one_who_is_in(cast):
    client = Client()
    login(client, "cast.head")
    assert login(client, "cast.pupil", "faux").status_code == 422
    assert "Camille Head" in words(client.get("/"))


@pytest.mark.parametrize("how", ["logged out", "password changed", "account closed"])
def test_a_session_kept_elsewhere_ends_with_what_opened_it(how, cast):
    client = Client()
    login(client, "cast.head")
    kept = client.cookies["preau_session"].value
    account = Account.objects.get(login="cast.head")
    if how == "logged out":
        assert client.post("/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    elif how == "password changed":
        account.set_password("une autre phrase")
        account.save()
    else:
        Account.objects.filter(pk=account.pk).update(closed_at=timezone.now())
    thief = Client()
    thief.cookies["preau_session"] = kept
    assert (thief.get("/").status_code, thief.get("/people/").status_code) == (302, 302)
    assert (
        send(thief, "/years/create/", cast, starts_on="2027-09-01", ends_on="2028-07-01").status_code == 302
    )
    with in_school(cast.own.school):
        assert not SchoolYear.objects.filter(state="preparing").exists()


def test_whoever_left_can_log_out_and_no_more(cast, as_person):
    client = as_person(Who.FORMER)
    for url in [*reads_of(cast), "/login/", "/static/x", "/nowhere/"]:
        answer = client.get(url)
        assert answer.status_code == 403 and "Propre" not in answer.content.decode(), url
        assert "no-store" in answer.get("Cache-Control", ""), url
    for url, fields in posts_of(cast).items():
        if url != "/logout/":
            assert send(client, url, cast, **fields).status_code == 403, url
    assert client.post("/logout/").status_code == 302
