"""Out of the site."""

import pytest
from django.test import Client

from preau.modules.directory.testing import (
    Who,
)
from tests.hostile.trying import login

ELSEWHERE = (
    "//ailleurs.example",
    "///ailleurs.example",
    "/\\ailleurs.example",
    "\\\\ailleurs.example",
    "https://ailleurs.example/",
    "https:ailleurs.example",
    "http:///ailleurs.example",
    "http://testserver@ailleurs.example/",
    "http://testserver\\@ailleurs.example/",
    "javascript:alert(1)",
    "\t//ailleurs.example",
    "/\n/ailleurs.example",
    "\x00//ailleurs.example",
    "//[",
    "foo",
    "?x",
    "%2F%2Failleurs.example",
    "directory:year_list",
    "directory:group_detail",
    "/" + "a" * 5000,
)


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=lambda text: repr(text[:24]))
def test_no_next_leads_out_of_the_site_or_breaks_the_page(wanted, cast, as_person):
    head = as_person(Who.HEAD)
    answers = [
        head.get("/login/", {"next": wanted}),
        head.post("/hats/", {"hat": f"{cast.own.school.uuid}.head", "next": wanted}),
        login(Client(), "cast.head", next=wanted),
    ]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/")] * 3


def test_a_next_cannot_write_a_header(cast, as_person):
    answer = as_person(Who.HEAD).get("/login/", {"next": "/x\r\nSet-Cookie: a=b"})
    assert answer["Location"] == "/x%0D%0ASet-Cookie:%20a=b"
    assert "a" not in answer.cookies


@pytest.mark.parametrize(
    "host", ["ailleurs.example", "testserver, ailleurs.example", "testserver@x", "", "[::1"]
)
def test_a_foreign_host_is_refused_and_named_nowhere(host, cast, as_person):
    answer = (
        as_person(Who.HEAD).get("/", headers={"host": host})
        if host
        else Client().get("/", headers={"host": " "})
    )
    assert answer.status_code == 400
    assert "ailleurs.example" not in answer.content.decode()


def test_the_host_a_proxy_reports_is_not_believed(cast):
    answer = Client().get("/people", headers={"x-forwarded-host": "ailleurs.example"})
    assert "ailleurs.example" not in answer["Location"] + answer.content.decode()
