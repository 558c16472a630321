from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from preau.kernel.modules import Channel, NoticeKind
from preau.modules.notifications.models import Preference
from preau.modules.notifications.selectors.choices import modes_offered

Mode = Preference.Mode
_FIRST_YEAR = 2000  # before any notice
DAYS = [
    (1, _("lundi")),
    (2, _("mardi")),
    (3, _("mercredi")),
    (4, _("jeudi")),
    (5, _("vendredi")),
    (6, _("samedi")),
    (7, _("dimanche")),
]


class _Days(forms.TypedMultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple, **kwargs)


def _hour(label: Any, *, required: bool = True) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=required, widget=widget)


class HoursForm(forms.Form):
    """When a person does not want to be disturbed."""

    quiet_from = _hour(_("Silence à partir de"), required=False)
    quiet_until = _hour(_("Jusqu’à"), required=False)
    quiet_days = _Days(label=_("Jours sans message"), required=False)
    wants_digest = forms.BooleanField(label=_("Recevoir le résumé du jour par courriel"), required=False)
    digest_at = _hour(_("Heure du résumé"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        begins: time | None = values.get("quiet_from")
        ends: time | None = values.get("quiet_until")
        if "quiet_from" in values and "quiet_until" in values and (begins is None) != (ends is None):
            missing = "quiet_until" if ends is None else "quiet_from"
            self.add_error(missing, _now("Indiquez les deux heures, ou aucune."))
        if begins is not None and begins == ends:
            self.add_error(
                "quiet_until", _now("Une période commence et se termine à deux heures différentes.")
            )
        if "digest_at" in values:
            values["digest_at"] = values["digest_at"] or time(18)
        if len(values.get("quiet_days", [])) == len(DAYS):
            self.add_error("quiet_days", _now("Laissez au moins un jour : sinon rien ne peut vous parvenir."))
        return values


class ChoicesForm(forms.Form):
    """A field for each kind and channel, named `kind.channel`: a choice of moments for letters, a switch
    for what rings."""

    LABELS = {
        Channel.EMAIL: _("Par courriel"),
        Channel.PUSH: _("Sur mes appareils"),
        Channel.SMS: _("Par SMS"),
    }

    def __init__(
        self, *args: Any, kinds: Iterable[NoticeKind], modes: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [kind for kind in kinds if kind.may_be_silenced and kind.channels]
        for kind in self.kinds:
            for channel in kind.channels:
                name = self.name_of(kind, channel)
                self.fields[name] = self._field(kind, channel, modes[name])

    def _field(self, kind: NoticeKind, channel: Channel, mode: str) -> forms.Field:
        label, offered = self.LABELS[channel], modes_offered(kind, channel)
        if offered == [Mode.NOW, Mode.OFF]:
            return forms.BooleanField(label=label, required=False, initial=mode == Mode.NOW)
        choices = [(each.value, each.label) for each in offered]
        # Never empty on the page; left out of what was sent, it stays as it was.
        return forms.ChoiceField(label=label, choices=choices, initial=mode, required=False)

    @staticmethod
    def name_of(kind: NoticeKind, channel: Channel) -> str:
        return f"{kind.name}.{channel}"

    def rows(self) -> list[tuple[NoticeKind, list[forms.BoundField]]]:
        return [(kind, [self[self.name_of(kind, each)] for each in kind.channels]) for kind in self.kinds]

    def chosen(self) -> dict[tuple[str, Channel], Preference.Mode]:
        found = {}
        for kind in self.kinds:
            for channel in kind.channels:
                name = self.name_of(kind, channel)
                value = self.cleaned_data[name]
                if value == "":
                    value = self.fields[name].initial
                on = Mode.NOW if value else Mode.OFF
                found[kind.name, channel] = on if isinstance(value, bool) else Mode(value)
        return found


class SchoolHoursForm(forms.Form):
    opens = _hour(_("À partir de"))
    closes = _hour(_("Jusqu’à"))
    days = _Days(label=_("Jours"))
    sms_monthly = forms.IntegerField(
        label=_("SMS par mois, au plus"),
        min_value=0,
        max_value=1_000_000,
        help_text=_("Une fois ce nombre atteint, plus aucun SMS ne part avant le mois suivant."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "opens" in values and "closes" in values and values["opens"] >= values["closes"]:
            self.add_error("closes", _now("La fin vient après le début."))
        return values


class ReadAllForm(forms.Form):
    until = forms.DateTimeField(widget=forms.HiddenInput)

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        if until.year < _FIRST_YEAR:  # at the very beginning of the calendar no time zone can be reckoned
            raise forms.ValidationError(_now("Cette date n’est pas lisible."))
        return min(until, timezone.now())


class SubscriptionForm(forms.Form):
    """What a browser says of itself when it agrees to show notices."""

    endpoint = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    p256dh = forms.CharField(max_length=100, widget=forms.HiddenInput)
    auth = forms.CharField(max_length=32, widget=forms.HiddenInput)
