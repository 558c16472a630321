from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from preau.kernel.audit.acts import Family
from preau.kernel.ui.accent import Accent
from preau.kernel.web import shared
from preau.modules.console.services import Reason

# No journal is older, and none is of the next century.
_SPAN = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 1, 1))]


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        validators=_SPAN,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class LookForm(forms.Form):
    accent = forms.ChoiceField(label=_("Couleur"), choices=Accent.choices, widget=forms.RadioSelect)


class ComputerForm(forms.Form):
    place = forms.CharField(
        label=_("Où il se trouve"),
        max_length=shared.PLACE_MOST,
        help_text=_("La page de connexion l’affichera : CDI, salle informatique, salle des professeurs."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes sans activité avant la fin"),
        min_value=shared.LEAST,
        max_value=shared.MOST,
        initial=shared.USUAL,
    )


class ReadingFilter(forms.Form):
    """What the consultations are filtered by. Anything forged in it finds nothing."""

    q = forms.CharField(label=_("Nom ou prénom"), max_length=80, required=False)
    since = _day(_("Depuis le"))
    until = _day(_("Jusqu’au"))
    # The page about one person or group this list was opened from: `person.<uuid>`.
    about = forms.RegexField(
        regex=r"^(person|group)\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z",
        required=False,
        widget=forms.HiddenInput,
    )
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)


class JournalFilter(ReadingFilter):
    """The same, and what acts are about. `families`: those the reader may see."""

    family = forms.ChoiceField(label=_("À propos de"), required=False)

    field_order = ("q", "family", "since", "until", "about", "after")

    def __init__(self, *args: Any, families: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(code, label) for code, label in Family.choices if code in families]
        self.fields["family"].choices = [("", _("Toutes les actions")), *chosen]  # type: ignore[attr-defined]


class CursorForm(forms.Form):
    after = forms.UUIDField(required=False)


class TaskForm(forms.Form):
    task = forms.UUIDField(widget=forms.HiddenInput)


class AbandonForm(TaskForm):
    reason = forms.ChoiceField(label=_("Pourquoi"), choices=[("", _("Choisir…")), *Reason.choices])

    def __init__(self, *args: Any, task: Any, **kwargs: Any) -> None:
        # A page has one such form for each letter: their ids must not be the same.
        kwargs["auto_id"] = f"id_{task.uuid}_%s"
        kwargs["initial"] = {"task": task.uuid}
        super().__init__(*args, **kwargs)
        self.task = task
