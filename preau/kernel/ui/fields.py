"""Kinds of fields that Django has not, or not as a school needs them. What cannot be read stays as typed."""

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from preau.kernel.ui.days import short_day

_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)\Z")
_HOUR = re.compile(r"(\d{1,2})(?:[:h.](\d{1,2})?)?(?::\d{2}(?:\.\d+)?)?(?:min|mn)?\Z")
LONGEST_NUMBER: Final = 15  # digits and signs: what a column of whole numbers holds


class Switch(forms.CheckboxInput):
    """A box for what holds at once or not at all: « on », « off »."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"role": "switch", **(attrs or {})})


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several. Its value is a list of what was sent."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        sent = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in sent or [None]]


class DayField(forms.DateField):
    """A day between two others, both of them allowed."""

    widget = forms.DateInput

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **kwargs: Any) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        bounds = {"min": self.earliest, "max": self.latest}
        return {name: day.isoformat() for name, day in bounds.items() if day}

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and self.earliest and day < self.earliest:
            raise ValidationError(
                _("Le premier jour possible est le %(day)s."), "early", _said(self.earliest)
            )
        if day and self.latest and day > self.latest:
            raise ValidationError(_("Le dernier jour possible est le %(day)s."), "late", _said(self.latest))
        return day


def _said(day: date) -> dict[str, str]:
    return {"day": short_day(day, year=True)}


class HourField(forms.TimeField):
    """« 8:05 », « 8h05 », « 8 h »."""

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        found = _HOUR.match(_BLANKS.sub("", str(value)).lower())
        try:
            return time(int(found[1]), int(found[2] or 0)) if found else self._refuse()
        except ValueError:
            return self._refuse()

    def _refuse(self) -> time:
        raise ValidationError(_("Saisissez une heure, par exemple 8:05."), "invalid")


class ScaledField(forms.Field):
    """A number with a comma, as a whole number: « 12,5 » is 1250 with two `decimals`.

    `lowest` and `highest` are of that scale, and so is what `clean` gives.
    """

    def __init__(
        self, *, decimals: int = 2, lowest: int | None = None, highest: int | None = None, **kwargs: Any
    ) -> None:
        self.decimals, self.lowest, self.highest = decimals, lowest, highest
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal" if self.decimals else "numeric", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return self.words(value) if isinstance(value, int) else value

    def words(self, value: int) -> str:
        exact = format(Decimal(value).scaleb(-self.decimals).normalize(), "f")
        return str(number_format(exact, use_l10n=True))

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or isinstance(value, int):
            return value if isinstance(value, int) else None
        text = _BLANKS.sub("", str(value)).replace("−", "-")
        if not text:
            return None
        if len(text) > LONGEST_NUMBER or not _NUMBER.match(text) or not text.isascii():
            raise ValidationError(_("Saisissez un nombre."), "invalid")
        try:
            scaled = Decimal(text.replace(",", ".")).scaleb(self.decimals)
        except InvalidOperation:  # pragma: no cover  the pattern lets through what Decimal reads
            raise ValidationError(_("Saisissez un nombre."), "invalid") from None
        if scaled != scaled.to_integral_value():
            raise ValidationError(self._too_fine(), "decimals", {"number": self.decimals})
        return int(scaled)

    def _too_fine(self) -> Any:
        if not self.decimals:
            return _("Saisissez un nombre entier.")
        return (
            _("Pas plus de %(number)s chiffres après la virgule.")
            if self.decimals > 1
            else _("Pas plus d’un chiffre après la virgule.")
        )

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.lowest is not None and value < self.lowest:
            raise ValidationError(_("Pas moins de %(bound)s."), "low", {"bound": self.words(self.lowest)})
        if self.highest is not None and value > self.highest:
            raise ValidationError(_("Pas plus de %(bound)s."), "high", {"bound": self.words(self.highest)})
