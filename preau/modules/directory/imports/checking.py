"""What the files of the new year would say, before anything is done with them: which they are, how many of
what, and all that is wrong. Nothing is kept."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple, Protocol
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.kernel.numbers import grouped
from preau.modules.directory.imports import values
from preau.modules.directory.imports.columns import TableMapping
from preau.modules.directory.imports.formats import Kind
from preau.modules.directory.imports.opening import LeftAside, Source, opened
from preau.modules.directory.imports.problems import FileRefused, Problem, Severity
from preau.modules.directory.imports.said import (
    Row,
    Said,
    SaidCharge,
    SaidCourse,
    SaidDivision,
    SaidGroup,
    SaidGuardian,
    SaidMef,
    SaidPlace,
    SaidPupil,
    SaidSchool,
    SaidStaff,
    SaidSubject,
)

MOST_ROWS = 100_000  # of all files together; a school of three thousand pupils brings some forty thousand
SHOWN = 30  # lines under one cause; the list to take away has them all


@dataclass(frozen=True)
class Expected:
    """The school and the year one stands in."""

    uais: frozenset[str]
    year: int  # of September
    # Whether another school of this instance has a UAI; one nobody has may be an annex of this one.
    elsewhere: Callable[[str], bool] = lambda _uai: True


class Told(NamedTuple):
    """A problem, and the file it is in."""

    file: str
    problem: Problem


@dataclass(frozen=True)
class FileChecked:
    name: str
    kind: Kind
    exported_on: object  # date or None
    counts: tuple[str, ...]  # « 750 élèves »
    refused: str = ""  # why nothing of it will be used
    columns: str = ""  # of a table: the digest of its headers

    @property
    def columns_uuid(self) -> UUID:
        return UUID(hex=self.columns)


@dataclass(frozen=True)
class Cause:
    """Problems of one kind: how many, and the first of them."""

    number: int
    lines: tuple[Told, ...]


@dataclass(frozen=True)
class Gravity:
    severity: Severity
    number: int
    causes: tuple[Cause, ...]


@dataclass
class Check:
    files: list[FileChecked] = field(default_factory=list)
    left_aside: tuple[LeftAside, ...] = ()
    told: list[Told] = field(default_factory=list)

    @property
    def was_read(self) -> bool:
        """Whether any file could be."""
        return any(not file.refused for file in self.files)

    @property
    def gravities(self) -> "list[Gravity]":
        """What was found, the gravest first; in each the most frequent cause first."""
        by_cause: dict[tuple[Severity, str], list[Told]] = {}
        for told in self.told:
            by_cause.setdefault((told.problem.severity, told.problem.code), []).append(told)
        found = []
        for severity in (Severity.LEFT_OUT, Severity.DOUBT, Severity.REMARK):
            causes = [
                Cause(len(lines), tuple(lines[:SHOWN]))
                for (of, _code), lines in by_cause.items()
                if of is severity
            ]
            if causes:
                causes.sort(key=lambda cause: -cause.number)
                found.append(Gravity(severity, sum(cause.number for cause in causes), tuple(causes)))
        return found


class Listener(Protocol):
    """Who wants to know what was said, file by file, while it is checked."""

    def begins(self, source: Source) -> None: ...

    def hears(self, row: Said) -> None: ...

    def ends(self, *, broken: bool) -> None:
        """`broken`: nothing of this file may be kept."""


class _Nobody:
    def begins(self, source: Source) -> None: ...

    def hears(self, row: Said) -> None: ...

    def ends(self, *, broken: bool) -> None: ...


def check(
    uploads: Iterable[tuple[str, BinaryIO]],
    expected: Expected,
    listener: Listener | None = None,
    columns: Callable[[TableMapping], TableMapping] | None = None,
) -> Check:
    """Read all of them once. A file of another school is not read: its pupils are none of ours.

    `columns`: what the columns of a table mean to this school, given what is recognised.
    """
    told_to = listener or _Nobody()
    done = Check()
    links, read = _Links(), 0
    with opened(uploads) as found:
        done.left_aside = found.left_aside
        for source in found.sources:
            if columns is not None and source.mapping is not None:
                source = source.with_mapping(columns(source.mapping))
            done.told += [Told(source.name, problem) for problem in source.problems]
            if refused := _another_school(source, expected):
                done.files.append(_checked(source, Counter(), refused))
                continue
            done.told += [Told(source.name, problem) for problem in _another_year(source, expected)]
            counts: Counter[type] = Counter()
            told: list[Told] = []
            told_to.begins(source)
            try:
                for row in source.rows():
                    read += 1
                    if read > MOST_ROWS:
                        raise FileRefused(_too_many())
                    if isinstance(row, Problem):
                        told.append(Told(source.name, row))
                    else:
                        counts[type(row)] += 1
                        links.hear(source.name, row)
                        told_to.hears(row)
            except FileRefused as broken:
                told_to.ends(broken=True)
                done.files.append(_checked(source, Counter(), str(broken.message)))
                continue
            told_to.ends(broken=False)
            done.told += told
            done.files.append(_checked(source, counts))
    done.told += links.broken()
    return done


def _too_many() -> str:
    return _("Ces fichiers ont plus de lignes qu’un établissement : vérifiez que ce sont les vôtres.")


def _another_school(source: Source, expected: Expected) -> str:
    uai = source.header.uai
    if not uai or uai in expected.uais or (values.uai(uai)[1] and not expected.elsewhere(uai)):
        return ""
    return _(
        "Ce fichier est celui d’un autre établissement (%(uai)s) : rien n’en est lu. Le vôtre est %(own)s."
    ) % {"uai": uai[:20], "own": ", ".join(sorted(expected.uais))}


def _another_year(source: Source, expected: Expected) -> Iterator[Problem]:
    year = source.header.year
    if year is not None and year != expected.year:
        cause = _(
            "Ce fichier est celui de l’année %(theirs)s, et vous êtes en %(ours)s : refaites l’export, ou"
            " changez d’année dans le menu de votre nom."
        ) % {"theirs": f"{year}-{year + 1}", "ours": f"{expected.year}-{expected.year + 1}"}
        yield Problem(Severity.DOUBT, 0, "", cause, "another_year")


def _checked(source: Source, counts: Counter[type], refused: str = "") -> FileChecked:
    words = tuple(
        said(counts[kind]) % {"n": grouped(counts[kind])} for kind, said in _COUNTED if counts[kind]
    )
    columns = source.mapping.digest if source.mapping else ""
    return FileChecked(source.name, source.kind, source.header.exported_on, words, refused, columns)


_COUNTED: tuple[tuple[type, Callable[[int], str]], ...] = (
    (SaidPupil, lambda n: ngettext("%(n)s élève", "%(n)s élèves", n)),
    (SaidGuardian, lambda n: ngettext("%(n)s responsable", "%(n)s responsables", n)),
    (SaidCharge, lambda n: ngettext("%(n)s lien avec un élève", "%(n)s liens avec les élèves", n)),
    (SaidStaff, lambda n: ngettext("%(n)s personnel", "%(n)s personnels", n)),
    (SaidDivision, lambda n: ngettext("%(n)s classe", "%(n)s classes", n)),
    (SaidGroup, lambda n: ngettext("%(n)s groupe", "%(n)s groupes", n)),
    (SaidCourse, lambda n: _("%(n)s cours")),
    (SaidSubject, lambda n: ngettext("%(n)s matière", "%(n)s matières", n)),
    (SaidMef, lambda n: ngettext("%(n)s formation", "%(n)s formations", n)),
    (SaidSchool, lambda n: _("l’établissement et les dates de son année")),
)


class _Links:
    """Who is named in one file and told of in another. Ids and codes alone are kept."""

    def __init__(self) -> None:
        self.pupils: set[str] = set()
        self.divisions: set[str] = set()
        self.charges: list[tuple[str, SaidCharge]] = []
        self.placed: dict[str, tuple[str, SaidPlace]] = {}

    def hear(self, file: str, row: Row) -> None:
        if isinstance(row, SaidPupil):
            self.pupils.add(row.external_id)
        elif isinstance(row, SaidCharge) and row.pupil_id:
            self.charges.append((file, row))
        elif isinstance(row, SaidDivision):
            self.divisions.add(row.key)
        elif isinstance(row, SaidPlace) and row.kind == "division":
            self.placed.setdefault(row.key, (file, row))

    def broken(self) -> Iterator[Told]:
        """Only what the files together can tell: without the pupils' file no link is known to be wrong."""
        for file, charge in self.charges if self.pupils else ():
            if charge.pupil_id not in self.pupils:
                cause = _(
                    "Le responsable n° %(guardian)s est relié à l’élève n° %(pupil)s, absent des élèves."
                ) % {"guardian": charge.guardian_id, "pupil": charge.pupil_id}
                yield Told(file, Problem(Severity.LEFT_OUT, charge.line, "", cause, "unknown_pupil"))
        for key, (file, place) in self.placed.items() if self.divisions else ():
            if key not in self.divisions:
                cause = _(
                    "La classe « %(code)s » a des élèves et n’est pas dans le fichier des structures."
                ) % {"code": place.code}
                yield Told(file, Problem(Severity.DOUBT, place.line, "", cause, "unknown_division"))
