"""What somebody typed of a person, read as it is kept."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from preau.kernel import phones
from preau.kernel.access.actor import Actor, Standing
from preau.kernel.names import printable
from preau.kernel.rules import RuleBroken, YearClosed
from preau.modules.directory.models import PersonRecord

EARLIEST = date(1900, 1, 1)


class ValuesRefused(RuleBroken):
    """`faults`: a sentence for each field that cannot be kept so."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


def open_standing(actor: Actor, school_id: int) -> Standing:
    """What the actor is there. Raises `YearClosed`: from a past year not even what outlives it is changed."""
    standing = actor.standings[school_id]
    if standing.year.is_closed:
        raise YearClosed
    return standing


def require_within_year(standing: Standing, day: date) -> None:
    if not standing.year.starts_on <= day <= standing.year.ends_on:
        told = {"label": standing.year.label}
        raise RuleBroken(_("Cette date n’est pas dans l’année scolaire %(label)s.") % told)


def own_record(actor: Actor, school_id: int) -> PersonRecord | None:
    """Who they are in that school; None for somebody who is nobody there."""
    return PersonRecord.objects.filter(school=school_id, person=actor.person_id).first()


def read_values(values: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """Each value as `PersonRecord` keeps it. Raises `ValuesRefused`, all faults at once."""
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, value in values.items():
        try:
            found[name] = _READ[name](value, today) if name in _READ else _words(value)
        except ValidationError as refused:
            faults[name] = refused.messages[0]
            continue
        longest = getattr(PersonRecord._meta.get_field(name), "max_length", None)
        if longest and len(found[name] or "") > longest:
            faults[name] = _("%(count)d caractères au plus.") % {"count": longest}
    if faults:
        raise ValuesRefused(faults)
    return found


def require_ine_free(ine: str, *, but: PersonRecord | None = None) -> None:
    """An INE is one pupil's. Whether it has one of the shapes in use is a doubt, told elsewhere."""
    others = PersonRecord.objects.filter(ine=ine) if ine else PersonRecord.objects.none()
    if but is not None:
        others = others.exclude(pk=but.pk)
    other = others.first()
    if other is not None:
        told = _("Cet INE est déjà celui de %(name)s : l’un des deux est faux.") % {"name": other.name}
        raise ValuesRefused({"ine": told})


def _words(value: Any) -> str:
    return printable(str(value or ""))


def _last_name(value: Any, today: date) -> str:
    name = _words(value)
    if not name:
        raise ValidationError(_("Le nom ne peut pas être vide."))
    return name


def _birth_date(value: Any, today: date) -> date | None:
    if value is None or value == "":
        return None
    if not isinstance(value, date):
        raise ValidationError(_("Saisissez une date valide."))
    if value > today:
        raise ValidationError(_("Cette date de naissance est à venir."))
    if value < EARLIEST:
        raise ValidationError(_("Cette date de naissance est trop ancienne."))
    return value


def _ine(value: Any, today: date) -> str:
    return "".join(_words(value).split()).upper()


def _civility(value: Any, today: date) -> str:
    code = _words(value)
    if code and code not in PersonRecord.Civility.values:
        raise ValidationError(_("Choisissez une civilité de la liste."))
    return code


def _email(value: Any, today: date) -> str:
    address = _words(value)
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise ValidationError(_("Saisissez un courriel, par exemple nom@exemple.fr.")) from None
    return address


def _phone(value: Any, today: date) -> str:
    written = _words(value)
    number = phones.read(written) if written else ""
    if number is None:
        raise ValidationError(_("Saisissez un numéro à dix chiffres, ou « + » et l’indicatif du pays."))
    return number


def _address(value: Any, today: date) -> str:
    return "\n".join(line for each in str(value or "").splitlines() if (line := printable(each)))


_READ: dict[str, Callable[[Any, date], Any]] = {
    "last_name": _last_name,
    "birth_date": _birth_date,
    "ine": _ine,
    "civility": _civility,
    "email": _email,
    "mobile_phone": _phone,
    "home_phone": _phone,
    "work_phone": _phone,
    "address": _address,
}
