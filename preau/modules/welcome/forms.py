import uuid
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from preau.kernel.names import printable
from preau.kernel.richtext.forms import RichTextFormField
from preau.modules.welcome.models import PHONE, POSTAL_CODE


class CardForm(forms.Form):
    about = forms.CharField(
        label=_("En quelques mots"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ce qu’un visiteur lit sous le nom : l’accueil, les horaires du secrétariat."),
    )
    street = forms.CharField(label=_("Adresse"), max_length=160, required=False)
    postal_code = forms.CharField(
        label=_("Code postal"), max_length=10, required=False, validators=[POSTAL_CODE]
    )
    phone = forms.CharField(label=_("Téléphone"), max_length=20, required=False, validators=[PHONE])
    email = forms.EmailField(label=_("Courriel"), max_length=254, required=False)
    website = forms.URLField(
        label=_("Site"),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("L’adresse complète : https://…"),
    )
    is_listed = forms.BooleanField(
        label=_("Montrer l’établissement dans la liste de la page d’accueil"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_about(self) -> str:
        return printable(self.cleaned_data["about"])

    def clean_street(self) -> str:
        return printable(self.cleaned_data["street"])


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ClosingForm(forms.Form):
    message = forms.CharField(
        label=_("Message"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Par exemple : « Le collège est fermé lundi. »"),
    )
    first_day = _day(_("Premier jour"), _("Le message paraît ce jour-là, dès minuit."))
    last_day = _day(_("Dernier jour"), _("Ce jour compris. Il disparaît ensuite de lui-même."))

    def clean_message(self) -> str:
        message = printable(self.cleaned_data["message"])
        if not message:
            raise forms.ValidationError(_("Écrivez le message."))
        return message


class CharterForm(forms.Form):
    pupils = RichTextFormField(label=_("Pour les élèves, avec des mots simples"))
    adults = RichTextFormField(label=_("Pour les adultes : familles et personnels"))
    base_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class StepForm(forms.Form):
    step = forms.RegexField(regex=r"\A[a-z_]+\.[a-z_]+\Z", max_length=80)
