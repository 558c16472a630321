"""The people of a school as its files tell them apart."""

from dataclasses import dataclass, field, replace

from preau.modules.directory.demo.national.numbers import shaped

# In CODE_PARENTE.
MOTHER, FATHER, ASCENDANT, FOSTER, MINDER, WELFARE, SELF, OTHER = (
    "10", "20", "38", "42", "43", "51", "70", "90",
)  # fmt: skip
LEGAL, IN_CHARGE, CONTACT = 1, 2, 3


@dataclass(slots=True)
class Address:
    id: str
    street: str
    complement: str
    postcode: str
    town: str
    insee: str
    department: str


@dataclass(slots=True)
class Guardian:
    """`landline`, `mobile` and `work` hold nine digits; `shapes` says how each file writes them."""

    id: str
    woman: bool
    family_name: str
    usual_name: str
    first_name: str
    address: Address | None
    landline: str = ""
    mobile: str = ""
    work: str = ""
    mail: str = ""
    shapes: tuple[str, str] = ("plus33", "plus33")
    texts: bool = True
    shares_address: bool = False
    profession: str = "99"

    @property
    def name(self) -> str:
        return self.usual_name or self.family_name

    def phones(self) -> tuple[str, str, str]:
        """At home, mobile, at work."""
        first, second = self.shapes
        return shaped(self.landline, first), shaped(self.mobile, second), shaped(self.work, first)


@dataclass(slots=True)
class Tie:
    """`person` is the id the file gives, of nobody when `guardian` is None."""

    guardian: Guardian | None
    kinship: str
    level: int = LEGAL
    pays: bool = False
    houses: bool = True
    first_called: bool = False
    missing: str = ""

    @property
    def person(self) -> str:
        return self.guardian.id if self.guardian else self.missing

    def of(self, guardian: Guardian) -> "Tie":
        return replace(self, guardian=guardian)


@dataclass(slots=True)
class Family:
    """What pupils of one household have in common. `kind` is what it was made to show."""

    school: int
    index: int
    kind: str
    name: str
    usual_name: str
    stock: int
    ties: list[Tie]
    address: Address
    children: int
    # Who else the file lists, tied to nobody.
    strays: list[Guardian] = field(default_factory=list)
    # The mother as the office wrote her a second time.
    again: Guardian | None = None

    def ties_of(self, rank: int) -> list[Tie]:
        if self.again is None or rank % 2 == 0:
            return self.ties
        return [tie.of(self.again) if at == 0 else tie for at, tie in enumerate(self.ties)]


@dataclass(slots=True)
class Pupil:
    id: str
    ordinal: int
    family: Family
    rank: int
    level: int
    first_name: str
    girl: bool
    born: str
    came: int
    ine: str
    language: str
    latin: bool
    regime: str
    birth_country: str = "100"
    birth_town: str = ""
    insee_birth: str = ""
    segpa: bool = False
    repeats: bool = False
    kind: str = ""
    other_first_names: tuple[str, ...] = ()
    last_division: str = ""
    # Of this September.
    left_on: str = ""
    divisions: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.family.name

    @property
    def elenoet(self) -> str:
        return str(self.ordinal + 1_000)

    @property
    def ties(self) -> list[Tie]:
        return self.family.ties_of(self.rank)
