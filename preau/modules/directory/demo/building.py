"""Fills the two schools as a school is filled: files read, looked at, applied; the rest by hand.

Each school in one transaction.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from preau.kernel.clock import today
from preau.kernel.memory import rarely_collected
from preau.kernel.models import School, SchoolUnit, SchoolYear
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.kernel.years import close_year, open_year, prepare_year
from preau.modules.directory.demo.files import files, structure_alone
from preau.modules.directory.demo.people import People, demo_uuid
from preau.modules.directory.demo.schools import PLANS, Plan
from preau.modules.directory.demo.september import Register, September, last_year, present
from preau.modules.directory.demo.year import (
    ByHand,
    name_digital_leads,
    name_groups,
    paint_subjects,
)
from preau.modules.directory.imports.staging import staged
from preau.modules.directory.models import (
    Authority,
    AuthorityMember,
    Import,
    ImportLine,
    Oversight,
    Person,
    PersonRecord,
)
from preau.modules.directory.services import found_school, importing


@rarely_collected()
def build(plans: Iterable[Plan] | None = None) -> None:
    """Two fictional schools and the département that follows them, as they stand today.

    A school that is there already is left as it is.
    """
    plans = PLANS if plans is None else plans
    for plan in plans:
        with in_every_school(reason="is this demonstration school there?"):
            standing = SchoolUnit.objects.filter(uai=plan.units[0][0]).exists()
        if not standing:
            _Building(plan).build()
    _follow_schools(plans)


def first_september(day: date) -> date:
    """The first day of the school year `day` falls in. Years touch: there is one on every day."""
    return date(day.year if day.month >= 9 else day.year - 1, 9, 1)


def dates_of(start: int) -> dict[str, date]:
    return {"starts_on": date(start, 9, 1), "ends_on": date(start + 1, 8, 31)}


class _Building:
    """One school, from nothing to its present year."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.today = today()
        self.start = first_september(self.today)
        self.register = Register(plan, self.start.year)
        self.people = People(self.register, self._six_weeks())
        self.school: School

    @transaction.atomic
    def build(self) -> None:
        plan, people = self.plan, self.people
        self.school = found_school(name=plan.name, city=plan.town[1], units=plan.units)
        with in_school(self.school):
            people.units = {unit.kind: unit for unit in SchoolUnit.objects.all()}
        then, now = last_year(self.register), present(self.register)
        last = self._year(self.start.year - 1)
        with in_school(self.school, last):
            self._fill(then, last)
            name_digital_leads(then, people, last)
        year = self._year(self.start.year)
        close_year(actor=None, year=last)
        with in_school(self.school, year):
            by_hand = self._fill(now, year)
            by_hand.include_segpa()
            by_hand.change_classes()
            by_hand.replace()
            people.settle_guardianships()
        if 5 <= self.today.month <= 8:
            self._prepare_next(now)

    def _year(self, start: int) -> SchoolYear:
        prepared = prepare_year(actor=None, school=self.school, **dates_of(start))
        return open_year(actor=None, year=prepared)

    def _six_weeks(self) -> tuple[date, date]:
        """Three weeks before today and three after, inside the year."""
        first = self.today - timedelta(days=21 + self.today.weekday())
        last = min(first + timedelta(days=6 * 7 - 1), dates_of(self.start.year)["ends_on"])
        return max(first, self.start), last

    def _fill(self, september: September, year: SchoolYear) -> ByHand:
        self.people.welcome(september.staff)
        self._import(files(september), year, year.starts_on)
        self.people.meet()
        paint_subjects()
        name_groups(self.plan.key, year)
        by_hand = ByHand(september, self.people, year)
        if year.starts_on == self.start:
            by_hand.write_groups()
        by_hand.write_courses()
        return by_hand

    def _prepare_next(self, now: September) -> None:
        """From May on the classes of September exist already, still empty."""
        following = prepare_year(actor=None, school=self.school, **dates_of(self.start.year + 1))
        with in_school(self.school, following):
            self._import(structure_alone(now.of_the_year_after()), following, self.today)
            name_groups(self.plan.key, following)

    def _import(self, uploads: list[tuple[str, BinaryIO]], year: SchoolYear, day: date) -> None:
        """As the office does it on the second day of September: files in, doubts settled, « Appliquer »."""
        office = PersonRecord.objects.get(pk=self.people.records["office"])
        batch = staged(uploads, actor=None, begun_by=office, year=year, day=day).batch
        assert batch is not None, "there is nothing new in these files"
        for line in batch.lines.filter(act=ImportLine.Act.DOUBTFUL):
            self._recognise(line)
        batch.state, batch.applied_by = Import.State.WAITING, office
        batch.save(update_fields=["state", "applied_by"])
        batch = importing.apply_import(actor=None, batch=batch)
        begun = datetime.combine(day + timedelta(days=1), time(8, 40), tzinfo=ZoneInfo(self.school.timezone))
        batch.begun_at = min(begun, timezone.now())
        batch.applied_at = batch.begun_at + timedelta(minutes=25)
        batch.save(update_fields=["begun_at", "applied_at"])

    def _recognise(self, line: ImportLine) -> None:
        """A teacher whose child comes to the school: the same mobile. Anybody else is somebody else."""
        known = self.people.records.get(self.register.key(line.thing, line.external_id), 0)
        same = PersonRecord.objects.filter(pk=known).first()
        decision = {"same": str(same.uuid)} if same else {"other": True}
        importing.decide_line(actor=None, line=line, decision=decision)


@transaction.atomic
def _follow_schools(plans: Iterable[Plan]) -> None:
    authority, _ = Authority.objects.get_or_create(
        uuid=demo_uuid("authority"),
        defaults={"name": "Département de la Seine-Saint-Denis", "kind": Authority.Kind.DEPARTMENT},
    )
    since = date(2020, 9, 1)
    for plan in plans:
        with in_every_school(reason="the demonstration schools"):
            school = SchoolUnit.objects.select_related("school").get(uai=plan.units[0][0]).school
        Oversight.objects.get_or_create(authority=authority, school=school, defaults={"starts_on": since})
    person, _ = Person.objects.get_or_create(uuid=demo_uuid("person", "authority"))
    AuthorityMember.objects.get_or_create(
        authority=authority,
        person=person,
        defaults={
            "first_name": "Estelle",
            "last_name": "Roumégous",
            "title": "Chargée de mission numérique éducatif",
            "starts_on": since,
        },
    )
