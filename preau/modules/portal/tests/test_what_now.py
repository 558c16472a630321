"""The home says what the day brings and what waits, from what each module has for this person."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from preau.kernel.clock import today_in
from preau.kernel.modules import Module
from preau.kernel.tenancy.scope import in_school
from preau.kernel.ui.days import Awaited, Change, Slot
from preau.kernel.work.models import Task
from preau.modules.directory.testing import Cast, Who
from preau.modules.news.testing import make_announcement
from preau.modules.portal import selectors

PARIS = ZoneInfo("Europe/Paris")


def home(client: Any) -> str:
    return str(client.get("/").content.decode())


def test_a_draft_waits_for_who_began_it_and_for_nobody_else(cast: Cast, as_person: Any) -> None:
    assert "Ce qui m’attend" not in home(as_person(Who.HEAD))
    with in_school(cast.own.school, cast.own.year):
        draft = make_announcement("Sortie de fin d’année", cast.own["head"], to=("staff",))
        type(draft).objects.filter(pk=draft.pk).update(is_draft=True)
    page = home(as_person(Who.HEAD))
    assert "Brouillon : Sortie de fin d’année" in page and f"/news/{draft.uuid}/edit/" in page
    assert "ui/css/rare" in page, "the sheet that draws it"
    assert "Sortie de fin d’année" not in home(as_person(Who.DEPUTY))


def test_work_that_failed_waits_for_who_handles_it(cast: Cast, as_person: Any) -> None:
    for number in range(2):
        Task.objects.create(
            name="gone.work", share=cast.own.school.pk, state=Task.State.DEAD, key=f"test-{number}"
        )
    assert "2 tâches automatiques ont échoué" in home(as_person(Who.HEAD))
    assert "tâches automatiques" not in home(as_person(Who.TEACHER))


def test_what_modules_have_in_the_day_makes_its_line(
    cast: Cast, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = today_in(cast.own.school)
    begins = datetime(day.year, day.month, day.day, 8, 5, tzinfo=PARIS)

    def lessons(actor: Any, asked: Any) -> list[Slot]:
        assert asked == day
        hour = timedelta(minutes=55)
        moved = Change("Salle changée")
        return [
            Slot("Français", begins, begins + hour, where="B12", who="Mme Morvan"),
            Slot("EPS", begins + 2 * hour, begins + 3 * hour, change=moved),
        ]

    own = list(selectors.modules())
    extra = Module(
        name="lessons",
        label="",
        slots=(lessons,),
        awaits=(lambda actor: [Awaited("Un mot à signer", "Signer", "/people/", due=day)],),
    )
    monkeypatch.setattr(selectors, "modules", lambda: [*own, extra])
    page = home(as_person(Who.PUPIL))
    assert "Ma journée" in page and "Salle changée" in page and "B12" in page
    assert page.index("Français") < page.index("EPS")
    assert "Un mot à signer" in page and "Aujourd’hui" in page
    assert page.index("block-day") < page.index("block-awaited") < page.index("block-my-class")


def test_a_day_without_anything_takes_no_room(as_person: Any) -> None:
    assert "block-day" not in home(as_person(Who.PUPIL))
