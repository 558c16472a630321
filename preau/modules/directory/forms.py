import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class FilterForm(forms.Form):
    """The directory's filter. Anything forged in it finds nothing."""

    KINDS = [
        ("", _("Tout le monde")),
        ("pupil", _("Élèves")),
        ("guardian", _("Responsables")),
        ("staff", _("Personnels")),
    ]

    q = forms.CharField(label=_("Nom ou prénom"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Qui"), choices=KINDS, required=False)
    division: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Classe"), queryset=None, to_field_name="uuid", required=False, empty_label=_("Toutes")
    )

    # Where the page before ended. A field, so that what no name may hold is refused.
    after = forms.CharField(max_length=260, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, divisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = divisions  # type: ignore[attr-defined]


class AppointForm(forms.Form):
    """`candidates`: the people one may choose from; any other id is « not a possible choice »."""

    record: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Enseignant"), queryset=None, to_field_name="uuid", empty_label=_("Choisir…")
    )
    starts_on = _day(_("À partir du"))
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record: Any = self.fields["record"]
        record.queryset = candidates
        record.label_from_instance = lambda record: record.listed_name


class EndForm(forms.Form):
    ends_on = _day(_("Dernier jour"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, function: Any, day: date, **kwargs: Any) -> None:
        # A page has one such form for each function: their ids must not be the same.
        kwargs["auto_id"] = f"id_{function.uuid}_%s"
        kwargs["initial"] = {"ends_on": max(day, function.starts_on), "version": function.version}
        super().__init__(*args, **kwargs)
        self.function = function


class PrepareYearForm(forms.Form):
    starts_on = _day(_("Premier jour"))
    ends_on = _day(_("Dernier jour"))
