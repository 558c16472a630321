"""From rows as files have them to things as the directory has them: a pupil with their address, classes and
groups, a course with its teachers. Still no database."""

from collections import Counter
from datetime import date
from typing import Any

from preau.kernel.names import folded
from preau.modules.directory.imports import values
from preau.modules.directory.imports.entities import Entity, Gathered
from preau.modules.directory.imports.formats import Kind
from preau.modules.directory.imports.heard import HeardFile
from preau.modules.directory.imports.levels import class_label, level_of, level_of_class
from preau.modules.directory.imports.opening import Source
from preau.modules.directory.imports.reading import called
from preau.modules.directory.imports.said import (
    Said,
    SaidCharge,
    SaidChild,
    SaidCourse,
    SaidDivision,
    SaidGroup,
    SaidGuardian,
    SaidMef,
    SaidPlace,
    SaidPupil,
    SaidStaff,
    SaidSubject,
)
from preau.modules.directory.models import Guardianship, Origin, Thing


class Gatherer:
    """Hears the rows of each file (`checking.Listener`). What a broken file said is forgotten."""

    def __init__(self) -> None:
        self.gathered = Gathered()
        self._mefs: dict[str, str] = {}
        self._subjects: dict[str, SaidSubject] = {}
        self._file: HeardFile | None = None
        self._files: list[HeardFile] = []

    def begins(self, source: Source) -> None:
        self._file = HeardFile(source)

    def hears(self, row: Said) -> None:
        assert self._file is not None
        if isinstance(row, SaidMef):
            self._mefs[row.code] = row.label or row.long_label
        elif isinstance(row, SaidSubject):
            self._subjects.setdefault(row.code, row)
        else:
            self._file.rows.setdefault(type(row), []).append(row)

    def ends(self, *, broken: bool) -> None:
        if self._file is not None and not broken:
            self._files.append(self._file)
        self._file = None

    def finish(self) -> Gathered:
        """All files heard: what they say together."""
        levels: dict[str, str] = {}  # of each class, for its pupils
        for file in self._files:
            if file.source.header.year is not None:
                self.gathered.years.add(file.source.header.year)
            if file.uai:
                self.gathered.uais.add(file.uai)
            for thing in _WHOLE.get(file.source.kind, ()):
                self.gathered.whole.add((file.origin, thing, file.uai))
        for file in self._files:
            self._structures(file, levels)
        for file in self._files:
            self._pupils(file, levels)
        for file in self._files:
            self._guardians(file)
            self._staff(file)
        for file in self._files:
            self._courses(file)
        return self.gathered

    def _add(self, file: HeardFile, thing: str, external_id: str, who: str, line: int, said: Any) -> Entity:
        kept = {name: value for name, value in said.items() if value not in (None, "", [], False)}
        name = file.source.name[-255:]
        entity = Entity(
            file.origin, thing, external_id[:160], file.uai, who[:160], name, line, kept, file.unsaid
        )
        # Two files of one source: what was said first stands (of divisions: Structures before pupils).
        return self.gathered.entities.setdefault(entity.key, entity)

    def _structures(self, file: HeardFile, levels: dict[str, str]) -> None:
        divisions = [(division, self._level(division)) for division in file.of(SaidDivision)]
        classes_of = Counter(level for _division, level in divisions)
        for division, level in divisions:
            levels.setdefault(division.key, level)
            said = {
                "code": division.code[:40],
                "label": class_label(division.code, division.label, level, alone=classes_of[level] == 1)[:80],
                "level": level,
                "unit": division.uai,
            }
            self._add(file, Thing.DIVISION, file.code(division.key), division.code, division.line, said)
        for group in file.of(SaidGroup):
            said = {
                "code": group.code[:40],
                "label": group.label[:80],
                "divisions": sorted({file.code(values.code_key(code)) for code in group.divisions}),
            }
            self._add(file, Thing.GROUP, file.code(group.key), group.code, group.line, said)

    def _level(self, division: SaidDivision) -> str:
        by_study = (level_of(mef, self._mefs.get(mef, "")) for mef in division.mefs)
        return next(filter(None, by_study), "") or level_of_class(division.code, division.label)

    def _pupils(self, file: HeardFile, levels: dict[str, str]) -> None:
        places: dict[str, dict[str, list[str]]] = {}
        for place in file.of(SaidPlace):
            at = places.setdefault(place.pupil_id, {}).setdefault(place.kind, [])
            if file.code(place.key) not in at:
                at.append(file.code(place.key))
            self._implied(file, place, levels)
        for pupil in file.of(SaidPupil):
            at_home = places.get(pupil.external_id, {})
            divisions = at_home.get("division", [])
            of_class = next(filter(None, (levels.get(_key(code), "") for code in divisions)), "")
            level = pupil.level or of_class or level_of(pupil.mef, self._mefs.get(pupil.mef, ""))
            said = file.person(pupil) | {
                "other_first_names": ", ".join(pupil.other_first_names)[:200],
                "birth_date": _iso(pupil.birth_date),
                "ine": pupil.ine[:11],
                "mef": pupil.mef[:11],
                "level": level[:20],
                "boarding": pupil.boarding,
                "enters_on": _iso(pupil.enters_on),
                "leaves_on": _iso(pupil.leaves_on),
                "divisions": sorted(divisions),
                "groups": sorted(at_home.get("group", [])),
            }
            who = called(pupil.last_name, pupil.first_name)
            self._add(file, Thing.PUPIL, pupil.external_id, who, pupil.line, said)

    def _implied(self, file: HeardFile, place: SaidPlace, levels: dict[str, str]) -> None:
        """A class pupils are in and no file describes: a class all the same."""
        thing = Thing.DIVISION if place.kind == "division" else Thing.GROUP
        external_id = file.code(place.key)
        if (file.origin, thing, external_id) in self.gathered.entities:
            return
        if thing == Thing.GROUP:
            self._add(
                file,
                thing,
                external_id,
                place.code,
                place.line,
                {"code": place.code[:40], "label": place.code[:80]},
            )
            return
        level = levels.setdefault(place.key, level_of_class(place.code))
        label = class_label(place.code, "", level)[:80]
        said = {"code": place.code[:40], "label": label, "level": level, "implied": True}
        self._add(file, thing, external_id, place.code, place.line, said)

    def _guardians(self, file: HeardFile) -> None:
        names = {each.external_id: each for each in file.of(SaidGuardian)}
        charged: set[str] = set()
        by_child = (
            _Children(self.gathered) if any(not each.pupil_id for each in file.of(SaidCharge)) else None
        )
        for charge in file.of(SaidCharge):
            if charge.kinship == Guardianship.Kinship.SELF:
                continue  # of age, and their own guardian: no second person
            pupil_id = charge.pupil_id or (by_child.found(charge.child) if by_child and charge.child else "")
            child: list[str] = []
            if not pupil_id:
                if charge.child is None:
                    continue
                # Nobody of these files: perhaps a pupil of the school.
                child = [
                    folded(charge.child.last_name),
                    folded(charge.child.birth_name),
                    folded(charge.child.first_name),
                    values.code_key(charge.child.division),
                ]
            charged.add(charge.guardian_id)
            if charge.level is None and file.origin == Origin.TABLE:
                self.gathered.unclear_levels += 1
            said: dict[str, Any] = {
                "pupil": pupil_id,
                "child": child,
                "guardian": charge.guardian_id,
                "level": charge.level or int(Guardianship.Level.CONTACT),
                "unclear": charge.level is None,
                "kinship": charge.kinship or Guardianship.Kinship.OTHER,
                "houses": bool(charge.houses),
            }
            person = names.get(charge.guardian_id)
            who = called(person.last_name, person.first_name) if person else charge.guardian_id
            if child_of := self._pupil_name(file, pupil_id) or (charge.child and charge.child.first_name):
                who = f"{who} → {child_of}"
            end = pupil_id or f"={'|'.join(child)}"
            self._add(file, Thing.CHARGE, f"{end}:{charge.guardian_id}", who, charge.line, said)
        for guardian in names.values():
            if guardian.external_id not in charged:
                continue  # answers for nobody here: nothing to keep of them
            said = file.person(guardian) | {"civility": guardian.civility}
            who = called(guardian.last_name, guardian.first_name)
            self._add(file, Thing.GUARDIAN, guardian.external_id, who, guardian.line, said)

    def _pupil_name(self, file: HeardFile, pupil_id: str) -> str:
        for origin in (file.origin, *Origin.values):
            if (pupil := self.gathered.entities.get((origin, Thing.PUPIL, pupil_id))) is not None:
                return pupil.who
        return ""

    def _staff(self, file: HeardFile) -> None:
        for staff in file.of(SaidStaff):
            said = file.person(staff) | {
                "civility": staff.civility,
                "birth_date": _iso(staff.birth_date),
                "function": _function(staff)[:40],
                "discipline": _spoken(staff.disciplines[0].label)[:60] if staff.disciplines else "",
                "heads": sorted(
                    [file.code(each.key), _iso(each.starts_on), _iso(each.ends_on)] for each in staff.heads
                ),
            }
            who = called(staff.last_name, staff.first_name)
            self._add(file, Thing.STAFF, file.staff_id(staff.kind, staff.external_id), who, staff.line, said)

    def _courses(self, file: HeardFile) -> None:
        for course in file.of(SaidCourse):
            subject = self._subject(file, course.subject_code, course.line)
            external_id = f"{course.kind}:{file.code(course.key)}:{course.subject_code}:{course.mode}"
            entity = self._add(
                file,
                Thing.COURSE,
                external_id,
                f"{course.code.strip()} · {subject.said['label']}",
                course.line,
                {
                    "kind": course.kind,
                    "group": file.code(course.key),
                    "subject": course.subject_code,
                    "mode": course.mode,
                },
            )
            teachers = {file.staff_id(each.kind, each.external_id) for each in course.teachers}
            if teachers:
                entity.said["teachers"] = sorted({*entity.said.get("teachers", ()), *teachers})

    def _subject(self, file: HeardFile, code: str, line: int) -> Entity:
        """Of the hundreds of a nomenclature only those somebody teaches."""
        known = self._subjects.get(code)
        short = (known.short_code if known else "") or code
        label = _spoken(known.label if known else code)
        said = {"code": code[:6], "short_code": short[:12], "label": label[:80]}
        return self._add(file, Thing.SUBJECT, code, label, line, said)


_WHOLE: dict[Kind, tuple[str, ...]] = {
    Kind.PUPILS: (Thing.PUPIL,),
    Kind.GUARDIANS: (Thing.GUARDIAN, Thing.CHARGE),
    Kind.STS: (Thing.STAFF, Thing.COURSE),
}


class _Children:
    """Pupils by their names, for files that know children by nothing else. A name and a class that only one
    pupil has are who is meant; a name alone is not."""

    def __init__(self, gathered: Gathered) -> None:
        self._found: dict[tuple[str, str, str], set[str]] = {}
        for pupil in gathered.of(Thing.PUPIL):
            said = pupil.said
            names = {said.get("last_name", ""), said.get("birth_name", "")} - {""}
            for name in names:
                for division in said.get("divisions", ()):
                    key = folded(name), folded(said.get("first_name", "")), _key(division)
                    self._found.setdefault(key, set()).add(pupil.external_id)

    def found(self, child: SaidChild) -> str:
        for name in (child.last_name, child.birth_name):
            key = folded(name), folded(child.first_name), values.code_key(child.division)
            if len(ids := self._found.get(key, set())) == 1:
                return next(iter(ids))
        return ""


# How tables call what STS-web writes in three letters: the beginning of a word decides.
_FUNCTIONS = (
    ("prof", "ENS"),
    ("enseign", "ENS"),
    ("cpe", "EDU"),
    ("conseill", "EDU"),
    ("aed", "AED"),
    ("surveill", "AED"),
    ("infirmi", "INF"),
    ("psy", "PSY"),
    ("secret", "ADF"),
    ("gestion", "ADF"),
    ("agent", "OUV"),
)


def _function(staff: SaidStaff) -> str:
    """The code of a function. A table that says none and names a subject or a class is one of teachers."""
    written = folded(staff.function)
    if "documentalis" in written:
        return "DOC"
    if "assistant" in written:
        return "ASS" if "social" in written else "AED" if "education" in written else staff.function
    if not written and (staff.disciplines or staff.divisions or staff.heads):
        return "ENS"
    found = (code for begins, code in _FUNCTIONS if any(word.startswith(begins) for word in written.split()))
    return next(found, staff.function)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _key(code: str) -> str:
    """The class's own key, without the unit it is of."""
    return code.partition(":")[2]


def _spoken(label: str) -> str:
    """« MATHEMATIQUES » → « Mathematiques »: nobody shouts on a timetable."""
    return label.capitalize() if len(label) > 6 and label == label.upper() else label
