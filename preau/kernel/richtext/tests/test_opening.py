from preau.kernel.richtext.templatetags.rich import opening


def test_a_list_reads_as_a_sentence():
    text = "À rendre au secrétariat.\n\nOrdre de passage\n\n- lundi : 6e\n- mardi : 5e\n\n1. Cherchez."
    assert opening(text) == "À rendre au secrétariat. Ordre de passage · lundi : 6e · mardi : 5e · Cherchez."


def test_a_table_and_a_formula_are_left_out():
    text = "L’énigme :\n\n> Un entier ?\n\n\\frac{n}{2}\n\nHeure | Où\n9 h | Préau\n\nDéposez-la."
    assert opening(text) == "L’énigme : Un entier ? Déposez-la."


def test_a_text_of_signs_only_says_nothing():
    assert opening("") == opening("\n\n") == opening("a | b\n\\alpha") == ""
