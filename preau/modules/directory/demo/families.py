"""The families of the demonstration. Pure data: the same ones each time, on any day."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from preau.kernel.names import folded
from preau.modules.directory.demo.names import STOCKS, STREETS, Stock
from preau.modules.directory.models import Guardianship

Level = Guardianship.Level
Kinship = Guardianship.Kinship

LEVELS = ("6e", "5e", "4e", "3e")


@dataclass(frozen=True)
class Home:
    address: str
    postal_code: str
    city: str
    phone: str = ""


@dataclass(frozen=True)
class Adult:
    """`key` tells adults of one school apart; a `person` other than it makes one person of two schools."""

    key: str
    first_name: str
    last_name: str
    civility: str
    home: Home | None = None
    mobile: str = ""
    work_phone: str = ""
    email: str = ""
    birth_name: str = ""
    person: str = ""


@dataclass(frozen=True)
class Tie:
    adult: Adult
    kinship: Kinship
    level: Level = Level.LEGAL
    houses: bool = True
    may_collect: bool = True
    restricted: bool = False
    withdrawn: bool = False  # by the pupil, who is of age


@dataclass
class Child:
    key: str
    first_name: str
    last_name: str
    division: str
    home: Home
    ties: tuple[Tie, ...]
    birthday: tuple[int, int]  # month, day
    late_by: int = 0  # years older than the class
    other_first_names: str = ""
    mobile: str = ""
    email: str = ""
    segpa: bool = False
    new: bool = False  # was not in the school last year
    arrives_after: int = 0  # days from the start of the year
    leaves_after: int = 0
    moves_to: str = ""  # another division, in the middle of October

    @property
    def level(self) -> str:
        return self.division[:1] + "e"


@dataclass
class Numbers:
    """Telephone numbers from the ranges the regulator keeps for fiction, written as people write them."""

    random: Random
    given: set[str] = field(default_factory=set)

    def mobile(self) -> str:
        return self._written("06", "39", "98")

    def fixed(self) -> str:
        return self._written("01", "99", "00")

    def _written(self, *start: str) -> str:
        """Each once: two people with one number would be taken for one by who reads them."""
        while (number := "".join(start) + f"{self.random.randrange(10_000):04d}") in self.given:
            pass
        self.given.add(number)
        pairs = [number[at : at + 2] for at in range(0, 10, 2)]
        shape = self.random.randrange(10)
        if shape == 0:
            return "+33 " + " ".join(pairs).removeprefix("0")
        return {1: "", 2: "."}.get(shape, " ").join(pairs)


@dataclass
class Draw:
    """Draws ordinary families until every class is full. The same seed, the same families."""

    school: str
    town: tuple[str, str]
    written: tuple[Child, ...]  # by hand: nobody drawn has one of their names
    random: Random = field(init=False)
    numbers: Numbers = field(init=False)
    drawn: int = 0
    surnames: list[tuple[str, Stock]] = field(init=False)
    taken: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = Random(f"préau {self.school}")
        self.numbers = Numbers(self.random)
        self.surnames = [(surname, stock) for stock in STOCKS for surname in self._free(stock)]
        self.random.shuffle(self.surnames)

    def _free(self, stock: Stock) -> list[str]:
        taken = {child.last_name for child in self.written}
        taken.update(tie.adult.last_name for child in self.written for tie in child.ties)
        return [surname for surname in stock.surnames if surname not in taken]

    def home(self, street: str = "") -> Home:
        number = self.random.choice(["", " bis"]) if self.random.random() < 0.1 else ""
        where = street or self.random.choice(STREETS)
        fixed = self.numbers.fixed() if self.random.random() < 0.3 else ""
        address = f"{self.random.randrange(1, 140)}{number} {where}"
        return Home(address, *self.town, fixed)

    def fill(self, sizes: dict[str, int], present: list[Child]) -> Iterator[Child]:
        """The families that bring each division to its size."""
        free = [name for name, size in sizes.items() for _ in range(size)]
        for child in present:
            free.remove(child.division)
        self.random.shuffle(free)
        while free:
            places = [free.pop()]
            wanted = self.random.choices((1, 2, 3), (86, 12, 2))[0]
            # Sorted first: the order of a set is another in each process.
            for division in sorted(sorted(set(free)), key=lambda name: (name[0], self.random.random())):
                # Brothers and sisters are in different levels; twins are written by hand.
                if len(places) < wanted and division[0] not in {place[0] for place in places}:
                    places.append(division)
                    free.remove(division)
            yield from self.family(places)

    def family(self, divisions: list[str]) -> Iterator[Child]:
        self.drawn += 1
        surname, stock = self.surnames[self.drawn % len(self.surnames)]
        home = self.home()
        ties = self._parents(surname, stock, home)
        for rank, division in enumerate(divisions):
            names = stock.girls if self.random.random() < 0.5 else stock.boys
            first_name = self._first_name(names, surname)
            older = division[0] in "43"
            email = f"{_address_part(first_name, surname)}@example.com"
            yield Child(
                key=f"family-{self.drawn}/child-{rank}",
                first_name=first_name,
                last_name=surname,
                division=division,
                home=home,
                ties=ties,
                birthday=(self.random.randrange(1, 13), self.random.randrange(1, 29)),
                late_by=self.random.choices((0, 1, -1), (88, 10, 2))[0],
                mobile=self.numbers.mobile() if older and self.random.random() < 0.4 else "",
                email=email if older and self.random.random() < 0.3 else "",
                new=division[0] != "6" and self.random.random() < 0.08,
            )

    def _parents(self, surname: str, stock: Stock, home: Home) -> tuple[Tie, ...]:
        key = f"family-{self.drawn}"
        other, other_stock = self.random.choice(self.surnames)
        if self.random.random() < 0.7:
            other_stock = stock
            other = self.random.choice(self._free(stock))
        shape = self.random.choices(("together", "apart", "mother", "father"), (62, 25, 10, 3))[0]
        married = shape != "mother" and self.random.random() < 0.6
        name = other if shape != "mother" and not married else surname
        mother = self._adult(f"{key}/mother", self._first_name(other_stock.women, name), name, "MME", home)
        mother = replace(mother, birth_name=other if married else "")
        father = self._adult(f"{key}/father", self._first_name(stock.men, surname), surname, "M", home)
        if shape == "mother":
            ties = [Tie(mother, Kinship.MOTHER)]
        elif shape == "father":
            ties = [Tie(father, Kinship.FATHER)]
        elif shape == "together":
            ties = [Tie(mother, Kinship.MOTHER), Tie(father, Kinship.FATHER)]
        else:
            father = replace(father, home=self.home())
            ties = [Tie(mother, Kinship.MOTHER), Tie(father, Kinship.FATHER, houses=False)]
        if self.random.random() < 0.15:
            aunt = self._adult(
                f"{key}/contact", self._first_name(stock.women, surname), surname, "MME", self.home()
            )
            ties.append(Tie(aunt, Kinship.RELATIVE, Level.CONTACT, houses=False))
        return tuple(ties)

    def _first_name(self, names: tuple[str, ...], surname: str) -> str:
        """Nobody has the names of somebody else here, but those written by hand who must."""
        free = [name for name in names if (name, surname) not in self.taken]
        name = self.random.choice(free or names)
        self.taken.add((name, surname))
        return name

    def _adult(self, key: str, first_name: str, last_name: str, civility: str, home: Home) -> Adult:
        email = f"{_address_part(first_name, last_name)}@example.org"
        return Adult(
            key,
            first_name,
            last_name,
            civility,
            home,
            mobile=self.numbers.mobile() if self.random.random() < 0.95 else "",
            work_phone=self.numbers.fixed() if self.random.random() < 0.1 else "",
            email=email if self.random.random() < 0.85 else "",
        )


def _address_part(first_name: str, last_name: str) -> str:
    return f"{folded(first_name).replace(' ', '-')}.{folded(last_name).replace(' ', '-')}"
