import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preau.kernel import cursors
from preau.kernel.ui.fields import FilesField, FilesInput


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
    after = forms.CharField(max_length=cursors.LONGEST, required=False, widget=forms.HiddenInput)

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


BOXES = 10  # on a sheet, as it comes


class SheetForm(forms.Form):
    """What the printed list of a class leaves room for."""

    boxes = forms.TypedChoiceField(
        label=_("Cases par élève"),
        choices=[(0, _("Aucune")), (3, "3"), (5, "5"), (BOXES, str(BOXES)), (20, "20")],
        coerce=int,
        initial=BOXES,
        required=False,
    )
    heads = forms.CharField(
        label=_("Titres, séparés par des virgules"),
        max_length=200,
        required=False,
    )

    def clean_boxes(self) -> int:
        asked = self.cleaned_data["boxes"]
        return BOXES if asked == "" else int(asked)

    def clean_heads(self) -> list[str]:
        return [head.strip()[:40] for head in self.cleaned_data["heads"].split(",")][:20]


class EndForm(forms.Form):
    ends_on = _day(_("Dernier jour"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, function: Any, day: date, **kwargs: Any) -> None:
        # A page has one such form for each function: their ids must not be the same.
        kwargs["auto_id"] = f"id_{function.uuid}_%s"
        kwargs["initial"] = {"ends_on": max(day, function.starts_on), "version": function.version}
        super().__init__(*args, **kwargs)
        self.function = function


class ChangeClassForm(forms.Form):
    group: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Classe"), queryset=None, to_field_name="uuid", empty_label=_("Choisir…")
    )
    starts_on = _day(_("À partir du"))

    def __init__(self, *args: Any, divisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = divisions  # type: ignore[attr-defined]


class PhotoAnswerForm(forms.Form):
    agrees = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1")
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class PhotoForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("JPEG, PNG ou WebP. Préau la recadre et en retire le lieu et l’appareil."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        max_length=None,
    )
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


MOST_FILES = 12


class FilesForm(forms.Form):
    exports = FilesField(
        label=_("Fichiers"),
        help_text=_("ZIP, XML ou CSV, plusieurs à la fois, 2 Mo en tout : envoyez les ZIP tels quels."),
        widget=FilesInput(attrs={"accept": ".zip,.xml,.csv,.txt,.tsv"}),
        max_length=None,
    )

    def clean_exports(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["exports"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("%(count)d fichiers au plus : mettez-les ensemble dans une archive ZIP."),
                params={"count": MOST_FILES},
            )
        return files


class PrepareYearForm(forms.Form):
    starts_on = _day(_("Premier jour"))
    ends_on = _day(_("Dernier jour"))
