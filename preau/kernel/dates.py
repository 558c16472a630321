"""Dates in words: of the days of a month only the first is an ordinal in French, « 1er septembre »."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import pgettext


def written(day: date, shape: str = "j F Y") -> str:
    """`shape`: of Django's `date_format`. A moment is written in the time it is given in."""
    return date_format(day, ordinal(shape) if day.day == 1 else shape)


def ordinal(shape: str) -> str:
    """The shape for the first of a month."""
    first = "".join(f"\\{letter}" for letter in pgettext("jour du mois", "1er"))
    return shape.replace("j", first)
