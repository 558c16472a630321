from typing import Any, NoReturn

from django import forms
from django.contrib.auth import authenticate
from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from preau.kernel.ui.comfort import Contrast, Motion, Reading, TextSize, Theme
from preau.kernel.web import metrics, shared, throttle
from preau.kernel.web.origin import device_of, network_of
from preau.kernel.web.waiting import is_crowded
from preau.modules.accounts import services
from preau.modules.accounts.models import Account, login_key


def _choice(label: Any, offered: type[TextChoices]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=offered.choices, required=False, widget=forms.RadioSelect)


class ComfortForm(forms.Form):
    """Nothing is asked for: what is left out is the usual."""

    theme = _choice(_("Couleurs"), Theme)
    contrast = _choice(_("Contraste"), Contrast)
    text = _choice(_("Taille du texte"), TextSize)
    reading = _choice(_("Lecture"), Reading)
    motion = _choice(_("Mouvements"), Motion)


class LoginForm(forms.Form):
    login = forms.CharField(label=_("Identifiant"), max_length=80)
    password = forms.CharField(
        label=_("Mot de passe"), max_length=200, strip=False, widget=forms.PasswordInput
    )

    shared = forms.BooleanField(
        label=_("Cet ordinateur est partagé"),
        required=False,
        help_text=format_lazy(
            _("La session se termine après {minutes} minutes sans activité."), minutes=shared.USUAL
        ),
    )

    account: Account

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.tired = False
        if shared.computer_of(request) is not None:
            del self.fields["shared"]  # the school has said so already

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
        if is_crowded(self.request):
            self._refuse_crowded()
        counters = throttle.Counters(self.request, login)
        try:
            counters.refuse_if_tired()
            with throttle.hashing():
                account = authenticate(login=login, password=password)
        except throttle.Crowded:
            self._refuse_crowded()
        except throttle.TooManyTries:
            self.tired = True
            metrics.logins.labels("tired").inc()
            raise forms.ValidationError(
                _("Trop d’essais : attendez un quart d’heure, ou demandez à votre établissement.")
            ) from None
        metrics.logins.labels("wrong" if account is None else "right").inc()
        if account is None:
            if counters.count():
                services.tries_refused(
                    login=login, network=network_of(self.request), device=device_of(self.request)
                )
        else:
            counters.forget()
        return account

    def _refuse_crowded(self) -> NoReturn:
        self.tired = True
        metrics.logins.labels("crowded").inc()
        raise forms.ValidationError(
            _("Beaucoup de personnes se connectent en ce moment : recommencez dans une minute.")
        )
