import secrets
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from preau.kernel.models import School, uai_is_sound
from preau.kernel.rules import RuleBroken
from preau.kernel.tenancy.scope import in_school
from preau.kernel.years import open_year, prepare_year
from preau.modules.accounts.models import Account
from preau.modules.directory import api as directory

# Without what the eye takes for another: 0 and O, 1, I and L.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Four groups of four letters: about 79 bits, and it can be read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def open_account(*, person: directory.Person, login: str, email: str = "") -> tuple[Account, str]:
    """An account and its first password, which is nowhere in clear but here.

    Raises `RuleBroken` when the login is taken.
    """
    password = new_password()
    account = Account(person=person, login=login, email=email)
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        raise RuleBroken(_("L’identifiant %(login)s est déjà pris.") % {"login": login}) from None
    return account, password


@transaction.atomic
def begin_school(
    *,
    name: str,
    city: str,
    uai: str,
    kind: str,
    first_day: date,
    last_day: date,
    head: tuple[str, str],
    login: str,
) -> tuple[School, Account, str]:
    """A school with its first year, open, and the account of its head. `head`: first name, last name.

    Returns the school, the account and its first password. Raises `RuleBroken`.
    """
    if not uai_is_sound(uai):
        raise RuleBroken(
            _("L’UAI %(uai)s n’est pas valable : sept chiffres et leur lettre-clé.") % {"uai": uai}
        )
    try:
        with transaction.atomic():
            school = directory.found_school(name=name, city=city, units=[(uai, kind, name)])
    except IntegrityError:
        raise RuleBroken(_("Un établissement porte déjà l’UAI %(uai)s.") % {"uai": uai}) from None
    year = prepare_year(actor=None, school=school, starts_on=first_day, ends_on=last_day)
    open_year(actor=None, year=year)
    with in_school(school):
        record = directory.appoint_member(
            profile="head", first_name=head[0], last_name=head[1], starts_on=first_day
        )
    account, password = open_account(person=record.person, login=login)
    return school, account, password
