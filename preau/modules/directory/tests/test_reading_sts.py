"""Staff, classes, groups and courses as STS-web says them."""

from datetime import date

from preau.modules.directory.imports.problems import Severity
from preau.modules.directory.imports.said import (
    SaidCourse,
    SaidDivision,
    SaidGroup,
    SaidSchool,
    SaidStaff,
    SaidSubject,
    SaidTeacher,
)
from preau.modules.directory.tests.reading import brought, of, rows_of, sample, told


def sts(individuals: str = "", divisions: str = "", groups: str = "", uai: str = "0999990W") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<STS_EDT><PARAMETRES>'
        f'<UAJ CODE="{uai}"/><ANNEE_SCOLAIRE ANNEE="2026"/></PARAMETRES>\n<DONNEES>\n'
        f"<INDIVIDUS>{individuals}</INDIVIDUS>\n<STRUCTURE><DIVISIONS>{divisions}</DIVISIONS>\n"
        f"<GROUPES>{groups}</GROUPES></STRUCTURE></DONNEES></STS_EDT>"
    ).encode()


def individual(number: int = 1, inner: str = "") -> str:
    return f'<INDIVIDU ID="{number}" TYPE="epp"><NOM_USAGE>CURIE</NOM_USAGE><PRENOM>Ève</PRENOM>{inner}</INDIVIDU>'


SERVICE = (
    '<SERVICES><SERVICE CODE_MATIERE="030201"><ENSEIGNANTS><ENSEIGNANT TYPE="epp" ID="1"/></ENSEIGNANTS>'
    "</SERVICE></SERVICES>"
)


def test_staff_are_read_with_what_they_do() -> None:
    sources, _aside, rows = brought(sample("sts_emp_0999990W_2026.xml"))
    assert (sources[0].header.uai, sources[0].header.year) == ("0999990W", 2026)
    grace, alan = of(SaidStaff, rows)
    assert (grace.external_id, grace.kind, grace.civility, grace.function) == ("8001", "epp", "MME", "ENS")
    assert grace.birth_date == date(1975, 3, 12)
    assert [(each.code, each.label) for each in grace.disciplines] == [("L0422", "ANGLAIS")]
    assert [(each.code, each.key, each.starts_on) for each in grace.heads] == [("6 A", "6a", None)]
    assert (alan.kind, alan.heads) == ("local", ())


def test_classes_groups_and_courses_are_read() -> None:
    _sources, _aside, rows = brought(sample("sts_emp_0999990W_2026.xml"))
    assert [(row.code, row.label, row.mefs) for row in of(SaidDivision, rows)] == [
        ("6 A", "SIXIEME A", ("10010012110",))
    ]
    assert [(row.code, row.divisions) for row in of(SaidGroup, rows)] == [("6LV1.ALL", ("6 A",))]
    assert [
        (row.kind, row.key, row.subject_code, row.mode, row.teachers) for row in of(SaidCourse, rows)
    ] == [
        ("division", "6a", "030201", "CG", (SaidTeacher("8001", "epp"),)),
        ("group", "6lv1all", "030101", "CG", (SaidTeacher("8002", "epp"),)),
    ]
    assert len(of(SaidSubject, rows)) == 2
    assert [(row.name, row.starts_on) for row in of(SaidSchool, rows)] == [
        ("COLLEGE FICTIF", date(2026, 9, 1))
    ]


def test_in_september_nobody_teaches_anything_yet_and_that_is_a_remark() -> None:
    rows = rows_of(sts(individual(), '<DIVISION CODE="6 A"/>'))
    assert [problem.severity for problem in told(rows, "no_courses")] == [Severity.REMARK]
    assert len(of(SaidDivision, rows)) == 1
    assert not told(rows_of(sts(individual(), f'<DIVISION CODE="6 A">{SERVICE}</DIVISION>')), "no_courses")


def test_a_group_without_a_name_is_called_by_its_code_and_a_course_without_mode_is_for_all() -> None:
    group = (
        '<GROUPE CODE="4GR1"><LIBELLE_LONG/><DIVISIONS_APPARTENANCE><DIVISION_APPARTENANCE CODE="4 A"/>'
        f'<DIVISION_APPARTENANCE CODE="4 B"/><DIVISION_APPARTENANCE CODE="4 A"/></DIVISIONS_APPARTENANCE>{SERVICE}</GROUPE>'
    )
    rows = rows_of(sts(individual(), groups=group))
    assert [(row.label, row.divisions) for row in of(SaidGroup, rows)] == [("4GR1", ("4 A", "4 B"))]
    assert [row.mode for row in of(SaidCourse, rows)] == ["CG"]


def test_a_teacher_the_file_does_not_describe_is_told_and_the_course_kept() -> None:
    rows = rows_of(sts(individual(2), f'<DIVISION CODE="6 A">{SERVICE}</DIVISION>'))
    assert len(of(SaidCourse, rows)) == 1
    (problem,) = told(rows, "teacher_unknown")
    assert (problem.who, problem.severity) == ("6 A", Severity.DOUBT)


def test_a_head_teacher_from_a_day_to_a_day() -> None:
    dated = (
        "<PROFS_PRINC><PROF_PRINC><CODE_STRUCTURE>6 A</CODE_STRUCTURE><DATE_DEBUT>2026-09-01</DATE_DEBUT>"
        "<DATE_FIN>2027-07-03</DATE_FIN></PROF_PRINC><PROF_PRINC><CODE_STRUCTURE>6 B</CODE_STRUCTURE>"
        "<DATE_DEBUT>2026-09-31</DATE_DEBUT></PROF_PRINC><PROF_PRINC><CODE_STRUCTURE>6 C</CODE_STRUCTURE>"
        "<DATE_DEBUT>2027-09-01</DATE_DEBUT><DATE_FIN>2026-09-01</DATE_FIN></PROF_PRINC></PROFS_PRINC>"
    )
    rows = rows_of(sts(individual(inner=dated)))
    first, second, _third = of(SaidStaff, rows)[0].heads
    assert (first.starts_on, first.ends_on) == (date(2026, 9, 1), date(2027, 7, 3))
    assert second.starts_on is None
    assert [problem.who for problem in told(rows, "date")] == ["CURIE Ève, STS 1"]
    assert told(rows, "days_order")


def test_sex_and_civility_may_be_anything() -> None:
    junk = individual(1, "<SEXE>?</SEXE><CIVILITE>9</CIVILITE>") + individual(
        2, "<SEXE>2</SEXE><CIVILITE>-</CIVILITE>"
    )
    rows = rows_of(sts(junk + individual(3, "<CIVILITE>3</CIVILITE>")))
    assert [(row.sex, row.civility) for row in of(SaidStaff, rows)] == [("", ""), ("F", "MME"), ("", "MME")]


def test_what_cannot_be_used_is_left_out() -> None:
    nameless = '<INDIVIDU ID="9"/><INDIVIDU><NOM_USAGE>X</NOM_USAGE></INDIVIDU>'
    divisions = '<DIVISION CODE="6 A"/><DIVISION CODE="6A"/><DIVISION/>'
    service = '<GROUPE CODE="G"><SERVICES><SERVICE/></SERVICES></GROUPE><GROUPE/>'
    rows = rows_of(sts(individual(1) + individual(1) + nameless, divisions, service))
    assert (len(of(SaidStaff, rows)), len(of(SaidDivision, rows)), len(of(SaidGroup, rows))) == (1, 1, 1)
    counts = {
        code: len(told(rows, code)) for code in ("staff", "staff_twice", "code", "code_twice", "service")
    }
    assert counts == {"staff": 2, "staff_twice": 1, "code": 2, "code_twice": 1, "service": 1}


def test_a_wrong_or_missing_school_is_told() -> None:
    assert told(rows_of(sts(uai="0999990X")), "uai_key")
    rows = rows_of(b"<STS_EDT><DONNEES/></STS_EDT>")
    assert told(rows, "uai_missing") and told(rows, "year_missing")
