"""The same questions to whichever database the tests run on: CI asks both, and both must say the same."""

from collections.abc import Iterator
from typing import Any

import pytest

from preau.kernel.models import School, SchoolYear
from preau.kernel.names import sort_name
from preau.kernel.search.documents import Words
from preau.kernel.search.index import Reach, engine, find
from preau.kernel.search.indexing import _lexemes
from preau.kernel.search.models import SearchEntry
from preau.kernel.search.words import code_words, name_words, plain_words, read
from preau.kernel.tenancy.scope import in_school, in_schools

NAMES = {
    1: ("Durand", "Lina"),
    2: ("Durand-Lévy", "Noé"),
    3: ("Le Goff", "Yann"),
    4: ("Legoff", "Anne"),
    5: ("N’Diaye", "Aminata"),
    6: ("D'Arc", "Jeanne"),
    7: ("Œuvrard", "Lætitia"),
    8: ("Bélanger", "Jean-Pierre"),
    9: ("Lina", "Durand"),
    10: ("Durandal", "Linan"),
    11: ("de La Fontaine", "Jean"),
    12: ("Ünal", "Şeyma"),
}


def _put(school: School, year: SchoolYear | None, kind: str, rows: dict[int, Words]) -> None:
    with in_school(school):
        for row, words in rows.items():
            title = f" {' '.join(words.title)} "
            entry = SearchEntry.objects.create(
                kind=kind, year=year, row=row, title=title, sort=words.sort, digest=""
            )
            base = f"y{year.pk}" if year else f"s{school.pk}"
            engine().write({entry.pk: _lexemes(words, kind, base)})


@pytest.fixture
def place(db: None) -> Iterator[tuple[School, SchoolYear]]:
    school = School.objects.create(name="Collège de l’Index")
    with in_school(school):
        year = SchoolYear.objects.create(label="2026-2027", starts_on="2026-09-01", ends_on="2027-07-04")
    people = {
        row: Words((*name_words(last), *name_words(first)), sort_name(last, first))
        for row, (last, first) in NAMES.items()
    }
    people[1] = Words(
        people[1].title,
        people[1].sort,
        others=tuple(plain_words("Enseignante")),
        known_in={"staff": ("4b", "maths"), "g7": ("maths",)},
    )
    _put(school, year, "people", people)
    groups = {
        row: Words(tuple(code_words(code)), code)
        for row, code in {1: "4e B", 2: "4e A", 3: "6E1", 4: "41"}.items()
    }
    _put(school, year, "groups", groups)
    with in_school(school, year):
        yield school, year


def _found(place: tuple[School, SchoolYear], typed: str, *circles: str, **given: Any) -> list[int]:
    school, year = place
    reach = Reach(school.pk, year.pk, circles)
    kinds = given.pop("kinds", ["people"])
    return [match.row for match in find(read(typed), [reach], kinds, start=0, limit=50)]


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ("durand", [1, 2, 9, 10]),  # whole and first in the title, then elsewhere, then beginnings
        ("DURAND lina", [1, 9, 10]),
        ("lina durand", [1, 9, 10]),
        ("dur li", [1, 10, 9]),
        ("levy", [2]),
        ("durand-lé", [2]),
        ("le goff", [3, 4]),
        ("legoff", [4, 3]),
        ("goff", [3]),
        ("ndiaye", [5]),
        ("n'diaye", [5]),
        ("N’Diaye", [5]),
        ("diaye", [5]),
        ("d'arc", [6]),
        ("darc", [6]),
        ("œuv", [7]),
        ("oeuvrard", [7]),
        ("laeti", [7]),
        ("lætitia", [7]),
        ("jeanpierre", [8]),
        ("jean pierre", [8]),
        ("belanger", [8]),
        ("la fontaine", [11]),
        ("lafontaine", [11]),
        ("de la fontaine", [11]),
        ("unal", [12]),
        ("ünal şeyma", [12]),
        ("seyma", [12]),
        ("enseignante durand", [1]),
        ("durand zzz", []),
        ("urand", []),
        ("", []),
        ("*", []),
        ("durand OR goff", []),
        ('"durand', [1, 2, 9, 10]),
        ("durand' & !x", []),
        ("durand:*", [1, 2, 9, 10]),
        ("words:durand", []),
        ("\x00durand", [1, 2, 9, 10]),
        ("durand 😀", [1, 2, 9, 10]),
        ("durand %", [1, 2, 9, 10]),
        ("d_rand", []),
        ("\\", []),
        ("dur " * 1000, [1, 9, 10, 2]),
        ("x" * 4000, []),
    ],
)
def test_people_are_found(place: tuple[School, SchoolYear], typed: str, rows: list[int]) -> None:
    found = _found(place, typed)
    assert sorted(found) == sorted(rows)


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ("4b", [1]),
        ("4 b", [1]),
        ("4B", [1]),
        ("4e b", [1]),
        ("4ème B", [1]),
        ("6e1", [3]),
        ("6 E 1", [3]),
        ("6e 1", [3]),
        ("4", [4, 2, 1]),
        ("4e", [2, 1]),
    ],
)
def test_classes_are_found(place: tuple[School, SchoolYear], typed: str, rows: list[int]) -> None:
    assert sorted(_found(place, typed, kinds=["groups"])) == sorted(rows)


def test_the_best_come_first(place: tuple[School, SchoolYear]) -> None:
    assert _found(place, "durand") == [1, 2, 9, 10]
    assert _found(place, "lina") == [9, 1, 10]
    assert _found(place, "dur") == [1, 10, 2, 9]


def test_words_of_a_circle_are_found_by_those_in_it_only(place: tuple[School, SchoolYear]) -> None:
    assert _found(place, "4b") == []
    assert _found(place, "maths") == []
    assert _found(place, "4b", "people.staff") == [1]
    assert _found(place, "maths", "people.g7") == [1]
    assert _found(place, "4b", "people.g7") == []
    assert _found(place, "maths lina", "people.g8", "people.g7") == [1]
    # Of the same name, in another kind.
    assert _found(place, "4b", "groups.staff") == []


def test_another_school_and_another_year_are_not_looked_in(place: tuple[School, SchoolYear]) -> None:
    school, year = place
    other = School.objects.create(name="Ailleurs")
    with in_school(other):
        theirs = SchoolYear.objects.create(label="2026-2027", starts_on="2026-09-01", ends_on="2027-07-04")
    _put(other, theirs, "people", {99: Words(("durand",), "durand")})
    with in_school(school):
        past = SchoolYear.objects.create(
            label="2025-2026", starts_on="2025-09-01", ends_on="2026-07-04", state="closed"
        )
    _put(school, past, "people", {98: Words(("durand",), "durand")})

    assert not {98, 99} & set(_found(place, "durand"))
    # Not even with a forged reach: the open scope holds the statement.
    with in_school(school, year):
        assert not find(read("durand"), [Reach(other.pk, theirs.pk)], ["people"], start=0, limit=9)
    with in_schools([school, other], [year, theirs]):
        both = [Reach(school.pk, year.pk), Reach(other.pk, theirs.pk)]
        assert {match.row for match in find(read("durand"), both, ["people"], start=0, limit=9)} == {
            1,
            2,
            9,
            10,
            99,
        }
        # The circles of one school open nothing in the other.
        mixed = [Reach(school.pk, year.pk), Reach(other.pk, theirs.pk, ("people.staff",))]
        assert not find(read("4b"), mixed, ["people"], start=0, limit=9)


def test_what_has_no_year_is_found_in_each(place: tuple[School, SchoolYear]) -> None:
    _put(place[0], None, "pages", {5: Words(("durand",), "durand")})
    assert _found(place, "durand", kinds=["pages"]) == [5]


def test_pages_of_what_is_found_neither_overlap_nor_leave_out(place: tuple[School, SchoolYear]) -> None:
    reach = [Reach(place[0].pk, place[1].pk)]
    whole = find(read("durand"), reach, ["people"], start=0, limit=10)
    pieces = [find(read("durand"), reach, ["people"], start=at, limit=1) for at in range(5)]
    assert [match for piece in pieces for match in piece] == whole


def test_words_written_again_replace_those_before(place: tuple[School, SchoolYear]) -> None:
    entry = SearchEntry.objects.get(kind="people", row=8)
    engine().write({entry.pk: [f"y{place[1].pk}:autrement"]})
    assert _found(place, "belanger") == []
    assert _found(place, "autrement") == [8]


def test_the_words_of_a_deleted_entry_go_with_it(place: tuple[School, SchoolYear]) -> None:
    SearchEntry.objects.filter(kind="people", row=8).delete()
    assert _found(place, "belanger") == []
    with in_school(*place):
        place[1].delete()  # its entries go with a year that is taken back
        assert not SearchEntry.objects.exists()
