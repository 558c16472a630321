import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.kernel.phones import dialled, shown


@pytest.mark.parametrize(
    "written",
    [
        "0639984471",
        "06 39 98 44 71",
        "06.39.98.44.71",
        "06-39-98-44-71",
        "+33 6 39 98 44 71",
        "+33639984471",
        "0033 6 39 98 44 71",
        "+33 (0)6 39 98 44 71",
        "(06) 39 98 44 71",
    ],
)
def test_one_number_is_shown_in_one_shape(written: str) -> None:
    assert shown(written) == "06 39 98 44 71"


@pytest.mark.parametrize(
    "written", ["+32 470 12 34 56", "17", "3919", "06 39 98 44", "poste 12", "", "06 39 98 44 71 12"]
)
def test_what_is_no_number_of_france_stays_as_written(written: str) -> None:
    assert shown(written) == written


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("06.39-98 44 71", "0639984471"),
        (" +33 6 39", "+33639"),
        ("+33 (0)6 39 98 44 71", "0639984471"),
        ("06٣", "06"),
        ("<script>", ""),
    ],
)
def test_a_telephone_is_given_digits(written: str, digits: str) -> None:
    assert dialled(written) == digits


@given(st.text(max_size=30))
def test_shown_twice_is_shown_once(written: str) -> None:
    assert shown(shown(written)) == shown(written)
