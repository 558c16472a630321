"""Django's `date`, which writes « 1 septembre », with the first of a month as one says it."""

from typing import Any

from django import template
from django.template import defaultfilters

from preau.kernel.dates import ordinal

register = template.Library()


@register.filter("date", expects_localtime=True)
def date(value: Any, shape: str | None = None) -> str:
    if shape and getattr(value, "day", None) == 1:
        shape = ordinal(shape)
    return str(defaultfilters.date(value, shape))
