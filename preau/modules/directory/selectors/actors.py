"""Builds the Actor: what a person is, in which schools, today.

Two queries say where the person is somebody; at most three more fill the ties of the schools
that are read. Nothing is kept between requests: who has left this morning is out at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from preau.kernel.access.acting import NoStanding
from preau.kernel.access.actor import Actor, Hat, Identity, Standing
from preau.kernel.calendar import YEARS_ROW_ON, on
from preau.kernel.clock import today, today_in
from preau.kernel.models import School, SchoolYear
from preau.kernel.tenancy.scope import in_every_school, in_schools
from preau.kernel.years import current_year
from preau.modules.directory.models import (
    Authority,
    Duty,
    Function,
    Guardianship,
    Oversight,
    Profile,
    Tie,
)
from preau.modules.directory.models.staff import FUNCTION_DUTIES
from preau.modules.directory.selectors.policy import Policy, ProfileFacts, policy_of
from preau.modules.directory.selectors.tenures import Tenure, opening, tenures_of

# Others work in the current year: rights over pupils end with the course.
READS_OTHER_YEARS = frozenset({Duty.MANAGE, Duty.SUPERVISE, Duty.ADMINISTER})


@dataclass(frozen=True)
class Place:
    """A school the person is somebody in today, and the year that is current there."""

    school: School
    years: tuple[SchoolYear, ...]
    year: SchoolYear
    day: date
    policy: Policy
    tenures: tuple[Tenure, ...]

    @property
    def profiles(self) -> list[ProfileFacts]:
        """Held today, in the order of their rank."""
        held: dict[str, ProfileFacts] = {}
        for tenure in self.tenures:
            profile = (
                self.policy.profiles.get(tenure.profile_id or 0)
                if tenure.kind == "staff"
                else self.policy.of_kind(tenure.kind)
            )
            if profile is not None:
                held[profile.code] = profile
        return sorted(held.values(), key=lambda profile: (profile.rank, profile.code))

    def title_as(self, profile: ProfileFacts) -> str:
        """As the school calls them: « Principale », « Professeure de français ». May be empty."""
        held = (t for t in self.tenures if t.kind == "staff" and t.title)
        return next((t.title for t in held if self.policy.profiles.get(t.profile_id or 0) == profile), "")


class PeopleDirectory:
    """What the kernel asks of people (`preau.kernel.access.acting.Directory`)."""

    def presence_of(self, identity: Identity) -> "PeoplePresence":
        return PeoplePresence(identity)


class PeoplePresence:
    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        tenures = tenures_of(identity.person_id)
        self._authorities = [tenure for tenure in tenures if tenure.kind == "authority"]
        self._places = _places([tenure for tenure in tenures if tenure.kind != "authority"])

    @cached_property
    def hats(self) -> list[Hat]:
        hats: list[Hat] = []
        wards: list[Place] = []
        for place in self._places:
            for profile in place.profiles:
                if profile.kind == Profile.Kind.GUARDIAN:
                    wards.append(place)
                    continue
                key = f"{place.school.uuid}.{profile.code}"
                label = place.title_as(profile) or profile.label
                hats.append(Hat(key, profile.code, label, place.school.name, (place.school.pk,)))
        if wards:
            own = next(p for p in wards[0].profiles if p.kind == Profile.Kind.GUARDIAN)
            where = ", ".join(place.school.name for place in wards)
            keys = tuple(place.school.pk for place in wards)
            hats.append(Hat("guardian", own.code, own.label, where, keys))
        for tenure in self._authorities:
            if tenure.holds_on(today()):
                hats.append(self._authority_hat(tenure))
        return hats

    def _authority_hat(self, tenure: Tenure) -> Hat:
        authority = Authority.objects.get(pk=tenure.place_id)
        schools = tuple(
            Oversight.objects.filter(on(today()), authority=authority)
            .order_by("school__name")
            .values_list("school_id", flat=True)
        )
        return Hat(f"authority.{authority.uuid}", "authority", _("Collectivité"), authority.name, schools)

    def schools_of(self, hat: Hat) -> list[School]:
        return [place.school for place in self._places if place.school.pk in hat.schools]

    def years(self, hat: Hat) -> list[SchoolYear]:
        place = self._place_of(hat)
        if place is None:
            return []
        duties = self._duties(place, [])
        return list(place.years) if duties & READS_OTHER_YEARS else [place.year]

    def actor(self, hat: Hat, year: UUID | None = None) -> Actor:
        """Raises `NoStanding` when the hat, or the year, is not theirs."""
        if hat.profile == "authority":
            return self._authority_actor(hat)
        places = [place for place in self._places if place.school.pk in hat.schools]
        if not places:
            raise NoStanding()
        chosen = {place.school.pk: self._chosen_year(hat, place, year) for place in places}
        with in_schools(chosen.keys(), chosen.values()):
            ties = _ties(places, chosen)
        standings = {
            place.school.pk: self._standing(place, chosen[place.school.pk], ties[place.school.pk])
            for place in places
        }
        tenure = places[0].tenures[0]
        return Actor(self.identity, tenure.first_name, tenure.last_name, hat, standings)

    def _place_of(self, hat: Hat) -> Place | None:
        return next((place for place in self._places if hat.schools == (place.school.pk,)), None)

    def _chosen_year(self, hat: Hat, place: Place, wanted: UUID | None) -> SchoolYear:
        if wanted is None or wanted == place.year.uuid:
            return place.year
        for year in self.years(hat):
            if year.uuid == wanted:
                return year
        raise NoStanding()

    def _duties(self, place: Place, functions: Iterable[str]) -> frozenset[str]:
        held = [profile.duties for profile in place.profiles] + [
            FUNCTION_DUTIES.get(f, frozenset()) for f in functions
        ]
        return frozenset().union(*held)

    def _standing(self, place: Place, year: SchoolYear, ties: "_Ties") -> Standing:
        profiles = place.profiles
        narrowed = (
            frozenset.intersection(*(profile.narrowed for profile in profiles)) if profiles else frozenset()
        )
        return Standing(
            school=place.school,
            year=year,
            day=min(max(place.day, year.starts_on), year.ends_on),
            profiles=frozenset(profile.code for profile in profiles),
            duties=self._duties(place, ties.functions),
            narrowed=narrowed,
            ties={tie: frozenset(ids) for tie, ids in ties.rows.items()},
            policy=place.policy,
        )

    def _authority_actor(self, hat: Hat) -> Actor:
        tenure = self._authorities[0]
        standings = {}
        for school_id, years in _years_by_school(hat.schools).items():
            school = years[0].school
            year = current_year(years, today_in(school))
            if year is not None:
                day = min(max(today_in(school), year.starts_on), year.ends_on)
                standings[school_id] = Standing(
                    school,
                    year,
                    day,
                    frozenset({"authority"}),
                    frozenset({Duty.OVERSEE}),
                    policy=policy_of(school),
                )
        return Actor(self.identity, tenure.first_name, tenure.last_name, hat, standings)


class _Ties:
    """What is found in one school: rows by tie, and the functions held."""

    def __init__(self) -> None:
        self.rows: dict[str, set[int]] = defaultdict(set)
        self.functions: set[str] = set()


def _years_by_school(school_ids: Iterable[int]) -> dict[int, list[SchoolYear]]:
    found: dict[int, list[SchoolYear]] = defaultdict(list)
    with in_every_school(reason="the years of the schools a person is somebody in"):
        for year in SchoolYear.objects.filter(school__in=list(school_ids)).select_related("school"):
            found[year.school_id].append(year)
    return found


def _places(tenures: Sequence[Tenure]) -> list[Place]:
    places = []
    for school_id, years in _years_by_school({tenure.place_id for tenure in tenures}).items():
        school = years[0].school
        day = today_in(school)
        year = current_year(years, day) or next((y for y in years if not y.is_closed), None)
        if year is None:
            continue
        here = [tenure for tenure in tenures if tenure.place_id == school_id]
        held = tuple(
            tenure
            for tenure in opening(here, day)
            # Between two years a pupil is still of the one that ended.
            if tenure.holds_on(min(max(day, year.starts_on), year.ends_on) if tenure.year_id else day)
            and tenure.year_id in (None, year.pk)
        )
        if year.state == SchoolYear.State.PREPARING:
            # Before the first opening there is only work for those who prepare it.
            held = tuple(t for t in held if _prepares(t, policy_of(school)))
        if held:
            places.append(Place(school, tuple(years), year, day, policy_of(school), held))
    return sorted(places, key=lambda place: (min(p.rank for p in place.profiles), place.school.name))


def _prepares(tenure: Tenure, policy: Policy) -> bool:
    profile = policy.profiles.get(tenure.profile_id or 0)
    return profile is not None and not profile.duties.isdisjoint({Duty.MANAGE, Duty.ADMINISTER})


def _ties(places: Sequence[Place], chosen: dict[int, SchoolYear]) -> dict[int, _Ties]:
    """What the person is tied to in each place, in the years chosen. At most three queries."""
    found = {place.school.pk: _Ties() for place in places}
    own: set[int] = set()
    children: set[int] = set()
    staff = False
    for place in places:
        rows = found[place.school.pk].rows
        for tenure in place.tenures:
            assert tenure.record_id is not None
            rows[Tie.IS].add(tenure.record_id)
            own.add(tenure.record_id)
            staff = staff or tenure.kind == "staff"
            if tenure.kind == "pupil":
                rows[Tie.ENROLLED].add(tenure.enrolment_id or 0)
            elif tenure.kind == "guardian":
                assert tenure.child_id is not None
                assert tenure.charge is not None
                children.add(tenure.child_id)
                legal = tenure.charge.level == Guardianship.Level.LEGAL
                rows[Tie.GUARDS if legal else Tie.CARES].add(tenure.child_id)
                if tenure.charge.houses:
                    rows[Tie.HOUSES].add(tenure.child_id)
    for tie, school_id, record_id, group_id in _tied_rows(places, chosen, own | children, staff):
        rows = found[school_id].rows
        if tie == "member":
            rows[Tie.BELONGS if record_id in own else Tie.CHILDREN_BELONG].add(group_id)
        elif record_id not in own:
            continue
        elif tie == "teaches":
            rows[Tie.TEACHES].add(group_id)
        else:
            found[school_id].functions.add(tie)
            if tie == Function.Kind.HEAD_TEACHER:
                rows[Tie.LEADS].add(group_id)
    return found


_MEMBERS = """
SELECT 'member', m.school_id, m.record_id, m.group_id FROM directory_groupmember m
 WHERE {today} AND m.record_id IN ({records})"""
_STAFF = """
UNION ALL
SELECT f.kind, f.school_id, f.record_id, f.group_id FROM directory_function f
 WHERE {today_f} AND f.record_id IN ({records})
UNION ALL
SELECT 'teaches', t.school_id, t.record_id, g.group_id FROM directory_courseteacher t
  JOIN directory_coursegroup g
    ON g.course_id = t.course_id AND g.school_id = t.school_id AND g.year_id = t.year_id
 WHERE {today_t} AND {today_g} AND t.record_id IN ({records})"""


def _tied_rows(
    places: Sequence[Place], chosen: dict[int, SchoolYear], records: set[int], staff: bool
) -> Iterable[tuple[str, int, int, int]]:
    """One query: as `tenures_of`, by hand because it runs on every request."""
    parts: list[str] = []
    params: list[Any] = []
    marks, ids = ", ".join(["%s"] * len(records)), sorted(records)
    for place in places:
        year = chosen[place.school.pk]
        if year.is_closed:  # rights over pupils end with the course
            continue
        day = min(max(place.day, year.starts_on), year.ends_on)
        today = [place.school.pk, year.pk, day, day]
        parts.append(_MEMBERS.format(today=YEARS_ROW_ON.format("m"), records=marks))
        params += [*today, *ids]
        if staff:
            parts[-1] += _STAFF.format(
                today_f=YEARS_ROW_ON.format("f"),
                today_t=YEARS_ROW_ON.format("t"),
                today_g=YEARS_ROW_ON.format("g"),
                records=marks,
            )
            params += [*today, *ids, *today, *today, *ids]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute("\nUNION ALL".join(parts), params)
        found: list[tuple[str, int, int, int]] = cursor.fetchall()
    return found
