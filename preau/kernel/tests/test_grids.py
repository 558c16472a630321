import pytest
from django import forms
from django.template.loader import render_to_string

from preau.kernel.ui.fields import ScaledField
from preau.kernel.ui.grids import LONGEST_TYPED, Column, Grid, Row

MARK = ScaledField(lowest=0, highest=2000, required=False)
COLUMNS = [
    Column("t1", "Contrôle", MARK, "0 à 20, abs", codes=("abs",)),
    Column("word", "Appréciation", forms.CharField(required=False, max_length=10)),
]
ROWS = [Row("a", "Zoé Ba", "née le 3 mai"), Row("b", "<b>Léa</b>")]
STOOD = {("a", "t1"): 1250, ("b", "t1"): "abs"}


def grid(data=None, rows=ROWS):
    return Grid("Notes", COLUMNS, rows, STOOD, data)


def typed(**cells):
    return {f"cell.{name.replace('_', '.')}": value for name, value in cells.items()}


def html(shown):
    faults = list(shown.faults) if shown.data is not None else []
    return render_to_string("ui/_grid.html", {"grid": shown, "id": "grid-1", "errors": faults})


def test_what_stands_there_is_shown_as_it_is_written():
    assert [cell.typed for cell in grid().cells] == ["12,5", "", "abs", ""]


def test_what_is_typed_is_read_column_by_column():
    sent = grid(typed(a_t1="14", a_word="Bien", b_t1="ABS ", b_word=""))

    assert sent.is_valid()
    assert sent.cleaned == {("a", "t1"): 1400, ("a", "word"): "Bien", ("b", "t1"): "abs", ("b", "word"): ""}
    assert sent.changed == {("a", "t1"): 1400, ("a", "word"): "Bien"}


def test_an_emptied_cell_is_a_change_and_a_cell_that_was_not_sent_is_none():
    sent = grid(typed(a_t1=""))

    assert sent.changed == {("a", "t1"): None}


def test_one_refused_cell_refuses_nothing_of_the_others_and_loses_nothing():
    sent = grid(typed(a_t1="douze", b_t1="15", b_word="Bien trop long"))

    assert not sent.is_valid()
    assert sent.cleaned == {("b", "t1"): 1500}
    assert [cell.typed for cell in sent.cells] == ["douze", "", "15", "Bien trop long"]
    assert [fault.target for fault in sent.faults] == ["cell-a-t1", "cell-b-word"]
    assert [fault.label for fault in sent.faults] == ["Zoé Ba, Contrôle", "<b>Léa</b>, Appréciation"]


def test_a_refused_cell_is_marked_named_and_tied_to_its_words():
    page = html(grid(typed(a_t1="21")))

    assert 'aria-invalid="true" aria-describedby="cell-a-t1-error"' in page
    assert "Pas plus de 20" in page
    assert 'href="#cell-a-t1"' in page
    assert page.count("aria-invalid") == 1


def test_what_was_typed_for_somebody_who_left_is_shown_and_not_lost():
    sent = grid(typed(a_t1="14", gone_t1="17,5"))

    assert not sent.is_valid()
    assert sent.strays == ["17,5"]
    assert "17,5" in sent.general[0]


@pytest.mark.parametrize("name", ["cell.zz.t1", "cell.a.zz", "cell.a.t1.x", "cell.", "cell", "a.t1"])
def test_a_cell_the_page_did_not_declare_is_never_read(name):
    sent = grid({name: "14"})

    assert sent.cleaned == {}
    assert sent.changed == {}


def test_what_is_typed_and_the_names_are_escaped_and_cut():
    sent = grid(typed(a_t1='"><script>', b_word="\x00" + "x" * 900))
    page = html(sent)

    assert "<script>" not in page
    assert "<b>Léa" not in page
    assert max(len(cell.typed) for cell in sent.cells) == LONGEST_TYPED
    assert "\x00" not in page


def test_every_cell_has_a_name_of_its_own_that_says_whose_it_is():
    page = html(grid())

    assert 'aria-label="Zoé Ba (née le 3 mai), Contrôle"' in page
    assert page.count("<input") == 4
    assert 'data-highest="2000"' in page


def test_a_grid_that_was_not_sent_is_not_valid():
    assert not grid().is_valid()
    assert grid(rows=[]).cells == []
