"""Pupils, guardians, structures as SIECLE says them, and what is told of rows that are wrong."""

from datetime import date

import pytest

from preau.modules.directory.imports.problems import Severity
from preau.modules.directory.imports.said import (
    SaidAddress,
    SaidCharge,
    SaidDivision,
    SaidGroup,
    SaidGuardian,
    SaidMef,
    SaidOption,
    SaidPlace,
    SaidPupil,
    SaidSchool,
    SaidSubject,
)
from preau.modules.directory.tests.reading import (
    brought,
    charge,
    document,
    guardians,
    of,
    person,
    place,
    pupil,
    pupils,
    rows_of,
    sample,
    told,
)


def test_a_pupil_is_read_whole() -> None:
    _sources, _aside, rows = brought(sample("ElevesAvecAdresses.xml"))
    first, second, third = of(SaidPupil, rows)
    assert first == SaidPupil(
        line=11,
        external_id="901001",
        school_number="1001",
        ine="990000001AA",
        last_name="FICTIF-LŒUVRE",
        birth_name="FICTIF-LŒUVRE",
        first_name="Zoé",
        other_first_names=(),
        birth_date=date(2014, 3, 1),
        sex="F",
        mef="10010012110",
        level="",
        boarding="half",
        boarding_code="24",
        enters_on=date(2026, 9, 1),
        leaves_on=None,
        repeats=False,
        email="",
        home_phone="",
        mobile_phone="",
        work_phone="",
        takes_sms=False,
        address_id="700001",
    )
    assert (second.last_name, second.birth_name) == ("EXEMPLE-DUPONT", "EXEMPLE")
    assert third.leaves_on == date(2026, 9, 2)


def test_options_places_and_addresses_are_rows_of_their_own() -> None:
    _sources, _aside, rows = brought(sample("ElevesAvecAdresses.xml"))
    assert of(SaidOption, rows) == [SaidOption(91, "901001", 1, "030201", "O")]
    assert [(row.pupil_id, row.kind, row.code, row.key) for row in of(SaidPlace, rows)] == [
        ("901001", "division", "6 A", "6a"),
        ("901001", "group", "6LV1.ALL", "6lv1all"),
        ("901002", "division", "6 A", "6a"),
    ]
    assert of(SaidAddress, rows) == [SaidAddress(119, "700001", ("1 RUE FICTIVE",), "75012", "PARIS", "")]


@pytest.mark.parametrize("root", ["BEE_ELEVES", "BEE_EPHC_ELEVES"])
def test_old_exports_and_those_of_schools_without_contract_are_read(root: str) -> None:
    old = (
        "<ELEVE><ELEVE_ID>7</ELEVE_ID><ELENOET>07</ELENOET><NOM>D’ARTAGNAN</NOM><PRENOM>Anaïs</PRENOM>"
        "<INE_BEA>0123456789K</INE_BEA></ELEVE>"
    )
    rows = rows_of(pupils(old, root=root, declared="UTF-8"))
    (found,) = of(SaidPupil, rows)
    assert (found.external_id, found.school_number, found.ine) == ("7", "07", "0123456789K")
    assert (found.last_name, found.birth_name) == ("D’ARTAGNAN", "D’ARTAGNAN")


@pytest.mark.parametrize(
    "name",
    [
        "DE LA FONTAINE",
        "N'DIAYE",
        "L’HÉRITIER",
        "SAINT-JOHN PERSE",
        "O’",
        "ÑÚÑEZ ÅÄÖ",
        "X" * 60,
        "Ĳsselstein",
    ],
)
def test_names_of_all_kinds_pass_untouched(name: str) -> None:
    rows = rows_of(pupils(pupil(NOM_DE_FAMILLE=name), declared="UTF-8"))
    assert [row.last_name for row in of(SaidPupil, rows)] == [name]
    assert not told(rows, "name_signs")


def test_a_name_that_cannot_be_one_is_told_and_kept() -> None:
    rows = rows_of(pupils(pupil(1, PRENOM="???"), pupil(2, NOM_DE_FAMILLE="Y" * 120), pupil(3, PRENOM="")))
    assert [row.first_name for row in of(SaidPupil, rows)] == ["???", "Zoé", ""]
    assert [told(rows, code)[0].line for code in ("name_letters", "name_length", "first_name")] == [6, 7, 8]


@pytest.mark.parametrize(
    ("written", "is_sound"),
    [
        ("990000001AA", True),
        ("0123456789K", True),
        ("AB12CD34EF5", True),
        ("2026A12345B", True),
        ("2026D12345B", True),
        ("990 000 001 aa", True),
        ("99000001AA", False),
        ("990000001II", False),
        ("INCONNU", False),
    ],
)
def test_every_shape_of_ine_is_known_and_a_wrong_one_is_kept_and_told(written: str, is_sound: bool) -> None:
    rows = rows_of(pupils(pupil(ID_NATIONAL=written)))
    (found,) = of(SaidPupil, rows)
    assert found.ine == written.replace(" ", "").upper()
    assert (not told(rows, "ine_shape")) == is_sound


def test_two_pupils_with_one_ine_are_told_of_with_both_lines() -> None:
    rows = rows_of(pupils(pupil(1, ID_NATIONAL="990000001AA"), pupil(2), pupil(3, ID_NATIONAL="990000001aa")))
    assert len(of(SaidPupil, rows)) == 3
    (problem,) = told(rows, "ine_twice")
    assert (problem.line, problem.who) == (8, "DUPONT3 Zoé, INE 990000001AA")
    assert "DUPONT1 Zoé" in problem.cause and "ligne 6" in problem.cause


def test_a_pupil_given_twice_is_read_once() -> None:
    rows = rows_of(pupils(pupil(1), pupil(1, PRENOM="Autre"), pupil(2)))
    assert [row.first_name for row in of(SaidPupil, rows)] == ["Zoé", "Zoé"]
    (problem,) = told(rows, "pupil_twice")
    assert (problem.severity, problem.line) == (Severity.LEFT_OUT, 7)
    assert "ligne 6" in problem.cause


def test_a_pupil_without_name_or_number_is_left_out_and_the_others_are_read() -> None:
    rows = rows_of(pupils("<ELEVE><PRENOM>Zoé</PRENOM></ELEVE>", pupil(1, NOM_DE_FAMILLE=""), pupil(2)))
    assert len(of(SaidPupil, rows)) == 1
    assert [told(rows, code)[0].severity for code in ("pupil_id", "last_name")] == [Severity.LEFT_OUT] * 2


def test_a_pupil_in_no_class_is_told_of_at_the_end() -> None:
    places = place(1, "6 A") + place(2, "6LV1", kind="G")
    rows = rows_of(pupils(pupil(1), pupil(2), pupil(3, DATE_SORTIE="01/09/2026"), places=places))
    (problem,) = told(rows, "no_division")
    assert (problem.who, problem.line) == ("DUPONT2 Zoé, n° 902", 7)


def test_a_class_may_come_after_a_group() -> None:
    both = place(1, "6LV1", kind="G").replace("</STRUCTURES_ELEVE>", "") + place(1, "6 A").partition(">")[2]
    rows = rows_of(pupils(pupil(1), places=both))
    assert [row.kind for row in of(SaidPlace, rows)] == ["group", "division"]
    assert not told(rows, "no_division")


def test_a_file_from_before_the_classes_says_it_once() -> None:
    rows = rows_of(pupils(pupil(1), pupil(2), places=""))
    assert len(told(rows, "no_divisions")) == 1
    assert not told(rows, "no_division")


def test_a_half_written_place_is_left_out() -> None:
    rows = rows_of(pupils(pupil(1), places=place(1, "6 A") + place(1, "") + place(1, "X", kind="?")))
    assert len(of(SaidPlace, rows)) == 1
    assert len(told(rows, "place")) == 2


@pytest.mark.parametrize(
    ("day", "code"), [("01/09/2026", "left"), ("02/09/2026", "left"), ("30/11/2026", "leaves")]
)
def test_a_pupil_who_left_is_given_out_with_the_day_and_told_of(day: str, code: str) -> None:
    rows = rows_of(pupils(pupil(1, DATE_SORTIE=day)))
    assert of(SaidPupil, rows)[0].leaves_on
    assert [problem.severity for problem in told(rows, code)] == [Severity.REMARK]


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"DATE_NAISS": "31/02/2014"}, "date", "qui existe"),
        ({"DATE_NAISS": "03/25/2014"}, "date", "mois avant le jour"),
        ({"DATE_NAISS": "hier"}, "date", "qui existe"),
        ({"DATE_NAISS": "01/03/2026"}, "birth_date", "celle d’un élève"),
        ({"DATE_NAISS": "01/03/1914"}, "birth_date", "celle d’un élève"),
        ({"DATE_ENTREE": "05/09/2026", "DATE_SORTIE": "01/09/2026"}, "days_order", "avant l’entrée"),
        ({"CODE_REGIME": "Z9"}, "boarding", "« Z9 »"),
        ({"CODE_MEF": "6EME"}, "mef_shape", "onze signes"),
        ({"MEL": "zoe chez exemple"}, "email", "adresse électronique"),
        ({"TEL_PORTABLE": "demander à la mère"}, "phone", "gardé tel quel"),
        ({"DOUBLEMENT": "peut-être"}, "truth", "oui ou de non"),
    ],
)
def test_a_wrong_value_is_told_and_the_pupil_kept(fields: dict[str, str], code: str, words: str) -> None:
    rows = rows_of(pupils(pupil(1, **fields)))
    assert len(of(SaidPupil, rows)) == 1
    (problem,) = told(rows, code)
    assert problem.severity == Severity.DOUBT
    assert problem.who == "DUPONT1 Zoé, n° 901"
    assert words in problem.cause


@pytest.mark.parametrize("mef", ["10010012110", "1001001211U", "7409990D11A"])
def test_a_mef_may_end_in_letters(mef: str) -> None:
    rows = rows_of(pupils(pupil(1, CODE_MEF=mef)))
    assert of(SaidPupil, rows)[0].mef == mef
    assert not told(rows, "mef_shape")


# Guardians.


def test_guardians_and_their_charges_are_read() -> None:
    _sources, _aside, rows = brought(sample("ResponsablesAvecAdresses.xml"))
    ada, _blaise = of(SaidGuardian, rows)
    assert (ada.civility, ada.last_name, ada.mobile_phone) == ("MME", "FICTIF-LŒUVRE", "06 39 98 00 01")
    assert ada.shares_address is True
    assert [(row.pupil_id, row.guardian_id, row.level, row.kinship) for row in of(SaidCharge, rows)] == [
        ("901001", "800001", 1, "10"),
        ("901001", "800002", 1, "20"),
        ("901002", "800002", 1, "20"),
        ("901002", "800001", 3, "90"),
    ]
    first = of(SaidCharge, rows)[0]
    assert (first.houses, first.pays, first.receives_aid, first.called_first) == (True,) * 4


def test_files_from_before_2018_say_levels_and_kinships_in_their_own_way() -> None:
    old = {"NIVEAU_RESPONSABILITE": "", "RESP_FINANCIER": "1", "PERS_PAIMENT": "0", "PERS_CONTACT": "1"}
    charges = [
        charge(1, 1, RESP_LEGAL="1", CODE_PARENTE="1", **old),
        charge(1, 2, RESP_LEGAL="2", CODE_PARENTE="2", **old),
        charge(1, 3, RESP_LEGAL="0", CODE_PARENTE="4", **old),
    ]
    rows = rows_of(guardians([person(1), person(2), person(3)], charges))
    found = of(SaidCharge, rows)
    assert [(row.level, row.rank, row.kinship) for row in found] == [
        (1, 1, "20"),
        (1, 2, "10"),
        (3, None, "39"),
    ]
    assert (found[0].pays, found[0].receives_aid, found[0].called_first) == (True, False, True)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"NIVEAU_RESPONSABILITE": "9"}, "level"),
        ({"NIVEAU_RESPONSABILITE": ""}, "level"),
        ({"CODE_PARENTE": "99"}, "kinship"),
        ({"CODE_PARENTE": ""}, "kinship"),
        ({"HEBERGE_ELEVE": "?"}, "truth"),
    ],
)
def test_a_charge_that_is_not_clear_opens_nothing_and_is_told(fields: dict[str, str], code: str) -> None:
    rows = rows_of(guardians([person(1)], [charge(1, 1, **fields)]))
    (found,) = of(SaidCharge, rows)
    assert None in (found.level, found.houses) or not found.kinship
    assert [problem.who for problem in told(rows, code)] == ["responsable n° 801 de l’élève n° 901"]


def test_people_without_a_pupil_and_links_to_nobody_are_told_with_their_ids() -> None:
    rows = rows_of(guardians([person(1), person(2)], [charge(1, 1), charge(1, 3), charge(2, 3)]))
    assert len(of(SaidGuardian, rows)) == 2
    assert len(of(SaidCharge, rows)) == 3
    (alone,) = told(rows, "no_charge")
    assert (alone.severity, alone.who) == (Severity.REMARK, "MARTIN2 Ada, n° 802")
    assert ["n° 803" in problem.cause for problem in told(rows, "charge_to_nobody")] == [True, True]


def test_guardians_that_cannot_be_used_are_left_out() -> None:
    rows = rows_of(
        guardians(
            [person(1), person(1), person(2, NOM_DE_FAMILLE=""), "<PERSONNE><NOM>X</NOM></PERSONNE>"],
            [charge(1, 1), charge(1, 1, PERSONNE_ID=""), charge(1, 1, ELEVE_ID="")],
        )
    )
    assert (len(of(SaidGuardian, rows)), len(of(SaidCharge, rows))) == (1, 1)
    assert [len(told(rows, code)) for code in ("person", "person_twice", "charge")] == [2, 1, 2]


def test_a_service_of_the_state_answers_for_a_pupil_without_a_first_name() -> None:
    rows = rows_of(guardians([person(1, NOM_DE_FAMILLE="ASE", PRENOM="")], [charge(1, 1, CODE_PARENTE="51")]))
    assert [row.first_name for row in of(SaidGuardian, rows)] == [""]


def test_an_address_abroad_keeps_its_country_and_one_without_number_is_left_out() -> None:
    inner = (
        "<CODE_PAYS>109</CODE_PAYS><LL_PAYS>ALLEMAGNE</LL_PAYS><COMMUNE_ETRANGERE>KEHL</COMMUNE_ETRANGERE>"
    )
    rows = rows_of(
        document(
            "BEE_RESPONSABLES",
            f'<ADRESSES><ADRESSE ADRESSE_ID="1">{inner}</ADRESSE><ADRESSE>{inner}</ADRESSE></ADRESSES>',
        )
    )
    assert [(row.city, row.country) for row in of(SaidAddress, rows)] == [("KEHL", "ALLEMAGNE")]
    assert len(told(rows, "address_id")) == 1


# The school.


def test_structures_say_divisions_and_groups() -> None:
    _sources, _aside, rows = brought(sample("Structures.xml"))
    assert of(SaidDivision, rows) == [
        SaidDivision(11, "6 A", "6a", "SIXIEME A", "0999990W", ("10010012110",))
    ]
    assert of(SaidGroup, rows) == [SaidGroup(22, "6LV1.ALL", "6lv1all", "6EME ALLEMAND LV1", ("6 A",), ())]


def test_two_classes_that_differ_by_a_blank_are_one() -> None:
    rows = rows_of(
        document(
            "BEE_STRUCTURES",
            '<DIVISIONS><DIVISION CODE_STRUCTURE="6 A "/><DIVISION CODE_STRUCTURE="6A"/>'
            '<DIVISION CODE_STRUCTURE=" "/></DIVISIONS><GROUPES><GROUPE CODE_STRUCTURE="6A"/></GROUPES>',
        )
    )
    assert [(row.code, row.label) for row in of(SaidDivision, rows)] == [("6 A", "6 A")]
    assert [row.code for row in of(SaidGroup, rows)] == ["6A"]
    assert [len(told(rows, code)) for code in ("code_twice", "code")] == [1, 1]


def test_the_nomenclature_says_subjects_and_courses_of_study_without_their_padding() -> None:
    _sources, _aside, rows = brought(sample("Nomenclature.xml"))
    assert of(SaidSubject, rows) == [SaidSubject(31, "030201", "AGL1", "ANGLAIS LV1", "Anglais lv1")]
    (mef,) = of(SaidMef, rows)
    assert (mef.code, mef.label, mef.statistics_code) == ("10010012110", "6ème", "21110010012")
    padded = rows_of(
        document(
            "BEE_NOMENCLATURES",
            '<MEFS><MEF CODE_MEF="10010012110"><LIBELLE_EDITION>6EME      </LIBELLE_EDITION></MEF><MEF/></MEFS>'
            "<MATIERES><MATIERE/></MATIERES>",
        )
    )
    assert [row.label for row in of(SaidMef, padded)] == ["6EME"]
    assert [len(told(padded, code)) for code in ("mef_code", "subject_code")] == [1, 1]


def test_the_school_says_its_year() -> None:
    _sources, _aside, rows = brought(sample("Communs.xml"))
    (school,) = of(SaidSchool, rows)
    assert (school.uai, school.name, school.phone) == ("0999990W", "COLLEGE FICTIF", "01 99 00 00 01")
    assert (school.starts_on, school.ends_on) == (date(2026, 9, 1), date(2027, 7, 3))
    turned = document(
        "BEE_COMMUN",
        "<ANNEE_SCOLAIRE><DATE_DEBUT_ELEVE>03/07/2027</DATE_DEBUT_ELEVE>"
        "<DATE_FIN_ELEVE>01/09/2026</DATE_FIN_ELEVE></ANNEE_SCOLAIRE>",
    )
    assert told(rows_of(turned), "days_order")
