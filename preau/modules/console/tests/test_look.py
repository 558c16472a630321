"""The school's colour: chosen by who runs the workspace, told in the journal, on each of its pages and no other's."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders

from preau.kernel.audit.models import Entry
from preau.kernel.models import School
from preau.kernel.tenancy.scope import in_school
from preau.kernel.ui.accent import HUES, Accent, sheet_of
from preau.modules.directory.testing import Cast, Who

pytestmark = pytest.mark.django_db
URL, GREEN = "/console/look/", "ui/css/accent-green"


def choose(cast: Cast, client: Any, accent: str) -> Any:
    return client.post(URL, {"_scope": cast.scope_field(), "accent": accent})


def test_the_colour_is_on_every_page_of_the_school_and_told_once(cast: Cast, as_person: Any) -> None:
    assert "css/accent-" not in as_person(Who.PUPIL).get("/").content.decode()
    for _ in range(2):
        assert choose(cast, as_person(Who.HEAD), "green").status_code == 302
    assert GREEN in as_person(Who.PUPIL).get("/").content.decode()
    assert GREEN not in as_person(Who.ANONYMOUS).get("/login/").content.decode()
    with in_school(cast.own.school):
        (told,) = Entry.objects.filter(act="console.accent_chosen")
    assert told.values == {"accent": "green"}
    assert School.objects.exclude(pk=cast.own.school.pk).filter(accent="green").count() == 0

    choose(cast, as_person(Who.HEAD), "blue")
    assert "css/accent-" not in as_person(Who.PUPIL).get("/").content.decode()


@pytest.mark.parametrize("accent", ["", "red;}body{display:none", "258"])
def test_a_colour_nobody_offers_is_refused(cast: Cast, as_person: Any, accent: str) -> None:
    assert choose(cast, as_person(Who.HEAD), accent).status_code == 422
    assert School.objects.get(pk=cast.own.school.pk).accent == Accent.BLUE


def test_each_colour_is_a_sheet_of_one_rule() -> None:
    for accent in Accent:
        css = Path(finders.find(sheet_of(accent))).read_text()
        assert re.findall(r"--[\w-]+: [^;]+;", css) == [f"--accent-hue: {HUES[accent]};"]


def test_the_swatches_show_the_hues() -> None:
    css = Path(finders.find("console/css/swatch.css")).read_text()
    assert {name: int(hue) for name, hue in re.findall(r"\.swatch--(\w+) {\s+--swatch: (\d+);", css)} == HUES
