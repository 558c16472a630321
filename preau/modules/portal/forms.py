from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.search.choosing import Choosing, PeopleField
from preau.kernel.search.documents import documents_for
from preau.kernel.ui.fields import DayField, HourField, ScaledField, Switch
from preau.kernel.ui.grids import Column, Grid, Row

LONG = "Marie-Antoinette-Élisabeth de La Rochefoucauld-Montmorency de"  # the longest name met


class Specimen(forms.Form):
    """One field of each kind, for the gallery. Nothing is done with what it holds."""

    name = forms.CharField(label=_("Nom"), help_text=_("Tel qu’à l’état civil."))
    mail = forms.EmailField(label=_("Adresse électronique"), required=False)
    secret = forms.CharField(label=_("Mot de passe"), widget=forms.PasswordInput, required=False)
    phone = forms.CharField(label=_("Téléphone"), required=False)
    site = forms.URLField(label=_("Site du club"), required=False, assume_scheme="https")
    born = forms.DateField(label=_("Naissance"), required=False)
    trip = DayField(
        label=_("Jour de la sortie"),
        help_text=_("Un jour de l’année scolaire."),
        earliest=date(2026, 9, 1),
        latest=date(2027, 7, 3),
        initial=date(2026, 11, 19),
        required=False,
    )
    leaves_at = HourField(label=_("Heure du départ"), widget=forms.TimeInput, required=False)
    seats = forms.IntegerField(label=_("Places"), min_value=1, max_value=60, required=False)
    mark = ScaledField(label=_("Note"), help_text=_("De 0 à 20."), lowest=0, highest=2000, required=False)
    level = forms.ChoiceField(label=_("Niveau"), choices=[("5", _("Cinquième")), ("4", LONG)], required=False)
    groups = forms.MultipleChoiceField(
        label=_("Groupes"), choices=[("a", _("Latin")), ("b", LONG), ("c", _("Chorale"))], required=False
    )
    diet = forms.ChoiceField(
        label=_("Régime"), choices=[("d", _("Demi-pension")), ("e", LONG)], widget=forms.RadioSelect
    )
    days = forms.MultipleChoiceField(
        label=_("Jours de cantine"),
        choices=[("1", _("Lundi")), ("2", _("Mardi")), ("3", LONG)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    told = forms.BooleanField(
        label=_("Prévenir les familles"),
        help_text=_("Dès l’enregistrement."),
        widget=Switch,
        initial=True,
        required=False,
    )
    note = forms.CharField(label=_("Précision"), widget=forms.Textarea, required=False)
    document = forms.FileField(label=_("Document"), required=False)
    agreed = forms.BooleanField(label=_("J’ai lu la charte"))
    held = forms.CharField(label=_("Champ tenu"), initial=LONG, disabled=True, required=False)


class PeopleSpecimen(Choosing):
    """Whoever the reader may know may be chosen; nothing is done with them."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = documents_for(actor)["people"]
        offered: dict[str, Any] = {
            "actor": actor,
            "people": document.visible(actor),
            "source": reverse("portal:search_choose"),
        }
        self.fields["leader"] = PeopleField(label=_("Responsable de la sortie"), **offered)
        self.fields["company"] = PeopleField(
            label=_("Accompagnateurs"),
            help_text=_("Autant de personnes que vous voulez."),
            several=True,
            required=False,
            **offered,
        )


def grid_specimen(label: Any, data: Any = None, *, first: int = 1) -> Grid:
    """`data`: what was typed into it. `first`: key of its first row."""
    tests = [("first", _("Contrôle du 12")), ("second", _("Exposé")), ("third", _("Dictée de novembre"))]
    mark = ScaledField(lowest=0, highest=2000, required=False)
    words = forms.CharField(required=False, max_length=60)
    people = [(LONG, ""), ("Zoé Ba", _("née le 3 mai")), ("Zoé Ba", _("née le 30 août"))]
    rows = [Row(str(key), name, str(note)) for key, (name, note) in enumerate(people, first)]
    return Grid(
        label=str(label),
        columns=[
            *(Column(key, str(label), mark, str(_("0 à 20, abs")), codes=("abs",)) for key, label in tests),
            Column("word", str(_("Appréciation")), words),
        ],
        rows=rows,
        values={("1", "first"): 1250, ("2", "first"): "abs", ("3", "second"): 900},
        data=data,
    )


MOVES = ("up", "down", "hide", "show", r"to\d{1,2}")  # to7: dropped at the seventh place


class MoveForm(forms.Form):
    """`move`: what to do, and with which block, in one value: each button of the list is one of them."""

    move = forms.RegexField(regex=rf"\A({'|'.join(MOVES)}):[a-z_]+(\.[a-z_]+)+\Z", max_length=100)

    def parts(self) -> tuple[str, str]:
        verb, _, key = self.cleaned_data["move"].partition(":")
        return verb, key
