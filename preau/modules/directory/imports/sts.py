"""What STS-web exports for timetables (`sts_emp_…xml`): staff, divisions, groups, who teaches what"
" to whom."""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from preau.kernel.intake.xml import Found
from preau.modules.directory.imports import values
from preau.modules.directory.imports.problems import Problem, Severity
from preau.modules.directory.imports.reading import Reading, called, fields_of
from preau.modules.directory.imports.said import (
    Header,
    Row,
    SaidCourse,
    SaidDiscipline,
    SaidDivision,
    SaidGroup,
    SaidHeadship,
    SaidSchool,
    SaidStaff,
    SaidTeacher,
)
from preau.modules.directory.imports.siecle.school import codes_in, mef, subject

HEADER_PATHS = ("PARAMETRES",)
PATHS = (
    "PARAMETRES",
    "NOMENCLATURES/MATIERES/MATIERE",
    "NOMENCLATURES/MEFS/MEF",
    "DONNEES/INDIVIDUS/INDIVIDU",
    "DONNEES/STRUCTURE/DIVISIONS/DIVISION",
    "DONNEES/STRUCTURE/GROUPES/GROUPE",
)
# The mode of a course that says none: to the whole class.
_WHOLE_CLASS = "CG"


def header(found: Iterable[Found]) -> Header:
    for each in found:
        school, year = each.element.find("UAJ"), each.element.find("ANNEE_SCOLAIRE")
        code = (school.get("CODE") or school.text or "") if school is not None else ""
        written = (year.get("ANNEE") or year.text or "").strip() if year is not None else ""
        return Header(
            "sts",
            uai=values.uai(code)[0],
            year=int(written) if written.isascii() and written.isdigit() and len(written) == 4 else None,
        )
    return Header("sts")


def rows(found: Iterable[Found], header: Header) -> Iterator[Row]:
    return _Sts(header).rows(found)


class _Sts:
    def __init__(self, header: Header) -> None:
        self.header = header
        self.people: dict[str, int] = {}
        self.structures: dict[tuple[str, str], int] = {}
        self.courses = 0

    def rows(self, found: Iterable[Found]) -> Iterator[Row]:
        read = (self._school, self._subject, self._mef, self._individual, self._division, self._group)
        by_path = dict(zip(PATHS, read, strict=True))
        for each in found:
            yield from by_path[each.path](each)
        if self.structures and not self.courses:
            cause = _(
                "Ce fichier ne dit pas encore qui enseigne quoi : c’est courant en septembre. Refaites"
                " l’export de STS-web quand l’emploi du temps y aura été remonté."
            )
            yield Problem(Severity.REMARK, 0, "", cause, "no_courses")

    def _school(self, found: Found) -> Iterator[Row]:
        school = found.element.find("UAJ")
        if school is None:
            return
        year = found.element.find("ANNEE_SCOLAIRE")
        row = Reading(found.line, fields_of(school) | (fields_of(year) if year is not None else {}))
        yield SaidSchool(
            line=found.line,
            uai=self.header.uai,
            name=" ".join(filter(None, (row.text("DENOM_PRINC"), row.text("DENOM_COMPL")))),
            head_name="",
            head_title="",
            email="",
            phone=row.phone("TELEPHONE"),
            address=tuple(filter(None, (row.text("ADRESSE"), row.text("BOITE_POSTALE")))),
            postal_code=row.text("CODE_POSTAL"),
            city=row.text("COMMUNE"),
            starts_on=row.day("DATE_DEBUT", _("Premier jour de l’année")),
            ends_on=row.day("DATE_FIN", _("Dernier jour de l’année")),
        )
        yield from row.problems

    def _subject(self, found: Found) -> Iterator[Row]:
        row = Reading(found.line, fields_of(found.element))
        yield from subject(row)

    def _mef(self, found: Found) -> Iterator[Row]:
        row = Reading(found.line, fields_of(found.element))
        yield from mef(row)
        yield from row.problems

    def _individual(self, found: Found) -> Iterator[Row]:
        row = Reading(found.line, fields_of(found.element))
        staff_id = row.code("ID")
        birth_name, first_name = row.name("NOM_PATRONYMIQUE"), row.name("PRENOM")
        last_name = row.name("NOM_USAGE") or birth_name
        row.who = ", ".join(filter(None, (called(last_name, first_name), staff_id and f"STS {staff_id}")))
        if not staff_id or not last_name:
            yield row.left_out(
                "staff", _("Ce personnel n’a pas de nom ou pas d’identifiant STS : il n’est pas repris.")
            )
            return
        if staff_id in self.people:
            yield row.left_out(
                "staff_twice",
                _("Ce personnel est déjà à la ligne %(line)d : cette ligne-ci n’est pas reprise.")
                % {"line": self.people[staff_id]},
            )
            return
        self.people[staff_id] = found.line
        sex = values.sex(row.text("SEXE"))
        yield SaidStaff(
            line=found.line,
            external_id=staff_id,
            kind=row.text("TYPE").lower(),
            sex=sex,
            # Where one of the two is no code at all, the other one answers.
            civility=values.civility(row.text("CIVILITE")) or {"M": "M", "F": "MME"}.get(sex, ""),
            last_name=last_name,
            birth_name=birth_name or last_name,
            first_name=first_name,
            birth_date=row.day("DATE_NAISSANCE", _("Date de naissance")),
            grade=row.text("GRADE"),
            function=row.text("FONCTION").upper(),
            email="",
            home_phone="",
            mobile_phone="",
            disciplines=_disciplines(found.element),
            divisions=(),
            heads=tuple(self._headships(found.element, row)),
        )
        yield from row.problems

    def _headships(self, element: Element, row: Reading) -> Iterator[SaidHeadship]:
        for each in element.iter("PROF_PRINC"):
            part = Reading(row.line, fields_of(each))
            code = part.code("CODE_STRUCTURE", "CODE")
            starts_on = part.day("DATE_DEBUT", _("Début de la fonction de professeur principal"))
            ends_on = part.day("DATE_FIN", _("Fin de la fonction de professeur principal"))
            for problem in part.problems:
                row.doubt(problem.code, problem.cause)
            if starts_on and ends_on and ends_on < starts_on:
                row.doubt(
                    "days_order",
                    _("La fonction de professeur principal de « %(code)s » se termine avant de commencer.")
                    % {"code": code},
                )
            if code:
                yield SaidHeadship(code, values.code_key(code), starts_on, ends_on)

    def _division(self, found: Found) -> Iterator[Row]:
        row = self._structure(found)
        code = row.code("CODE", "CODE_STRUCTURE")
        if refused := self._unusable(row, "division", code):
            yield refused
            return
        mefs = codes_in(found.element, "MEF_APPARTENANCE", "CODE")
        yield SaidDivision(
            found.line, code, values.code_key(code), row.text("LIBELLE_LONG") or code, self.header.uai, mefs
        )
        yield from self._courses(found, row, "division", code)

    def _group(self, found: Found) -> Iterator[Row]:
        row = self._structure(found)
        code = row.code("CODE", "CODE_STRUCTURE")
        if refused := self._unusable(row, "group", code):
            yield refused
            return
        divisions = codes_in(found.element, "DIVISION_APPARTENANCE", "CODE")
        mefs = codes_in(found.element, "MEF_APPARTENANCE", "CODE")
        yield SaidGroup(
            found.line, code, values.code_key(code), row.text("LIBELLE_LONG") or code, divisions, mefs
        )
        yield from self._courses(found, row, "group", code)

    def _structure(self, found: Found) -> Reading:
        fields = fields_of(found.element)
        return Reading(found.line, fields, who=fields.get("CODE", ""))

    def _unusable(self, row: Reading, kind: str, code: str) -> Problem | None:
        key = values.code_key(code)
        if not key:
            return row.left_out("code", _("Une classe ou un groupe sans code n’est pas repris."))
        if (kind, key) in self.structures:
            return row.left_out(
                "code_twice",
                _("« %(code)s » est déjà à la ligne %(line)d : cette ligne-ci n’est pas reprise.")
                % {"code": code, "line": self.structures[kind, key]},
            )
        self.structures[kind, key] = row.line
        return None

    def _courses(self, found: Found, row: Reading, kind: str, code: str) -> Iterator[Row]:
        for service in found.element.iter("SERVICE"):
            part = fields_of(service)
            subject_code = part.get("CODE_MATIERE", "")
            if not subject_code:
                yield row.left_out("service", _("Un service sans matière n’est pas repris."))
                continue
            self.courses += 1
            teachers = tuple(
                SaidTeacher(each.get("ID", "").strip(), each.get("TYPE", "").strip().lower())
                for each in service.iter("ENSEIGNANT")
                if each.get("ID", "").strip()
            )
            for teacher in teachers:
                if teacher.external_id not in self.people:
                    row.doubt(
                        "teacher_unknown",
                        _(
                            "La matière %(subject)s y est enseignée par le personnel STS %(id)s, que le"
                            " fichier ne décrit pas."
                        )
                        % {"subject": subject_code, "id": teacher.external_id},
                    )
            mode = part.get("CODE_MOD_COURS", "") or _WHOLE_CLASS
            yield SaidCourse(found.line, kind, code, values.code_key(code), subject_code, mode, teachers)
        yield from row.problems


def _disciplines(element: Element) -> tuple[SaidDiscipline, ...]:
    found = (Reading(0, fields_of(each)) for each in element.iter("DISCIPLINE"))
    said = (SaidDiscipline(each.code("CODE"), each.text("LIBELLE_LONG", "LIBELLE_COURT")) for each in found)
    return tuple(each for each in said if each.code or each.label)
