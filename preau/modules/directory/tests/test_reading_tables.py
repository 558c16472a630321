"""Tables: what their columns are taken for, what a person may change, what rows become."""

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.modules.directory.imports.columns import FIELDS, TableKind, TableMapping, header_key
from preau.modules.directory.imports.formats import Kind
from preau.modules.directory.imports.opening import opened
from preau.modules.directory.imports.problems import FileRefused, Severity
from preau.modules.directory.imports.said import (
    Row,
    SaidAddress,
    SaidCharge,
    SaidChild,
    SaidGuardian,
    SaidPlace,
    SaidPupil,
    SaidStaff,
)
from preau.modules.directory.tests.reading import brought, of, reason, rows_of, sample, told


def table(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def read(*lines: str, encoding: str = "utf-8") -> list[Row]:
    return rows_of(table(*lines, encoding=encoding), "liste.csv")


def test_the_three_tables_of_onde_are_read() -> None:
    onde = [
        sample(f"handmade_ONDE_CSVExtraction-{name}.csv")
        for name in ("eleves", "responsables", "enseignants")
    ]
    _sources, _aside, rows = brought(*onde)
    (zoe,) = of(SaidPupil, rows)
    assert (zoe.external_id, zoe.level, zoe.sex) == ("=fictif|zoe|2018 05 17", "CE1", "F")
    assert [(row.code, row.pupil_id) for row in of(SaidPlace, rows)] == [("CE1 A", zoe.external_id)]
    (ada,) = of(SaidGuardian, rows)
    assert (ada.civility, ada.mobile_phone) == ("MME", "06 39 98 00 01")
    assert [row.child for row in of(SaidCharge, rows)] == [
        SaidChild("FICTIF", "FICTIF", "Zoé", "CE1 A"),
        SaidChild("FICTIF", "FICTIF", "Noé", "CP"),
    ]
    assert [(row.last_name, row.function, row.divisions) for row in of(SaidStaff, rows)] == [
        ("MAITRESSE", "", ("CE1 A",))
    ]
    (unread,) = told(rows, "columns")
    assert "Décision de passage" in unread.cause and "Cycle" in unread.cause


def test_the_table_of_agricultural_schools_knows_pupils_by_their_ine() -> None:
    _sources, _aside, rows = brought(sample("handmade_pix_siecle_sco_agri.csv"))
    (zoe,) = of(SaidPupil, rows)
    assert (zoe.external_id, zoe.ine, zoe.mef) == ("990000001AA", "990000001AA", "20010019110")


@pytest.mark.parametrize("delimiter", [";", "\t", ",", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-15", "cp1252", "utf-16"])
def test_delimiters_and_encodings_are_found_out(delimiter: str, encoding: str) -> None:
    lines = ("Nom;Prénom;Classe", "LŒUVRE;Zoé;6 A", '"D;UPONT";Noël;"6;B"')
    content = table(*(line.replace(";", delimiter) for line in lines), encoding=encoding)
    rows = rows_of(content)
    assert [(row.last_name, row.first_name) for row in of(SaidPupil, rows)] == [
        ("LŒUVRE", "Zoé"),
        (f"D{delimiter}UPONT".replace("\t", " "), "Noël"),
    ]


def test_the_line_excel_puts_before_the_headers_is_no_header() -> None:
    rows = read("sep=;", "Nom;Prénom;Classe", "DUPONT;Zoé;6 A")
    assert [(row.line, row.last_name) for row in of(SaidPupil, rows)] == [(3, "DUPONT")]


def test_columns_may_be_there_several_times_and_at_the_end_empty() -> None:
    rows = read(
        "Id;Nom;Prénom;Classe;Classe;Groupes;;",
        '1;DUPONT;Zoé;6 A;6 B;"G1, G2|G1";;',
        ";;;;;;;",
        "2;MARTIN;Léo;6 A",
    )
    assert [(row.pupil_id, row.kind, row.code) for row in of(SaidPlace, rows)] == [
        ("1", "division", "6 A"),
        ("1", "division", "6 B"),
        ("1", "group", "G1"),
        ("1", "group", "G2"),
        ("2", "division", "6 A"),
    ]
    assert not told(rows, "cells")


def test_a_guardian_has_the_children_of_all_the_columns() -> None:
    rows = read(
        "Id;Nom;Prénom;Civilité;Childexternalid;Childexternalid;Lien",
        "7;MARTIN;Ada;Mme;901;902;mère",
        "8;MARTIN;Guy;M.;901;;20",
        "8;MARTIN;Guy;M.;902;;voisin",
        "9;SEUL;Jean;M;;;",
    )
    assert [(row.guardian_id, row.pupil_id, row.child, row.kinship) for row in of(SaidCharge, rows)] == [
        ("7", "901", None, "10"),
        ("7", "902", None, "10"),
        ("8", "901", None, "20"),
        ("8", "902", None, ""),
    ]
    assert [row.external_id for row in of(SaidGuardian, rows)] == ["7", "8", "9"]
    assert [problem.who for problem in told(rows, "no_charge")] == ["SEUL Jean"]
    assert told(rows, "kinship")


def test_staff_say_their_function_their_subjects_and_their_classes() -> None:
    rows = read(
        "Nom;Nom d’usage;Prénom;Fonction;Directeur;Matière enseignée;Professeur principal;Classe",
        "CURIE;JOLIOT;Ève;ENS;non;Physique, Chimie;3 A;3 A",
        "FERRY;;Jules;;oui;;;",
    )
    eve, jules = of(SaidStaff, rows)
    assert (eve.last_name, eve.birth_name) == ("JOLIOT", "CURIE")
    assert [each.label for each in eve.disciplines] == ["Physique", "Chimie"]
    assert ([each.key for each in eve.heads], eve.divisions) == (["3a"], ("3 A",))
    assert jules.function == "DIR"


def test_what_a_spreadsheet_does_to_numbers_is_undone() -> None:
    rows = read(
        "Nom;Prénom;Classe;Téléphone;Portable;CP;Ville",
        'DUPONT;Zoé;6A;612345678;"=""0612345679""";1000;Bourg',
    )
    (zoe,) = of(SaidPupil, rows)
    assert (zoe.home_phone, zoe.mobile_phone) == ("06 12 34 56 78", "06 12 34 56 79")
    assert [row.postal_code for row in of(SaidAddress, rows)] == ["01000"]


def test_a_made_id_is_the_same_from_one_export_to_the_next() -> None:
    (first,) = of(SaidPupil, read("Nom;Prénom;Né(e) le;Classe", "L'HÉRITIER;Zoé;01/03/2014;6A"))
    (again,) = of(SaidPupil, read("Classe,Nom,Prénom,Date de naissance", "5B,L’Héritier,ZOE,2014-03-01"))
    assert first.external_id == again.external_id == "=l heritier|zoe|2014 03 01"


def test_rows_that_are_wrong_are_told_and_the_others_read() -> None:
    rows = read(
        "INE;Nom;Prénom;Date de naissance;Classe",
        "990000001AA;DUPONT;Zoé;31/02/2014;6A",
        "990000001AA;MARTIN;Léo;01/03/2014;",
        ";;Sans;01/03/2014;6A",
        ";DURAND;Lou;01/03/2014;6A",
        ";Durand;LOU;01/03/2014;6A",
        "INE;Nom;Prénom;Date de naissance;Classe",
        "123;PETIT;Ana;01/03/2014;6A;de trop",
    )
    assert [row.last_name for row in of(SaidPupil, rows)] == ["DUPONT", "MARTIN", "DURAND", "PETIT"]
    lines = {
        problem.code: problem.line
        for code in ("date", "ine_twice", "no_division", "last_name", "row_twice", "cells", "ine_shape")
        for problem in told(rows, code)
    }
    assert lines == {
        "date": 2,
        "ine_twice": 3,
        "no_division": 3,
        "last_name": 4,
        "row_twice": 6,
        "cells": 8,
        "ine_shape": 8,
    }
    assert told(rows, "ine_twice")[0].who == "MARTIN Léo, INE 990000001AA"
    assert told(rows, "row_twice")[0].severity == Severity.LEFT_OUT


def test_a_cell_may_hold_several_lines_and_the_lines_after_it_are_counted_right() -> None:
    rows = read("Nom;Prénom;Classe;Adresse", 'DUPONT;Zoé;6A;"1 rue Fictive', 'Bâtiment B"', "MARTIN;Léo;6A;")
    assert [row.lines for row in of(SaidAddress, rows)] == [("1 rue Fictive", "Bâtiment B")]
    assert [row.line for row in of(SaidPupil, rows)] == [2, 4]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("Nom;Prénom;Classe", 'DUPONT;"Zoé;6A', "MARTIN;Léo;6A"), "Ligne 2"),
        (("Nom;Prénom", 'DUPONT;"Zo"é"'), "Ligne 2"),
        (("x" * 200_000, "a;b"), "démesurément longue"),
        (("Nom;Prénom", "a" * 80_000 + ";" + "b" * 80_000), "démesurément longue"),
        ((";" * 600 + "a", "b"), "noms de colonnes"),
    ],
)
def test_a_table_nobody_can_read_is_left_aside_before_a_row_is(lines: tuple[str, ...], words: str) -> None:
    assert words in reason(table(*lines))


# Columns.


def test_a_table_without_names_is_opened_and_refused_until_a_person_says_which_they_are() -> None:
    content = table("A;B;C", "DUPONT;Zoé;6A")
    with opened([("x.csv", BytesIO(content))]) as found:
        (source,) = found.sources
        assert source.mapping
        assert source.mapping.unknown == ("A", "B", "C")
        with pytest.raises(FileRefused, match="« nom de famille », « prénom »"):
            list(source.rows())
        mapping = (
            source.mapping.with_column(0, "birth_name")
            .with_column(1, "first_name")
            .with_column(2, "division")
        )
        rows = list(source.with_mapping(mapping).rows())
        assert [(row.last_name, row.first_name) for row in of(SaidPupil, rows)] == [("DUPONT", "Zoé")]
        staff = source.with_mapping(
            mapping.with_kind(TableKind.STAFF).with_column(0, "last_name").with_column(1, "first_name")
        )
        assert (staff.kind, len(of(SaidStaff, staff.rows()))) == (Kind.TABLE_STAFF, 1)


def test_a_correction_is_kept_for_the_next_table_of_these_columns() -> None:
    first = TableMapping.guessed(["Nom", "Prénom", "Section", "Section", "Classe"])
    corrected = first.with_column(2, "division").with_column(4, "group")
    kept = corrected.to_json()
    next_time = TableMapping.guessed(["NOM *", "Classe", "Prénom", "Courriel", "section"]).remembered(kept)
    assert [column.field for column in next_time.columns] == [
        "birth_name",
        "group",
        "first_name",
        "email",
        "division",
    ]
    assert (
        TableMapping.guessed(["Nom", "Prénom", "Section", "Section", "Classe"]).remembered(kept) == corrected
    )


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{",
        "[]",
        "null",
        '{"kind": "x", "columns": []}',
        '{"kind": "staff", "columns": [1]}',
        '{"kind": "staff", "columns": [["a", "b", "c"]]}',
    ],
)
def test_what_was_not_kept_by_us_changes_nothing(kept: str) -> None:
    mapping = TableMapping.guessed(["Nom", "Prénom"])
    assert mapping.remembered(kept) == mapping


def test_a_column_taken_twice_counts_once_and_a_field_of_another_table_not_at_all() -> None:
    mapping = TableMapping.guessed(["Nom", "Nom de famille", "Prénom", "Fonction", "INE"])
    assert mapping.kind == TableKind.STAFF
    assert [column.field for column in mapping.columns] == ["birth_name", "", "first_name", "function", ""]
    moved = mapping.with_column(1, "birth_name")
    assert [column.field for column in moved.columns][:2] == ["", "birth_name"]
    assert mapping.with_column(4, "ine").columns[4].field == ""


@pytest.mark.parametrize(
    "header",
    [
        "Date de naissance (jj/mm/aaaa)*",
        "DATE DE NAISSANCE",
        " date-de-naissance ",
        "Né(e) le",
        "Date naissance",
    ],
)
def test_headers_are_matched_without_accents_blanks_and_signs(header: str) -> None:
    assert TableMapping.guessed(["Nom", header]).columns[1].field == "birth_date"


@given(st.lists(st.text(max_size=15), min_size=1, max_size=12), st.sampled_from(TableKind))
def test_any_headers_make_a_mapping_that_can_be_kept(headers: list[str], kind: TableKind) -> None:
    mapping = TableMapping.guessed(headers).with_kind(kind)
    assert {column.field for column in mapping.columns} <= {"", *FIELDS[kind]}
    assert mapping.remembered(mapping.to_json()) == mapping
    assert header_key(headers[0]) == header_key(header_key(headers[0]))
    assert replace(mapping) == mapping
