"""Methods."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.modules.directory.testing import (
    Who,
)
from tests.hostile.trying import posts_of, reads_of


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_only_a_post_writes_whatever_else_it_calls_itself(method, cast, as_person):
    head = as_person(Who.HEAD)
    pretending = {
        "X-HTTP-Method-Override": "POST",
        "X-Method-Override": "POST",
        "X-Preau-Scope": cast.scope_field(),
    }
    for url, fields in posts_of(cast).items():
        query = "&".join(f"{name}={value}" for name, value in {**fields, "_method": "POST"}.items())
        assert head.generic(method, f"{url}?{query}", headers=pretending).status_code == 405, url


@pytest.mark.parametrize(
    "who", [Who.HEAD, Who.TEACHER, Who.PUPIL, Who.GUARDIAN, Who.AUTHORITY], ids=lambda who: who.name
)
def test_reading_writes_nothing_and_head_says_what_get_says(who, cast, as_person):
    client = as_person(who)
    for url in [*reads_of(cast), "/login/", "/health/ready", "/nowhere/"]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            got = client.get(url)
        written = [
            q["sql"] for q in queries if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)", q["sql"], re.I)
        ]
        # That somebody looked at an address is remembered, and nothing else.
        assert all("audit_reading" in sql for sql in written), url
        headed = client.head(url)
        assert (headed.status_code, headed.content) == (got.status_code, b""), url
