from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _

from preau.modules.accounts.models import Account


class LoginForm(forms.Form):
    login = forms.CharField(label=_("Identifiant"), max_length=80)
    password = forms.CharField(
        label=_("Mot de passe"), max_length=200, strip=False, widget=forms.PasswordInput
    )

    account: Account

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "login" in data and "password" in data:
            account = authenticate(login=data["login"], password=data["password"])
            if account is None:
                raise forms.ValidationError(
                    _(
                        "Identifiant ou mot de passe inconnu. Vérifiez les majuscules du mot de passe,"
                        " puis demandez à votre établissement."
                    )
                )
            self.account = account
        return data
