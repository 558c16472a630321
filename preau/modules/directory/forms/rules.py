from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from preau.modules.directory.models import Rule
from preau.modules.directory.selectors.rules import Cell, Looker


class RulesForm(forms.Form):
    """A box for each rule over one kind of people, named by its key; those no school decides are closed."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, lookers: Iterable[Looker], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lookers = list(lookers)
        for looker in self.lookers:
            for cell in looker.cells:
                self.fields[cell.rule.key] = forms.BooleanField(
                    label=cell.label,
                    required=False,
                    initial=cell.holds,
                    disabled=cell.fixed,
                    help_text=_hint(cell),
                )

    @property
    def rows(self) -> list[tuple[Looker, list[forms.BoundField]]]:
        return [(looker, [self[cell.rule.key] for cell in looker.cells]) for looker in self.lookers]

    @property
    def ticked(self) -> set[Rule]:
        cells = (cell for looker in self.lookers for cell in looker.cells)
        return {cell.rule for cell in cells if self.cleaned_data[cell.rule.key]}


class NumberForm(forms.Form):
    """Which version of the rules the page showed."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def _hint(cell: Cell) -> str:
    if cell.fixed:
        return _("Toujours")
    if cell.of_all_staff:
        return _("Déjà à tout personnel")
    if cell.changed:
        return _("Changé : au départ, non") if cell.holds else _("Changé : au départ, oui")
    return ""
