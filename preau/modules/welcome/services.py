from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.clock import today_in
from preau.kernel.models import School
from preau.kernel.richtext.clean import RichText
from preau.kernel.rules import RuleBroken, Superseded
from preau.modules.welcome.models import Card, Charter

LONGEST_CLOSING = timedelta(days=92)
FIELDS = ("about", "street", "postal_code", "phone", "email", "website")


def _school(actor: Actor) -> School:
    """The open one, held until the end of the transaction: of two colleagues one waits."""
    assert actor.only is not None
    return School.objects.select_for_update().get(pk=actor.only.school.pk)


@transaction.atomic
def write_card(*, actor: Actor, base_version: int, is_listed: bool, **written: str) -> Card:
    """Sent again, it changes nothing. Raises `Superseded` when a colleague changed it since `base_version`
    (0: there was none)."""
    school = _school(actor)
    card: Card = Card.objects.first() or Card(version=0)
    same = all(getattr(card, name) == written[name] for name in FIELDS)
    if not same and card.version != base_version:
        raise Superseded(
            _(
                "Un collègue a modifié la fiche pendant que vous écriviez."
                " Rouvrez-la pour voir où elle en est."
            ),
            theirs=_summary({name: getattr(card, name) for name in FIELDS}),
            wanted=_summary(written),
        )
    if not same:
        for name in FIELDS:
            setattr(card, name, written[name])
        card.version += 1
        card.save()
        audit.record(actor, "welcome.card_written", school)
    if school.is_listed != is_listed:
        School.objects.filter(pk=school.pk).update(is_listed=is_listed)
        audit.record(actor, "welcome.school_listed" if is_listed else "welcome.school_unlisted", school)
    return card


def _summary(written: dict[str, Any]) -> str:
    return " · ".join(str(written[name]) for name in FIELDS if written[name])


@transaction.atomic
def announce_closing(*, actor: Actor, message: str, first_day: date, last_day: date) -> None:
    """Told from the first to the last day, both included, then it ends by itself. It replaces the one that
    stands; sent again, it changes nothing. Raises `RuleBroken`."""
    school = _school(actor)
    if (school.closing_message, school.closing_from, school.closing_until) == (message, first_day, last_day):
        return
    if last_day < first_day:
        raise RuleBroken(_("Le dernier jour vient avant le premier."))
    if last_day < today_in(school):
        raise RuleBroken(_("Ce dernier jour est passé : personne ne verrait le message."))
    if last_day - first_day > LONGEST_CLOSING:
        raise RuleBroken(_("Un message de fermeture dure trois mois au plus."))
    School.objects.filter(pk=school.pk).update(
        closing_message=message, closing_from=first_day, closing_until=last_day
    )
    days = {"first_day": first_day, "last_day": last_day}
    audit.record(actor, "welcome.closing_announced", school, values=days)


@transaction.atomic
def withdraw_closing(*, actor: Actor) -> None:
    """Sent again, it changes nothing."""
    school = _school(actor)
    if school.closing_from is None:
        return
    School.objects.filter(pk=school.pk).update(closing_message="", closing_from=None, closing_until=None)
    audit.record(actor, "welcome.closing_withdrawn", school)


@transaction.atomic
def publish_charter(
    *, actor: Actor, uuid: UUID, base_number: int, pupils: RichText, adults: RichText
) -> Charter:
    """The next version, frozen from now on. `uuid` comes from the page: sent again, it is the same version.

    Raises `Superseded` when another version was published since `base_number` (0: there was none).
    """
    school = _school(actor)
    twin: Charter | None = Charter.objects.filter(uuid=uuid).first()
    if twin is not None:
        return twin
    current: Charter | None = Charter.objects.latest_first().first()
    number = current.number if current is not None else 0
    if number != base_number:
        raise Superseded(
            _(
                "Un collègue a publié une autre version pendant que vous écriviez."
                " La vôtre n’est pas publiée."
            ),
            theirs=_("version %(number)d") % {"number": number},
            wanted=pupils.text[:400],
        )
    if current is not None and (current.pupils, current.adults) == (pupils.html, adults.html):
        return current
    charter = Charter(
        uuid=uuid,
        number=number + 1,
        pupils=pupils.html,
        adults=adults.html,
        published_by_id=actor.person_id,
    )
    charter.save()
    audit.record(actor, "welcome.charter_published", school, values={"number": charter.number})
    return charter
