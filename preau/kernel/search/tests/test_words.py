import pytest

from preau.kernel.search.words import LONGEST_WORD, MOST_WORDS, code_words, marked, name_words, read


@pytest.mark.parametrize(
    ("name", "found_as"),
    [
        ("Durand", {"durand"}),
        ("Le Goff", {"le", "goff", "legoff"}),
        ("de La Tour", {"de", "la", "tour", "delatour", "latour"}),
        ("N’Diaye", {"n", "diaye", "ndiaye"}),
        ("D'Arc", {"d", "arc", "darc"}),
        ("Jean-Pierre", {"jean", "pierre", "jeanpierre"}),
        ("Lœtitia Æbi", {"loetitia", "aebi", "loetitiaaebi"}),
        ("Ёлка", {"елка"}),
        ("😀", set()),
    ],
)
def test_a_name_is_found_by_its_words_and_written_together(name: str, found_as: set[str]) -> None:
    assert set(name_words(name)) == found_as


@pytest.mark.parametrize(
    ("code", "found_as", "not_as"),
    [
        ("4B", {"4b"}, {"b"}),
        ("4e B", {"4b", "4eb", "4e"}, {"b"}),
        ("6E1", {"6e1", "61"}, {"1"}),
        ("2nde 3", {"23", "2nde3", "2nde"}, {"3"}),
        ("Terminale 3", {"terminale3", "terminale"}, {"3"}),
        ("4e allemand LV2", {"allemand", "lv2", "4e"}, {"4allemandlv2"}),
    ],
)
def test_a_class_is_found_however_its_code_is_written(
    code: str, found_as: set[str], not_as: set[str]
) -> None:
    assert found_as <= set(code_words(code))
    assert not_as.isdisjoint(code_words(code))


@pytest.mark.parametrize(
    ("typed", "slots"),
    [
        ("Durand", (("durand",),)),
        ("  DURAND   lina ", (("durand",), ("lina",))),
        ("4 b", (("4b",),)),
        ("4B", (("4b",),)),
        ("6 E 1", (("6e1",), ("61",))),
        ("4ème B", (("4emeb",), ("4b",))),
        ("4e", (("4e",),)),
    ],
)
def test_what_is_typed_becomes_words(typed: str, slots: tuple[tuple[str, ...], ...]) -> None:
    ways = read(typed).slots
    if len(ways) == 1:
        assert ways[0] == slots
    else:
        assert tuple(slot[0] for slot in ways) == slots


def test_a_particle_may_be_written_apart_or_not() -> None:
    assert read("le goff").slots == ((("goff",), ("legoff",)),)
    assert read("n'diaye").slots == ((("n", "diaye"), ("ndiaye",)),)


def test_what_follows_in_one_letter_may_belong_to_the_word_before() -> None:
    assert read("Terminale 3").slots == ((("terminale", "3"), ("terminale3",)),)


def test_small_words_between_others_are_not_asked_for() -> None:
    assert read("Mme Durand").words == ("durand",)
    assert read("élèves de la 4B").words[0] == "eleves"


def test_a_small_word_that_is_being_typed_is_a_beginning() -> None:
    assert read("Lina De").words == ("lina", "de")
    assert read("la").words == ("la",)


@pytest.mark.parametrize("typed", ["", "   ", "'\"*:()-", "😀🎉", "\x00\x01", "\u202e\u200f", "%_", "…"])
def test_signs_alone_ask_for_nothing(typed: str) -> None:
    assert not read(typed)


@pytest.mark.parametrize(
    "typed", ['a" OR "b', "durand NOT lina", "NEAR(a b)", "words : x", "a*", "^a", "'':*A & !b", "a\\", "{x}"]
)
def test_operators_are_words(typed: str) -> None:
    assert all(word.isalnum() for word in read(typed).every_word)


def test_a_very_long_text_is_read_as_far_as_it_helps() -> None:
    assert len(read("abcdef " * 600).slots) <= MOST_WORDS
    assert len(read("x" * 4000).words[0]) == LONGEST_WORD


@pytest.mark.parametrize(
    ("text", "typed", "html"),
    [
        ("DURAND Lina", "dur", "<mark>DUR</mark>AND Lina"),
        ("Lœtitia", "loet", "<mark>Lœt</mark>itia"),
        ("Lœtitia", "lo", "<mark>Lœ</mark>titia"),
        ("N’Diaye", "ndi", "<mark>N’Di</mark>aye"),
        ("Le Goff", "goff", "Le <mark>Goff</mark>"),
        ("Élève · 4e B", "4b", "Élève · <mark>4e B</mark>"),
        ("Jean-Pierre", "pie", "Jean-<mark>Pie</mark>rre"),
        ("<b>Durand</b>", "dur", "&lt;b&gt;<mark>Dur</mark>and&lt;/b&gt;"),
        ("a & <script>", "script", "a &amp; &lt;<mark>script</mark>&gt;"),
        ("Durand", "mark", "Durand"),
    ],
)
def test_what_was_typed_is_marked_and_everything_is_escaped(text: str, typed: str, html: str) -> None:
    assert marked(text, read(typed)) == html
