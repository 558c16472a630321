from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.search.choosing import Choosing, PeopleField
from preau.modules.directory.models import PersonRecord, Rule
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


class WhyForm(Choosing):
    """Two people: one who looks, one who is looked at."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = PersonRecord.objects.visible_to(actor)
        source = reverse("portal:search_choose")
        for name, label in (("who", _("Qui regarde, ou écrit")), ("whom", _("Qui est regardé"))):
            self.fields[name] = PeopleField(label=label, actor=actor, people=people, source=source)


def _hint(cell: Cell) -> str:
    if cell.fixed:
        return _("Toujours")
    if cell.of_all_staff:
        return _("Déjà à tout personnel")
    if cell.changed:
        return _("Changé : au départ, non") if cell.holds else _("Changé : au départ, oui")
    return ""
