"""The page of the service's state: answers when parts do not, says nothing of the inside, costs little."""

from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from preau.kernel.storage import health as storage_health
from preau.kernel.web import health
from preau.kernel.web.health import State
from preau.modules.welcome.selectors import status as selectors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_known_before() -> Iterator[None]:
    selectors.forget_status()
    yield
    selectors.forget_status()


def read() -> str:
    answer = Client().get("/status/")
    assert answer.status_code == 200
    return answer.content.decode()


def fails(monkeypatch: pytest.MonkeyPatch, part: str, wrong: Exception) -> None:
    def check() -> State:
        raise wrong

    monkeypatch.setitem(health._checks, part, (check, True))


def test_all_is_well() -> None:
    page = read()
    assert "Tout fonctionne." in page and "En panne" not in page and "Depuis" not in page
    assert "Rien n’attend." in page


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("cache", "Les pages sont plus lentes. Rien n’est perdu."),
        ("files", "ne s’ouvrent pas. Le reste fonctionne."),
        ("database", "Rien ne peut être lu ni enregistré"),
        ("disk", "Le serveur n’a presque plus de place"),
        ("migrations", "Une mise à jour est en cours."),
        ("messages", "Des messages n’ont pas pu partir."),
        ("antivirus", "attendent d’être examinés"),
    ],
)
def test_a_part_that_fails_is_said_in_words_with_its_time_and_nothing_of_the_inside(
    monkeypatch: pytest.MonkeyPatch, part: str, says: str
) -> None:
    fails(monkeypatch, part, ConnectionError("redis://:secret@10.0.0.7:6379"))
    page = read()
    assert says in page and "En panne" in page and "Depuis le" in page and "Tout fonctionne" not in page
    for inside in (
        "secret",
        "10.0.0.7",
        "redis",
        "Redis",
        "ConnectionError",
        "sqlite",
        "PostgreSQL",
        "free_mb",
    ):
        assert inside not in page.partition("<main")[2].partition("</main>")[0], inside


def test_it_asks_the_database_nothing_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks because nothing works any more gets an answer."""
    fails(monkeypatch, "database", DatabaseError())
    fails(monkeypatch, "migrations", DatabaseError())
    fails(monkeypatch, "work", DatabaseError())
    from django.db import connection

    def refused(*_: Any) -> None:
        raise DatabaseError("gone")

    with connection.execute_wrapper(refused):
        assert "Rien ne peut être lu" in read()


@pytest.mark.parametrize(
    ("seconds", "well", "says"),
    [
        (0, True, "Rien n’attend."),
        (150, True, "La plus ancienne attend depuis 2 minutes."),
        (3600, False, "La plus ancienne attend depuis 60 minutes."),
    ],
)
def test_it_says_how_late_messages_are(
    monkeypatch: pytest.MonkeyPatch, seconds: int, well: bool, says: str
) -> None:
    state = State(well, figures={"oldest_seconds": seconds, "dead": 7})
    monkeypatch.setitem(health._checks, "work", (lambda: state, False))
    page = read()
    assert says in page
    assert ("partent avec du retard" in page) is not well


def test_the_parts_are_asked_once_in_a_while_however_many_look(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def check() -> State:
        asked.append(1)
        return State(True)

    monkeypatch.setitem(health._checks, "cache", (check, True))
    for _ in range(20):
        read()
    assert len(asked) == 1
    monkeypatch.setattr(selectors, "KEPT", 0.0)
    read()
    assert len(asked) == 2


def test_a_part_that_hangs_holds_one_reader_and_not_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "KEPT", 0.0)
    monkeypatch.setattr(health, "_checks", {"cache": (lambda: State(True), True)})
    selectors.status()
    hangs, goes_on = Event(), Event()

    def check() -> State:
        hangs.set()
        goes_on.wait(10)
        return State(True)

    monkeypatch.setattr(health, "_checks", {"cache": (check, True)})
    first = Thread(target=selectors.status)
    first.start()
    assert hangs.wait(10)
    assert selectors.status().well, "told what was found before, at once"
    goes_on.set()
    first.join()


def test_it_remembers_since_when_and_forgets_when_it_is_well_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "KEPT", 0.0)
    well = [True]
    monkeypatch.setattr(health, "_checks", {"cache": (lambda: State(well[0]), True)})
    assert selectors.status().parts[0].since is None
    well[0] = False
    broken = selectors.status().parts[0].since
    assert broken is not None and selectors.status().parts[0].since == broken
    well[0] = True
    assert selectors.status().parts[0].since > broken  # type: ignore[operator]


def test_the_store_of_files_says_whether_it_is_there(settings: Any, tmp_path: Any) -> None:
    from preau.kernel.storage.store import FolderStore

    assert storage_health.files().well
    assert FolderStore(tmp_path / "files").answers(), "made with the first file"
    assert not FolderStore(tmp_path / "gone" / "files").answers()
    (tmp_path / "a-file").write_text("")
    assert not FolderStore(tmp_path / "a-file").answers()
