"""What is typed into a field: read as people write it, kept as it was where it cannot be read."""

from datetime import date, time
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template

from preau.kernel.ui.fields import DayField, HourField, ScaledField, Switch


class Outing(forms.Form):
    day = DayField(label="Jour", earliest=date(2026, 9, 1), latest=date(2027, 7, 3))
    at = HourField(label="Heure", widget=forms.TimeInput)
    seats = forms.IntegerField(label="Places", min_value=1, max_value=60)
    mark = ScaledField(label="Note", lowest=0, highest=2000)
    secret = forms.CharField(label="Mot de passe", widget=forms.PasswordInput, required=False)
    told = forms.BooleanField(label="Prévenir", widget=Switch, required=False)


class Inputs(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = {}
        self.buttons = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input":
            self.found[given["name"]] = given
        if tag == "button":
            self.buttons.append(given)


def drawn(form):
    page = Template("{% load ui %}{% for bound in form %}{% field bound %}{% endfor %}")
    return Inputs(page.render(Context({"form": form})))


@pytest.mark.parametrize(
    ("typed", "scaled"),
    [
        ("12,5", 1250),
        ("12.5", 1250),
        (" 12 ", 1200),
        ("0", 0),
        ("20", 2000),
        ("7,", 700),
        (",5", 50),
        ("1\u202f2", 1200),
        ("9,750", 975),
        ("+3", 300),
    ],
)
def test_a_number_is_read_as_people_write_it(typed, scaled):
    assert ScaledField(highest=2000).clean(typed) == scaled


@pytest.mark.parametrize(
    "typed", ["douze", "1e3", "NaN", "Infinity", "--1", "1,2,3", "٣", "0x1", "9" * 16, ",", "+", "1;2", "½"]
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValidationError, match="Saisissez un nombre"):
        ScaledField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("14,255", "2 chiffres"), ("20,01", "Pas plus de 20"), ("−1", "Pas moins de 0"), ("", "obligatoire")],
)
def test_a_number_out_of_bounds_says_which(typed, words):
    with pytest.raises(ValidationError, match=words):
        ScaledField(lowest=0, highest=2000).clean(typed)


@pytest.mark.parametrize(
    ("scaled", "words"), [(1250, "12,5"), (1200, "12"), (5, "0,05"), (0, "0"), (-125, "-1,25")]
)
def test_a_number_is_shown_as_it_is_written(scaled, words):
    field = ScaledField()

    assert field.prepare_value(scaled) == words
    assert field.clean(words) == scaled


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("8:05", time(8, 5)),
        ("08:05", time(8, 5)),
        ("8h05", time(8, 5)),
        ("8 h 05", time(8, 5)),
        ("8H", time(8)),
        ("13:30:00", time(13, 30)),
        ("0:00", time(0)),
    ],
)
def test_an_hour_is_read_as_people_write_it(typed, read):
    assert HourField().clean(typed) == read


@pytest.mark.parametrize("typed", ["midi", "25:00", "8:61", "8h5h", "1234567", "-8:05", "8:05 pm"])
def test_what_is_no_hour_is_refused(typed):
    with pytest.raises(ValidationError):
        HourField().clean(typed)


@pytest.mark.parametrize("typed", ["2026-11-19", "19/11/2026"])
def test_a_day_may_be_picked_or_typed(typed):
    assert DayField().clean(typed) == date(2026, 11, 19)


@pytest.mark.parametrize(
    ("typed", "words"), [("2026-08-31", "mar. 1er septembre 2026"), ("2027-07-04", "sam. 3 juillet 2027")]
)
def test_a_day_out_of_bounds_is_told_the_bound(typed, words):
    with pytest.raises(ValidationError, match=words):
        Outing.base_fields["day"].clean(typed)


def test_the_pickers_of_the_device_are_asked_for_with_their_bounds():
    inputs = drawn(Outing(initial={"day": date(2026, 11, 19), "at": time(8, 5), "mark": 1250})).found

    day = inputs["day"]
    assert (day["type"], day["value"], day["min"]) == ("date", "2026-11-19", "2026-09-01")
    assert (inputs["at"]["type"], inputs["at"]["value"]) == ("time", "08:05")
    assert (inputs["mark"]["inputmode"], inputs["mark"]["value"]) == ("decimal", "12,5")
    assert (inputs["seats"]["type"], inputs["seats"]["inputmode"]) == ("text", "numeric")
    assert not {"min", "max", "step"} & inputs["seats"].keys()
    assert inputs["told"]["role"] == "switch"


TYPED = {"day": "31/02/2027", "at": "midi", "seats": "deux", "mark": "20,5"}


def test_what_cannot_be_read_stays_where_it_was_typed():
    form = Outing(TYPED)
    inputs = drawn(form).found

    assert not form.is_valid()
    for name, typed in TYPED.items():
        assert (inputs[name]["type"], inputs[name]["value"]) == ("text", typed), name


def test_a_day_that_was_read_and_refused_keeps_its_picker():
    assert drawn(Outing({"day": "2027-12-01"})).found["day"]["type"] == "date"


def test_a_password_is_shown_only_by_a_button_that_a_script_brings_out():
    page = drawn(Outing())

    (button,) = page.buttons
    assert button["type"] == "button"
    assert "hidden" in button
    assert button["aria-controls"] == page.found["secret"]["id"]
