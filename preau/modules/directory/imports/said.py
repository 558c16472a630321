"""What a source says, row by row, before anyone decides what to do with it.

- `line`: where the row begins in its file.
- Ids and codes are strings as the source writes them: `0123` and `123` are two pupils.
- An id that begins with `=` was made from what the row says, since its file has none.
- `key` is what is compared where people write codes as they like: « 6 A », « 6a » and « 6-A » are one class.
"""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from preau.modules.directory.imports.problems import Problem


@dataclass(frozen=True, slots=True)
class Header:
    """Of which school and year a file speaks. `year`: the one of September, None where it says nothing."""

    source: str  # siecle, sts, table
    uai: str = ""
    year: int | None = None
    exported_on: date | None = None


@dataclass(frozen=True, slots=True)
class SaidSchool:
    line: int
    uai: str
    name: str
    head_name: str
    head_title: str
    email: str
    phone: str
    address: tuple[str, ...]
    postal_code: str
    city: str
    starts_on: date | None  # of the pupils' year
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class SaidPupil:
    """`last_name` is the one used, `birth_name` the one of the civil register; often the same."""

    line: int
    external_id: str
    school_number: str
    ine: str
    last_name: str
    birth_name: str
    first_name: str
    other_first_names: tuple[str, ...]
    birth_date: date | None
    sex: str  # M, F or nothing
    mef: str
    level: str  # as a table writes it; SIECLE has only the MEF
    boarding: str  # day, half, full or nothing
    boarding_code: str
    enters_on: date | None
    leaves_on: date | None
    repeats: bool | None
    email: str
    home_phone: str
    mobile_phone: str
    work_phone: str
    takes_sms: bool | None
    address_id: str


@dataclass(frozen=True, slots=True)
class SaidGuardian:
    line: int
    external_id: str
    civility: str  # MME, M or nothing
    last_name: str
    birth_name: str
    first_name: str
    email: str
    home_phone: str
    mobile_phone: str
    work_phone: str
    takes_sms: bool | None
    shares_address: bool | None  # with the associations of parents
    address_id: str


@dataclass(frozen=True, slots=True)
class SaidChild:
    """A pupil named by someone else's row, in a file without ids."""

    last_name: str
    birth_name: str
    first_name: str
    division: str


@dataclass(frozen=True, slots=True)
class SaidCharge:
    """Someone answers for a pupil. `pupil_id` is empty where only `child` says who it is."""

    line: int
    pupil_id: str
    guardian_id: str
    child: SaidChild | None
    level: int | None  # 1 legal, 2 in charge, 3 to be called
    rank: int | None  # first and second legal guardian, in files from before 2018
    kinship: str  # CODE_PARENTE since 2018
    kinship_code: str  # as written
    houses: bool | None
    pays: bool | None
    receives_aid: bool | None
    called_first: bool | None


@dataclass(frozen=True, slots=True)
class SaidAddress:
    line: int
    external_id: str
    lines: tuple[str, ...]
    postal_code: str
    city: str
    country: str  # empty for France


@dataclass(frozen=True, slots=True)
class SaidDivision:
    line: int
    code: str
    key: str
    label: str
    uai: str
    mefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaidGroup:
    """A teaching group. One division: part of a class; several: pupils of several classes."""

    line: int
    code: str
    key: str
    label: str
    divisions: tuple[str, ...]  # codes
    mefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaidPlace:
    line: int
    pupil_id: str
    kind: str  # division, group
    code: str
    key: str


@dataclass(frozen=True, slots=True)
class SaidOption:
    line: int
    pupil_id: str
    rank: int | None
    subject_code: str
    mode: str


@dataclass(frozen=True, slots=True)
class SaidDiscipline:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class SaidHeadship:
    """A division someone is head teacher of, from a day to a day where the source says so."""

    code: str
    key: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class SaidStaff:
    line: int
    external_id: str
    kind: str  # epp: known to the ministry; local: to the school alone
    sex: str
    civility: str
    last_name: str
    birth_name: str
    first_name: str
    birth_date: date | None
    grade: str
    function: str  # ENS, DOC, EDU, DIR, AED …
    email: str
    home_phone: str
    mobile_phone: str
    disciplines: tuple[SaidDiscipline, ...]
    divisions: tuple[str, ...]  # codes of those they teach, in tables; STS-web has courses
    heads: tuple[SaidHeadship, ...]


@dataclass(frozen=True, slots=True)
class SaidTeacher:
    external_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class SaidCourse:
    """A subject taught to a division or a group (a « service »). `line`: of that division or group."""

    line: int
    kind: str  # division, group
    code: str
    key: str
    subject_code: str
    mode: str  # CG whole class, TP, TD …
    teachers: tuple[SaidTeacher, ...]


@dataclass(frozen=True, slots=True)
class SaidSubject:
    line: int
    code: str
    short_code: str
    short_label: str
    label: str


@dataclass(frozen=True, slots=True)
class SaidMef:
    line: int
    code: str
    label: str
    long_label: str
    attached_to: str
    statistics_code: str


Said: TypeAlias = (
    SaidSchool
    | SaidPupil
    | SaidGuardian
    | SaidCharge
    | SaidAddress
    | SaidDivision
    | SaidGroup
    | SaidPlace
    | SaidOption
    | SaidStaff
    | SaidCourse
    | SaidSubject
    | SaidMef
)
Row: TypeAlias = Said | Problem
