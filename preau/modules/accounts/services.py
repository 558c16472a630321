import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from preau.kernel.access.acting import directory as people
from preau.kernel.access.actor import Actor, Identity
from preau.kernel.audit import recording as audit
from preau.kernel.models import School, uai_is_sound
from preau.kernel.rules import RuleBroken
from preau.kernel.tenancy.scope import in_school
from preau.kernel.ui.comfort import Comfort
from preau.kernel.years import open_year, prepare_year
from preau.modules.accounts.models import Account, login_key
from preau.modules.directory import api as directory

# Without what the eye takes for another: 0 and O, 1, I and L.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Four groups of four letters: about 79 bits, and it can be read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def open_account(
    *, person: directory.Person, login: str, email: str = "", actor: Actor | None = None
) -> tuple[Account, str]:
    """An account and its first password, which is nowhere in clear but here. Written down in the open
    school: the one that asked for it.

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
    audit.record(actor, "accounts.opened", person)
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


_DAY = 24 * 3600


def session_opened(*, account: Account, network: str, device: str) -> None:
    """Write down that somebody came in: once a day for each account, network and kind of device, in
    the schools their first hat opens."""
    identity = Identity(account.person_id, account.pk, network=network, device=device)
    with _once_today("session", account, network, device) as first:
        for school in _schools_of(identity) if first else ():
            with transaction.atomic(), in_school(school):
                audit.record(identity, "accounts.session_opened", account.person)


def tries_refused(*, login: str, network: str, device: str) -> None:
    """Write down that wrong passwords were tried until Préau refused more. Never each of them, and
    nothing of a login that is nobody's: it belongs to no school."""
    account = Account.objects.filter(login=login_key(login)).first()
    if account is None:
        return
    with _once_today("refused", account, network, device) as first:
        for school in _schools_of(Identity(account.person_id, account.pk)) if first else ():
            with transaction.atomic(), in_school(school):
                visitor = audit.Visitor(network, device)
                audit.record(visitor, "accounts.tries_refused", account.person)


def _schools_of(identity: Identity) -> tuple[int, ...]:
    """Those of the first hat. An authority's follow it from outside: their journals are not its own."""
    hats = [hat for hat in people().presence_of(identity).hats if hat.profile != "authority"]
    return hats[0].schools if hats else ()


@contextmanager
def _once_today(what: str, account: Account, network: str, device: str) -> Iterator[bool]:
    """Kept as told only once it is. Without its cache: told once too often rather than not at all."""
    key = f"told-{what}-{account.pk}-{network.replace('/', '_')}-{device}-{timezone.localdate()}"
    told = None
    with suppress(Exception):
        told = cache.get(key)
    yield told is None
    with suppress(Exception):
        cache.set(key, 1, _DAY)


def choose_comfort(*, account: Account, comfort: Comfort) -> None:
    """How every page looks to this person from now on, on each device. Sent again, it changes nothing."""
    Account.objects.filter(pk=account.pk).update(comfort=comfort.kept())


@transaction.atomic
def arrange_home(*, account: Account, profile: str, order: Sequence[str], hidden: Sequence[str]) -> None:
    """The blocks of one's home under one profile. Nothing kept: as Préau arranges it."""
    locked = Account.objects.select_for_update().get(pk=account.pk)
    arranged = {"order": list(order), "hidden": list(hidden)}
    others = {name: each for name, each in locked.home.items() if name != profile}
    home = {**others, profile: arranged} if order or hidden else others
    Account.objects.filter(pk=account.pk).update(home=home)


NEVER = "never"


def see_first_step(*, account: Account, profile: str, step: str) -> None:
    """Ticked for that profile. Sent again, it changes nothing."""
    _keep_first_steps(account, profile, lambda kept: {**kept, "seen": sorted({*kept.get("seen", ()), step})})


def leave_first_steps(*, account: Account, profile: str, until: date | None) -> None:
    """Not shown before that day; None: not shown again, unless they are taken up from the help."""
    left = until.isoformat() if until is not None else NEVER
    _keep_first_steps(account, profile, lambda kept: {**kept, "left": left})


def resume_first_steps(*, account: Account, profile: str) -> None:
    """From the beginning, on the home again."""
    _keep_first_steps(account, profile, lambda kept: {})


@transaction.atomic
def _keep_first_steps(
    account: Account, profile: str, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    locked = Account.objects.select_for_update().get(pk=account.pk)
    found = locked.first_steps.get(profile)
    others = {name: each for name, each in locked.first_steps.items() if name != profile}
    changed = change(found if isinstance(found, dict) else {})
    steps = {**others, profile: changed} if changed else others
    Account.objects.filter(pk=account.pk).update(first_steps=steps)
