"""Who is in a school of the demonstration one September, and the numbers the national files know them by: the
same ones in the next files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from preau.kernel.names import folded
from preau.modules.directory.demo.families import LEVELS, Adult, Child, Home
from preau.modules.directory.demo.national.numbers import address_id, ine, person_id, pupil_id
from preau.modules.directory.demo.schools import Gathering, Plan
from preau.modules.directory.demo.staff import Colleague
from preau.modules.directory.models import Thing

BIRTH = {"6e": 11, "5e": 12, "4e": 13, "3e": 14}
SEGPA_GROUP = "6SEGPA"
# FONCTION of STS-web. Of the others no national file says that they work here.
FUNCTIONS = {
    "head": "DIR",
    "deputy": "DIR",
    "cpe": "EDU",
    "librarian": "DOC",
    "counsellor": "ORI",
    "aed": "AED",
    "teacher": "ENS",
}


class Register:
    """Everybody the files of a school ever name. `start`: of the present year."""

    def __init__(self, plan: Plan, start: int) -> None:
        self.plan = plan
        self.start = start
        self.children, self.former = plan.pupils()
        self._gone = {child.key for child in self.former}
        self.adults: dict[str, Adult] = {}
        self.homes: dict[Home, str] = {}
        self._ids: dict[tuple[str, str], str] = {}  # thing and key
        for ordinal, child in enumerate(self.everyone(), start=1):
            self._ids[Thing.PUPIL, child.key] = pupil_id(plan.number, ordinal)
            self._house(child.home)
            for tie in child.ties:
                if tie.adult.key not in self.adults:
                    self.adults[tie.adult.key] = tie.adult
                    self._ids[Thing.GUARDIAN, tie.adult.key] = person_id(plan.number, len(self.adults))
                    self._house(tie.adult.home)
        for post, colleague in enumerate(plan.staff, start=1):
            if is_in_files(colleague):
                self._ids[Thing.STAFF, colleague.key] = str(20_000_000 + 20_000 * plan.number + 20 * post)
        self._keys = {(thing, number): key for (thing, key), number in self._ids.items()}

    def _house(self, home: Home | None) -> None:
        if home is not None:
            self.homes.setdefault(home, address_id(self.plan.number, len(self.homes) + 1))

    def everyone(self) -> Iterator[Child]:
        yield from self.children
        yield from self.former

    def number(self, thing: str, key: str) -> str:
        return self._ids[thing, key]

    def key(self, thing: str, number: str) -> str:
        """Staff of the school alone have the kind of their number before it."""
        return self._keys[thing, number.rpartition(":")[2]]

    def ine(self, child: Child) -> str:
        return ine(self.plan.number, int(self.number(Thing.PUPIL, child.key)) % 100_000)

    def born(self, child: Child) -> date:
        in_september = self.start - (child.key in self._gone)
        month, day = child.birthday
        return date(in_september - BIRTH[child.level] - child.late_by, month, day)

    def came(self, child: Child) -> date:
        years = 0 if child.new else LEVELS.index(child.level) + (child.key in self._gone)
        return date(self.start - years, 9, 1)


def is_in_files(colleague: Colleague) -> bool:
    return colleague.profile in FUNCTIONS and not colleague.substitute


@dataclass(frozen=True)
class Seat:
    child: Child
    division: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Taught:
    """A course as the staff list writes it: « EPS 6A+6B », and who gives it."""

    subject: str
    groups: tuple[str, ...]
    teachers: list[Colleague] = field(default_factory=list)


@dataclass
class September:
    register: Register
    year: int
    seats: list[Seat]
    staff: list[Colleague]
    divisions: list[str]
    gatherings: dict[str, Gathering]  # by code, with those of its divisions that there are

    @property
    def plan(self) -> Plan:
        return self.register.plan

    def services(self) -> list[Taught]:
        """What STS-web can say: a subject, one class or group. Which classes are taught together, and halves
        of a class, are the timetable's."""
        known = {*self.divisions, *self.gatherings, *((SEGPA_GROUP,) if self.in_segpa else ())}
        return [each for each in self.taught() if len(each.groups) == 1 and each.groups[0] in known]

    def taught(self) -> list[Taught]:
        """Each course once, with all who give it."""
        found: dict[tuple[str, str], Taught] = {}
        for colleague in self.staff:
            for part in filter(None, colleague.teaches.split(";")):
                subject, *groups = part.split()
                for together in groups:
                    taught = Taught(subject, tuple(together.split("+")))
                    found.setdefault((subject, together), taught).teachers.append(colleague)
        return list(found.values())

    def of_the_year_after(self) -> "September":
        """Its classes alone: nobody is in them yet."""
        return replace(self, year=self.year + 1, seats=[], staff=[], gatherings={})

    @property
    def in_segpa(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.child.segpa]


def present(register: Register) -> September:
    return _september(register, register.start, ((child, child.division) for child in register.children))


def last_year(register: Register) -> September:
    """Each class a level lower, and the troisièmes who have left since."""
    stayed = (
        (child, f"{int(child.division[0]) + 1}{child.division[1:]}")
        for child in register.children
        if child.level != "6e" and not child.new
    )
    gone = ((child, child.division) for child in register.former)
    return _september(register, register.start - 1, [*stayed, *gone])


def _september(register: Register, year: int, placed: Iterable[tuple[Child, str]]) -> September:
    in_class: dict[str, list[Child]] = {}
    for child, division in placed:
        in_class.setdefault(division, []).append(child)
    gatherings: dict[str, Gathering] = {}
    groups: dict[str, list[str]] = {}
    for each in register.plan.gatherings:
        there = tuple(division for division in each.divisions if division in in_class)
        if not there:
            continue
        gatherings[each.code] = Gathering(each.code, each.label, there)
        for rank, child in enumerate(in_order(child for code in there for child in in_class[code])):
            if (rank % each.one_in == each.first) is not each.others:
                groups.setdefault(child.key, []).append(each.code)
    for children in in_class.values():
        for child in children:
            if child.segpa:
                groups.setdefault(child.key, []).append(SEGPA_GROUP)
    return September(
        register,
        year,
        [
            Seat(child, division, tuple(groups.get(child.key, ())))
            for division, children in in_class.items()
            for child in children
        ],
        [each for each in register.plan.staff if each.since >= register.start - year],
        sorted(in_class),
        gatherings,
    )


def in_order(children: Iterable[Child]) -> list[Child]:
    return sorted(children, key=lambda child: (folded(child.last_name), child.key))
