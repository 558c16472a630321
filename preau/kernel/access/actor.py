"""Who acts: a person, what they come as, and what they are in each school they reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from preau.kernel.tenancy.scope import Scope

if TYPE_CHECKING:
    from preau.kernel.models import School, SchoolYear


@dataclass(frozen=True)
class Identity:
    """Who came in, and through which entrance (session, token, feed, job …)."""

    person_id: int
    account_id: int | None = None
    entrance: str = "session"
    network: str = ""  # a part of the address, as `web.origin` cuts it
    device: str = ""
    on_behalf_of: int | None = None  # the person whose view or delegation is used


@dataclass(frozen=True)
class Hat:
    """What a person comes as: a profile in a school, a parent in all their schools, an authority.

    The hat decides the home and which schools are read. Rights come from what the person is,
    whichever hat is worn.
    """

    key: str
    profile: str
    label: str
    place: str
    schools: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """What a person is in one school and one of its years. The kernel does not know what the ties
    mean: the directory names them and fills them with row ids."""

    school: "School"
    year: "SchoolYear"
    day: date  # what « today » means here: the school's date, held inside the year
    profiles: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()
    narrowed: frozenset[str] = frozenset()  # permissions that no profile held here has kept
    ties: Mapping[str, frozenset[int]] = field(default_factory=dict)
    policy: Any = None  # the school's own rules, as the directory reads them

    def tied(self, tie: str) -> frozenset[int]:
        return self.ties.get(tie, frozenset())


@dataclass(frozen=True)
class Actor:
    identity: Identity
    first_name: str
    last_name: str
    hat: Hat
    standings: Mapping[int, Standing]  # by school

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def person_id(self) -> int:
        return self.identity.person_id

    @property
    def scope(self) -> Scope:
        standings = self.standings.values()
        return Scope(frozenset(s.school.pk for s in standings), frozenset(s.year.pk for s in standings))

    def at(self, school_id: int) -> Standing | None:
        return self.standings.get(school_id)

    @property
    def only(self) -> Standing | None:
        """The standing when the hat reads exactly one school."""
        return next(iter(self.standings.values())) if len(self.standings) == 1 else None

    @property
    def year(self) -> "SchoolYear | None":
        return self.only.year if self.only else None

    def narrowed_to(self, school_id: int) -> "Actor":
        """The same person, in one school only: what a write opens. Raises `KeyError`."""
        return Actor(
            self.identity, self.first_name, self.last_name, self.hat, {school_id: self.standings[school_id]}
        )

    def has_duty(self, *duties: str, school_id: int | None = None) -> bool:
        """Whether one of `duties` is theirs in that school, or in any they reach."""
        reached = self.standings.values() if school_id is None else filter(None, [self.at(school_id)])
        return any(not standing.duties.isdisjoint(duties) for standing in reached)

    def tied(self, tie: str) -> frozenset[int]:
        return frozenset().union(*(standing.tied(tie) for standing in self.standings.values()))
