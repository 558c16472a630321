"""Dates, telephones, codes: every shape in which the files write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.kernel.names import printable
from preau.modules.directory.imports import values
from preau.modules.directory.models import Enrolment, Group, Guardianship

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_a_day_is_the_same_in_every_way_of_writing_it(day: date) -> None:
    ways = (
        "%d/%m/%Y",
        "%Y-%m-%d",
        "%d-%m-%Y",
        "%d.%m.%Y",
        "%Y/%m/%d",
        "%d/%m/%Y 00:00:00",
        "%Y-%m-%dT00:00:00Z",
    )
    assert {values.day(f"{day:{way}}") for way in ways} == {day}
    assert values.day(f"{day.day}/{day.month}/{day.year}") == day


@pytest.mark.parametrize(
    "written",
    [
        "31/02/2014",
        "00/01/2014",
        "2014-13-01",
        "01/03/14",
        "01/03/1214",
        "12/2014",
        "٠١/٠٣/٢٠١٤",
        "",
        "9999-12-31",
    ],
)
def test_what_is_no_day_is_none(written: str) -> None:
    assert values.day(written) is None


@given(st.text())
def test_no_text_is_taken_for_another_day_than_it_says(written: str) -> None:
    found = values.day(written)
    assert found is None or str(found.day) in written


@given(DAYS)
def test_a_month_before_its_day_is_seen_when_the_day_cannot_be_a_month(day: date) -> None:
    assert values.is_month_first(f"{day:%m/%d/%Y}") == (day.day > 12)


NUMBERS = st.from_regex(r"[1-9][0-9]{8}", fullmatch=True)


@given(NUMBERS)
def test_a_telephone_is_the_same_in_every_way_of_writing_it(nine: str) -> None:
    pairs = [nine[0], *(nine[at : at + 2] for at in range(1, 9, 2))]
    ways = [
        f"0{nine}",
        " ".join([f"0{pairs[0]}", *pairs[1:]]),
        ".".join([f"0{pairs[0]}", *pairs[1:]]),
        "-".join([f"0{pairs[0]}", *pairs[1:]]),
        f"+33{nine}",
        f"+33 {' '.join(pairs)}",
        f"0033{nine}",
        f"+33 (0){' '.join(pairs)}",
        "\u00a0".join([f"0{pairs[0]}", *pairs[1:]]),
        nine,
    ]
    found = {values.phone(way) for way in ways}
    assert found == {" ".join([f"0{pairs[0]}", *pairs[1:]])}
    assert {values.phone(each or "") for each in found} == found


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("+590 690 12 34 56", "+590690123456"),
        ("0049 30 1234567", "+49301234567"),
        ("+32 470 12 34 56", "+32470123456"),
        ("0000000000", None),
        ("06 12 34 56", None),
        ("+33 0", None),
        ("06 12 34 56 78 (mère)", None),
        ("6,12E+08", None),
        ("+٣٣٦١٢٣٤٥٦٧٨", None),
    ],
)
def test_numbers_from_elsewhere_and_what_is_no_number(written: str, read: str | None) -> None:
    assert values.phone(written) == read


@given(st.text())
def test_whatever_is_read_as_a_telephone_is_one(written: str) -> None:
    found = values.phone(written)
    assert found is None or (found.replace(" ", "").lstrip("+").isascii() and len(found) <= 16)


def test_truths_have_both_shapes_and_those_of_tables() -> None:
    assert [values.truth(word) for word in ("1", "true", "TRUE", "Oui", "O", "x")] == [True] * 6
    assert [values.truth(word) for word in ("0", "false", "Non", "N")] == [False] * 4
    assert [values.truth(word) for word in ("", "2", "peut-être")] == [None] * 3


@pytest.mark.parametrize("code", ["0999990W", "0999991X", "0999992Y"])
def test_the_letter_of_a_school_code_is_computed(code: str) -> None:
    assert values.uai(f" {code.lower()} ") == (code, True)
    assert not any(
        values.uai(code[:7] + letter)[1] for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter != code[7]
    )


def test_the_old_father_is_not_the_new_mother() -> None:
    assert {old: values.kinship(old) for old in "1234567"} == {
        "1": Guardianship.Kinship.FATHER,
        "2": Guardianship.Kinship.MOTHER,
        "3": Guardianship.Kinship.GUARDIAN,
        "4": Guardianship.Kinship.RELATIVE,
        "5": Guardianship.Kinship.WELFARE,
        "6": Guardianship.Kinship.OTHER,
        "7": Guardianship.Kinship.SELF,
    }
    assert values.kinship("01") == Guardianship.Kinship.FATHER
    assert {values.kinship(new) for new in Guardianship.Kinship.values} == set(Guardianship.Kinship.values)
    assert [values.kinship(code) for code in ("", "0", "8", "99", "père")] == [None] * 5


@pytest.mark.parametrize(
    ("codes", "read"),
    [
        ("0 1 externe EXTERN", Enrolment.Boarding.DAY),
        ("2 21 24 29 6 4 DP demi-pensionnaire", Enrolment.Boarding.HALF),
        ("3 31 36 38 5 interne INTERN", Enrolment.Boarding.FULL),
        ("7 9 241 inconnu", ""),
    ],
)
def test_the_first_digit_of_a_regime_decides(codes: str, read: str) -> None:
    assert {values.boarding(code) for code in codes.split()} == {read}


@given(st.text(max_size=20))
def test_codes_are_compared_as_groups_compare_theirs(code: str) -> None:
    group = Group(code=code)
    group.index_code()
    assert values.code_key(code) == group.code_key


@given(st.text())
def test_clean_text_is_printable_and_its_blanks_do_not_count(written: str) -> None:
    kept, had_signs = values.clean(written)
    assert kept == printable(kept) and "\ufffd" not in kept
    assert values.clean(kept) == (kept, False)
    assert had_signs or kept.split() == printable(written.translate({9: " ", 10: " ", 13: " "})).split()


@pytest.mark.parametrize(
    ("written", "is_one"),
    [
        ("ada@example.org", True),
        ("a.b+c@ac-lyon.example", True),
        ("ada", False),
        ("a@b", False),
        ("a b@example.org", False),
        ("a@@example.org", False),
        ("a@example.org, b@example.org", False),
        ("a..b@example.org", False),
    ],
)
def test_what_nothing_can_be_sent_to_is_no_address(written: str, is_one: bool) -> None:
    assert values.is_email(written) == is_one
