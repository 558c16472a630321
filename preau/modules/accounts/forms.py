from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _

from preau.kernel.web import throttle
from preau.modules.accounts.models import Account, login_key


class LoginForm(forms.Form):
    login = forms.CharField(label=_("Identifiant"), max_length=80)
    password = forms.CharField(
        label=_("Mot de passe"), max_length=200, strip=False, widget=forms.PasswordInput
    )

    account: Account

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.tired = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "login" in data and "password" in data:
            account = self._authenticated(login_key(data["login"]), data["password"])
            if account is None:
                raise forms.ValidationError(
                    _(
                        "Identifiant ou mot de passe inconnu. Vérifiez les majuscules du mot de passe,"
                        " puis demandez à votre établissement."
                    )
                )
            self.account = account
        return data

    def _authenticated(self, login: str, password: str) -> Any:
        """The account, or None. Too many wrong tries are refused before any hashing."""
        counters = throttle.Counters(self.request, login)
        try:
            counters.refuse_if_tired()
            with throttle.hashing():
                account = authenticate(login=login, password=password)
        except throttle.TooManyTries:
            self.tired = True
            raise forms.ValidationError(
                _("Trop d’essais : attendez un quart d’heure, ou demandez à votre établissement.")
            ) from None
        if account is None:
            counters.count()
        else:
            counters.forget()
        return account
