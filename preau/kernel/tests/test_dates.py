"""The first of a month is an ordinal, whoever writes it: Python or a template."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.utils import timezone

from preau.kernel.dates import written


@pytest.mark.parametrize(
    ("day", "shape", "words"),
    [
        (date(2026, 9, 1), "j F Y", "1er septembre 2026"),
        (date(2026, 9, 1), "l j F", "mardi 1er septembre"),
        (date(2026, 9, 11), "j F Y", "11 septembre 2026"),
        (date(2026, 9, 21), "j F", "21 septembre"),
        (datetime(2026, 9, 1, 8, 5), "j F, H:i", "1er septembre, 08:05"),
        (date(2026, 9, 1), "Y-m-d", "2026-09-01"),
    ],
)
def test_written(day, shape, words):
    assert written(day, shape) == words
    template = engines["django"].from_string("{{ day|date:shape }}")
    assert template.render({"day": day, "shape": shape}) == words


def test_a_moment_of_a_page_is_first_brought_into_the_time_of_its_school():
    with timezone.override(ZoneInfo("Europe/Paris")):
        shown = (
            engines["django"]
            .from_string('{{ at|date:"j F" }} {{ nothing|date:"j F" }}.')
            .render({"at": datetime(2026, 8, 31, 23, 0, tzinfo=ZoneInfo("UTC")), "nothing": None})
        )
    assert shown == "1er septembre ."
