"""What those who keep people's files type: corrections, arrivals, links, departures."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any, Final

from django import forms
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.search.choosing import Choosing, PeopleField
from preau.kernel.ui.fields import DayField
from preau.modules.directory.models import Guardianship, PersonRecord
from preau.modules.directory.selectors.provenance import LABELS

Doubles = Sequence[tuple[PersonRecord, str]]

_CIVILITIES = [("", _("Non précisée")), *PersonRecord.Civility.choices]
# Two by two, as wide pages show them.
GROUPS: Final = (
    (
        _("Identité"),
        ("last_name", "first_name", "birth_name", "other_first_names", "birth_date", "civility", "ine"),
    ),
    (_("Coordonnées"), ("email", "mobile_phone", "home_phone", "work_phone")),
    (_("Domicile"), ("address", "postal_code", "city", "country")),
)
_HELP = {
    "birth_name": _("S’il n’est pas le nom d’usage."),
    "ine": _("Onze signes, comme sur le certificat de scolarité."),
    "country": _("Vide pour la France."),
}


def _person_field(name: str, *, required: bool = False) -> forms.Field:
    """As long as its column; what may stand in it is said where it is kept (`services.person_values`)."""
    label = str(LABELS[name])
    given: dict[str, Any] = {
        "label": f"{label[:1].upper()}{label[1:]}",
        "required": required,
        "help_text": _HELP.get(name, ""),
    }
    if name == "civility":
        return forms.ChoiceField(choices=_CIVILITIES, **given)
    if name == "birth_date":
        return DayField(**given)
    column: Any = PersonRecord._meta.get_field(name)
    widget: forms.Widget = forms.TextInput()
    if name == "address":
        widget = forms.Textarea(attrs={"rows": 2})
    elif name.endswith("phone"):
        widget = forms.TextInput(attrs={"inputmode": "tel"})
    elif name == "email":
        widget = forms.TextInput(attrs={"inputmode": "email"})
    # An INE is typed with blanks, too.
    return forms.CharField(max_length=30 if name == "ine" else column.max_length, widget=widget, **given)


class CorrectForm(forms.Form):
    """`fields`: those the reader may see. One that is not there is not sent, and stays."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, record: PersonRecord, fields: Collection[str]) -> None:
        initial = {name: getattr(record, name) for name in fields} | {"version": record.version}
        super().__init__(data, initial=initial)
        for name in fields:
            self.fields[name] = _person_field(name, required=name == "last_name")
            self.fields[name].widget.attrs |= {"autocomplete": "off", "data-private": ""}

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class Arriving(forms.Form):
    """Somebody the school does not know, unless they are one of the doubles found."""

    OTHER = "other"
    person_fields: tuple[str, ...] = ()
    needed: tuple[str, ...] = ("last_name",)

    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    same: PersonRecord | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.person_fields:
            self.fields[name] = _person_field(name, required=name in self.needed)
            self.fields[name].widget.attrs |= {"autocomplete": "off"}

    @property
    def person(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.person_fields}

    def settles(self, doubles: Doubles) -> bool:
        """Whether it was said of these who is who. An answer about others than these is none."""
        if not doubles:
            return True
        keys = [str(record.uuid) for record, _told in doubles]
        other = f"{self.OTHER}.{blake2b(''.join(keys).encode(), digest_size=4).hexdigest()}"
        choices = [(str(record.uuid), f"{record.listed_name} – {told}") for record, told in doubles]
        self.fields["same"] = forms.ChoiceField(
            label=_("Déjà connu de l’établissement"),
            help_text=_("Voici qui lui ressemble\u00a0: est-ce l’une de ces personnes\u00a0?"),
            choices=[*choices, (other, _("C’est quelqu’un d’autre"))],
            widget=forms.RadioSelect,
            error_messages={"required": _("Dites si c’est l’une de ces personnes, ou quelqu’un d’autre.")},
        )
        # Before the rest: nothing else is asked.
        self.order_fields(["same"])
        self.full_clean()
        if not self.is_valid():
            return False
        chosen = self.cleaned_data["same"]
        self.same = next((record for record, _told in doubles if str(record.uuid) == chosen), None)
        return True


def _starts_on(standing: Standing) -> DayField:
    year = standing.year
    return DayField(
        label=_("À partir du"), initial=standing.day, earliest=year.starts_on, latest=year.ends_on
    )


class PupilForm(Arriving):
    person_fields = ("last_name", "first_name", "birth_date", "ine")
    needed = ("last_name", "first_name", "birth_date")
    field_order = ("last_name", "first_name", "birth_date", "group", "starts_on", "ine")

    group: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Classe"), queryset=None, to_field_name="uuid", empty_label=_("Choisir…")
    )

    def __init__(self, *args: Any, divisions: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = divisions  # type: ignore[attr-defined]
        self.fields["starts_on"] = _starts_on(standing)
        self.order_fields(self.field_order)


class _Profile(forms.Form):
    profile: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Profil"), queryset=None, to_field_name="code", empty_label=_("Choisir…")
    )
    title = forms.CharField(
        label=_("Fonction exercée"),
        help_text=_("Sur sa fiche : « Professeure de mathématiques »."),
        max_length=80,
        required=False,
    )
    ends_on = DayField(
        label=_("Jusqu’au"), help_text=_("Pour un remplacement ; vide : sans fin connue."), required=False
    )

    def offer(self, profiles: Any, standing: Standing) -> None:
        self.fields["profile"].queryset = profiles  # type: ignore[attr-defined]
        self.fields["starts_on"] = _starts_on(standing)


class MemberForm(_Profile, Arriving):
    person_fields = ("last_name", "first_name", "email", "mobile_phone", "civility")
    needed = ("last_name", "first_name")
    field_order = (*person_fields[:-1], "profile", "title", "starts_on", "ends_on", "civility")

    def __init__(self, *args: Any, profiles: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(profiles, standing)
        self.order_fields(self.field_order)


class ProfileForm(_Profile):
    """One more profile, for somebody the school knows."""

    field_order = ("profile", "title", "starts_on", "ends_on")

    def __init__(self, data: Any = None, *, profiles: Any, standing: Standing) -> None:
        super().__init__(data, auto_id="id_profile_%s")
        self.offer(profiles, standing)
        self.order_fields(self.field_order)


def _spoken(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """As they stand alone: « Mère »."""
    return [(value, capfirst(label)) for value, label in choices]


class _Link(forms.Form):
    kinship = forms.ChoiceField(
        label=_("Lien avec l’élève"),
        choices=[
            ("", _("Choisir…")),
            *_spoken(each for each in Guardianship.Kinship.choices if each[0] != Guardianship.Kinship.SELF),
        ],
    )
    level = forms.TypedChoiceField(
        label=_("Responsabilité"),
        choices=[("", _("Choisir…")), *_spoken(Guardianship.Level.choices)],
        coerce=int,
        help_text=_(
            "Un représentant légal suit l’élève ; une personne à contacter ne voit rien, on l’appelle."
        ),
    )
    houses = forms.BooleanField(label=_("Héberge l’élève"), required=False)
    may_collect = forms.BooleanField(label=_("Peut venir chercher l’élève"), required=False)


class GuardianForm(_Link, Arriving, Choosing):
    """Somebody of the school, or somebody new."""

    person_fields = (
        *("last_name", "first_name", "civility", "email", "mobile_phone", "home_phone", "work_phone"),
        *("address", "postal_code", "city"),
    )
    needed = ()
    field_order = ("known", *person_fields, "kinship", "level", "houses", "may_collect", "starts_on")

    def __init__(self, *args: Any, actor: Actor, pupil: PersonRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["known"] = PeopleField(
            label=_("Déjà connu de l’établissement"),
            help_text=_("Le parent d’un autre élève, un membre du personnel : cherchez son nom."),
            actor=actor,
            people=PersonRecord.objects.visible_to(actor).filter(school=pupil.school_id).exclude(pk=pupil.pk),
            source=reverse("portal:search_choose"),
            required=False,
        )
        self.fields["starts_on"] = _starts_on(actor.standings[pupil.school_id])
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any] | None:
        found: dict[str, Any] = self.cleaned_data
        typed = bool(found.get("last_name") or found.get("first_name"))
        if "known" not in found:
            return found
        if found["known"] and typed:
            self.add_error(
                "last_name",
                _("Vous avez aussi choisi une personne connue : videz le nom, ou retirez-la."),
            )
        elif not found["known"] and not found.get("last_name"):
            self.add_error("last_name", _("Choisissez une personne connue, ou donnez le nom d’une nouvelle."))
        return found

    @property
    def link(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kinship", "level", "houses", "may_collect")}


class LinkForm(_Link):
    restriction = forms.ChoiceField(
        label=_("Restriction"),
        choices=[("", _("Aucune")), *_spoken(each for each in Guardianship.Restriction.choices if each[0])],
        help_text=_("Elle ferme aussitôt tout accès à ce qui concerne l’élève."),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, link: Guardianship) -> None:
        names = ("kinship", "level", "houses", "may_collect", "restriction", "version")
        super().__init__(data, initial={name: getattr(link, name) for name in names})


class EndLinkForm(forms.Form):
    ends_on = DayField(
        label=_("Dernier jour"), help_text=_("Vide : le lien dure, ou reprend."), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, link: Guardianship) -> None:
        initial = {"ends_on": link.ends_on, "version": link.version}
        super().__init__(data, auto_id="id_end_%s", initial=initial)


class DepartForm(forms.Form):
    """`shown`: the last day the page told, none while there is none."""

    ends_on = DayField(
        label=_("Dernier jour"), help_text=_("Vide : pas de départ, ou la personne revient."), required=False
    )
    shown = forms.DateField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, last_day: date | None) -> None:
        initial = {"ends_on": last_day, "shown": last_day.isoformat() if last_day else ""}
        super().__init__(data, auto_id="id_departure_%s", initial=initial)
