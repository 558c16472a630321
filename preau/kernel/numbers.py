"""Numbers as French writes them."""

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """By thousands, which no line ending parts: « 2 050 »."""
    return str(number_format(number, force_grouping=True))
