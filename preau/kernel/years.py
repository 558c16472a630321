"""The verbs of a school year. Two are alive from June to September; a closed one is readable."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.audit.acts import Act, Family, declare
from preau.kernel.clock import today_in
from preau.kernel.models import School, SchoolYear
from preau.kernel.modules import modules
from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.tenancy.scope import in_school

State = SchoolYear.State
FARTHEST = 2 * 366  # days: a typed year that lies farther away is a slip

declare(
    Act(
        "years.prepared",
        gettext_lazy("{who} a mis en préparation l’année {label}, du {starts_on} au {ends_on}"),
        Family.SETTINGS,
    ),
    Act("years.opened", gettext_lazy("{who} a ouvert l’année {record} à tous"), Family.SETTINGS),
    Act("years.closed", gettext_lazy("{who} a clos l’année {record}"), Family.SETTINGS),
    Act(
        "years.discarded",
        gettext_lazy("{who} a abandonné la préparation de l’année {label}"),
        Family.SETTINGS,
    ),
)


@transaction.atomic
def prepare_year(*, actor: Actor | None, school: School, starts_on: date, ends_on: date) -> SchoolYear:
    """Create the next year beside the open one. Raises `RuleBroken`. `actor` None: the command line."""
    School.objects.select_for_update().get(pk=school.pk)  # two at once: the second sees the first
    with in_school(school):
        if not starts_on < ends_on or (ends_on - starts_on).days > 430:
            raise RuleBroken(
                _("Une année scolaire se termine après son premier jour, et dure moins de quatorze mois.")
            )
        if SchoolYear.objects.filter(state=State.PREPARING).exists():
            raise RuleBroken(
                _("Une année est déjà en préparation : ouvrez-la avant d’en préparer une autre.")
            )
        _lies_apart(starts_on, ends_on, list(SchoolYear.objects.all()))
        last = SchoolYear.objects.order_by("-starts_on").first()
        if last is not None and not (last.starts_on < starts_on and last.ends_on < ends_on):
            raise RuleBroken(
                _("Elle commence et se termine après l’année %(label)s.") % {"label": last.label}
            )
        if abs((starts_on - today_in(school)).days) > FARTHEST:
            raise RuleBroken(_("Ce premier jour est trop loin d’aujourd’hui : vérifiez l’année."))
        label = f"{starts_on.year}-{ends_on.year}"
        if SchoolYear.objects.filter(label=label).exists():
            raise RuleBroken(_("L’année %(label)s existe déjà.") % {"label": label})
        year: SchoolYear = SchoolYear.objects.create(label=label, starts_on=starts_on, ends_on=ends_on)
        dates = {"starts_on": starts_on, "ends_on": ends_on}
        audit.record(actor, "years.prepared", year, values={"label": label, **dates})
        return year


def _lies_apart(starts_on: date, ends_on: date, others: Iterable[SchoolYear]) -> None:
    for other in others:
        if starts_on <= other.ends_on and other.starts_on <= ends_on:
            raise RuleBroken(
                _(
                    "Ces dates chevauchent l’année %(label)s, du %(first)s au %(last)s :"
                    " une année commence après le dernier jour de la précédente."
                )
                % {
                    "label": other.label,
                    "first": date_format(other.starts_on, "SHORT_DATE_FORMAT"),
                    "last": date_format(other.ends_on, "SHORT_DATE_FORMAT"),
                }
            )


def _among(years: list[SchoolYear], year: SchoolYear) -> SchoolYear:
    """The same year as it stands now, locked. Raises `Conflict` when it was taken back meanwhile."""
    found = next((each for each in years if each.pk == year.pk), None)
    if found is None:
        raise Conflict(_("L’année %(label)s n’existe plus.") % {"label": year.label})
    return found


@transaction.atomic
def open_year(*, actor: Actor | None, year: SchoolYear) -> SchoolYear:
    """Open a prepared year to everyone. Done twice, it changes nothing. Raises `RuleBroken`."""
    with in_school(year.school_id):
        years = list(SchoolYear.objects.select_for_update().order_by("-starts_on"))
        year = _among(years, year)
        if year.state == State.OPEN:
            return year
        if year.state == State.CLOSED:
            raise Conflict(_("L’année %(label)s est close : elle ne se rouvre pas.") % {"label": year.label})
        opened = [each for each in years if each.state == State.OPEN]
        if len(opened) > 1:
            raise RuleBroken(_("Deux années sont déjà ouvertes : fermez la plus ancienne d’abord."))
        # Dates written before the database refused this; a preparation can be discarded.
        _lies_apart(year.starts_on, year.ends_on, (each for each in years if each.pk != year.pk))
        year.state, year.opened_at = State.OPEN, timezone.now()
        year.save(update_fields=["state", "opened_at"])
        audit.record(actor, "years.opened", year)
    previous = opened[0] if opened else None
    with in_school(year.school_id, None):
        for module in modules():
            if module.on_year_opened:
                module.on_year_opened(year, previous)
    return year


@transaction.atomic
def close_year(*, actor: Actor | None, year: SchoolYear) -> SchoolYear:
    """Freeze a year: what is written stays readable, nothing is written any more.

    Waits for writes under way in that year. Done twice, it changes nothing. Raises `RuleBroken`.
    """
    with in_school(year.school_id):
        years = list(SchoolYear.objects.select_for_update().order_by("-starts_on"))
        year = _among(years, year)
        if year.state == State.CLOSED:
            return year
        if year.state == State.PREPARING:
            raise RuleBroken(_("Cette année est en préparation : elle n’a pas encore été ouverte."))
        if not any(each.state == State.OPEN and each.pk != year.pk for each in years):
            raise RuleBroken(_("C’est la seule année ouverte : ouvrez la suivante avant de clore celle-ci."))
        if any(each.state == State.OPEN and each.starts_on < year.starts_on for each in years):
            raise RuleBroken(_("Une année plus ancienne est encore ouverte : fermez-la d’abord."))
        year.state, year.closed_at = State.CLOSED, timezone.now()
        year.save(update_fields=["state", "closed_at"])
        audit.record(actor, "years.closed", year)
    return year


@transaction.atomic
def discard_year(*, actor: Actor | None, year: SchoolYear) -> None:
    """Take back a year in preparation in which nothing was written. Raises `RuleBroken`."""
    with in_school(year.school_id, year):  # the year too: what was written in it is looked for
        found = SchoolYear.objects.select_for_update().filter(pk=year.pk).first()
        if found is None:
            return
        if found.state != State.PREPARING:
            raise Conflict(_("L’année %(label)s n’est plus en préparation.") % {"label": year.label})
        audit.record(actor, "years.discarded", found, values={"label": found.label})
        try:
            found.delete()
        except ProtectedError:
            raise RuleBroken(
                _("Des classes ou des personnes sont déjà inscrites dans l’année %(label)s.")
                % {"label": year.label}
            ) from None


def current_year(years: "list[SchoolYear]", day: date) -> SchoolYear | None:
    """Of a school's years, the open one `day` falls in; between two, the last one begun."""
    opened = sorted((y for y in years if y.state == State.OPEN), key=lambda y: y.starts_on)
    begun = [year for year in opened if year.starts_on <= day]
    within = [year for year in begun if day <= year.ends_on]
    return (within or begun or opened or [None])[-1]  # type: ignore[list-item]


def next_dates(years: list[SchoolYear]) -> dict[str, date]:
    """A first proposal for the year to prepare: the last one's dates, a year later."""
    last = max(years, key=lambda year: year.starts_on, default=None)
    if last is None:
        return {}
    if last.ends_on.year >= date.max.year:
        return {}
    return {"starts_on": _a_year_later(last.starts_on), "ends_on": _a_year_later(last.ends_on)}


def _a_year_later(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)
