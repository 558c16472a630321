"""Names as they are compared and sorted."""

import pytest

from preau.kernel.names import folded, printable, search_name, sort_name


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("D’Œuvre", "d oeuvre"),
        ("Éléonore-Maëlys", "eleonore maelys"),
        ("Łukasz ĐẶNG", "lukasz dang"),
        ("Yıldız", "yildiz"),
        ("  N'Diaye ", "n diaye"),
        ("日本", "日本"),
        ("…", ""),
    ],
)
def test_accents_capitals_and_signs_do_not_count(text, plain):
    assert folded(text) == plain


def test_people_are_sorted_by_name_then_first_name_whatever_the_blanks():
    people = [("Durandin", "Al"), ("Durand", "Zoé"), ("d’Urand", "Abel"), ("Du Rand", "Basile")]
    keys = sorted(sort_name(*person) for person in people)
    assert keys == ["durand0abel", "durand0basile", "durand0zoe", "durandin0al"]


@pytest.mark.parametrize("typed", ["ndi", "diaye", "mari", "n diaye", "claire"])
def test_a_name_is_found_by_the_beginning_of_any_word_with_or_without_its_apostrophe(typed):
    kept = search_name("N’Diaye", "Marie-Claire")
    assert all(f" {word}" in kept for word in search_name(typed).split())


def test_a_name_does_not_turn_its_line_round():
    assert printable("Le\u202e Goff\u2066\n") == "Le Goff"
