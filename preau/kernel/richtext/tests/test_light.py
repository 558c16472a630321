"""The plain text field: what it shows of a rich text, and what comes back."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preau.kernel.richtext.clean import TooLong, clean
from preau.kernel.richtext.document import write
from preau.kernel.richtext.forms import Typed
from preau.kernel.richtext.light import from_light, light, loses, merged
from preau.kernel.richtext.reading import blocks_of
from preau.kernel.richtext.tests.strategies import MARKUP, WORDS

RICH = (
    '<h2>Sortie</h2><p class="align-center"><span class="ink-red">Rouge</span> et <u>souligné</u></p>'
    "<p>Une <strong>phrase</strong> avec <em>deux</em> mots.</p><ul><li><p>un</p><ol><li><p>deux</p></li></ol></li><li><p>trois</p></li></ul>"
    '<blockquote><p>Dit-il</p></blockquote><pre><code>a\n\n b</code></pre><table><tbody><tr><th><p>A</p></th><th><p>B</p></th></tr><tr><td><p>1</p></td><td><p>2</p></td></tr></tbody></table>'
    '<p>Soit <span data-tex="x^2"></span>, voir <a href="https://exemple.fr/">le site</a>.</p><div data-tex="\\frac{1}{2}"></div>'
    '<figure data-file="6f9619ff-8b86-4d01-b42d-00cf4fc964ff" data-alt="Plan"></figure><hr>'
)  # fmt: skip

SHOWN = """## Sortie

Rouge et __souligné__

Une **phrase** avec *deux* mots.

- un
  1. deux
- trois

> Dit-il

```
a

 b
```

| A | B |
|---|---|
| 1 | 2 |

Soit $x^2$, voir [le site](https://exemple.fr/).

$$\\frac{1}{2}$$

[[fichier 6f9619ff-8b86-4d01-b42d-00cf4fc964ff : Plan]]

---"""


def test_a_rich_text_reads_well_without_its_editor() -> None:
    assert light(blocks_of(RICH)) == SHOWN


def test_what_can_be_said_comes_back_as_it_was() -> None:
    without_colour = RICH.replace(' class="align-center"', "").replace(
        '<span class="ink-red">Rouge</span>', "Rouge"
    )
    assert write(from_light(SHOWN)) == without_colour
    assert not loses(blocks_of(without_colour))


def test_changing_one_paragraph_leaves_the_form_of_the_others() -> None:
    assert loses(blocks_of(RICH))
    typed = SHOWN.replace("phrase", "ligne").replace("\n", "\r\n")
    assert write(merged(typed, blocks_of(RICH))) == RICH.replace("phrase", "ligne")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Bonjour,\n\nÀ demain.", "<p>Bonjour,</p><p>À demain.</p>"),
        ("une ligne\nune autre", "<p>une ligne<br>une autre</p>"),
        ("Apporter :\n- un cahier\n- une trousse", "<p>Apporter :</p><ul><li><p>un cahier</p></li><li><p>une trousse</p></li></ul>"),
        ("3) trois\n4) quatre", '<ol start="3"><li><p>trois</p></li><li><p>quatre</p></li></ol>'),
        ("Voir https://exemple.fr/a?b=1.", '<p>Voir <a href="https://exemple.fr/a?b=1">https://exemple.fr/a?b=1</a>.</p>'),
        ("[clic](javascript:alert)", "<p>[clic](javascript:alert)</p>"),
        ("2 * 3 * 4 = 24", "<p>2 * 3 * 4 = 24</p>"),
        ("Cela coûte 5 $ ou 10 $.", "<p>Cela coûte 5 $ ou 10 $.</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("a < b", "<p>a &lt; b</p>"),
        ("**gras *et* plus**", "<p><strong>gras <em>et</em> plus</strong></p>"),
        ("\\*étoile\\*", "<p>*étoile*</p>"),
        ("", ""),
        ("   \n\n  ", ""),
    ],
)  # fmt: skip
def test_what_is_typed_without_a_script(typed: str, kept: str) -> None:
    assert write(from_light(typed)) == kept


@settings(max_examples=300, deadline=None)
@given(MARKUP)
def test_a_form_sent_back_untouched_changes_nothing(html: str) -> None:
    kept = clean(html).html
    assert write(merged(light(blocks_of(kept)), blocks_of(kept))) == kept


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200) | WORDS)
def test_anything_typed_is_kept_cleanly(text: str) -> None:
    made = write(from_light(text))
    assert clean(made).html == made


@pytest.mark.parametrize("text", ["**a " * 40_000, "[a](" * 40_000, "`a " * 50_000, "- a\n" * 40_000, "| a " * 40_000, "> " * 90_000, "$a " * 60_000, "#" * 190_000, "*" * 190_000, "~" * 190_000, "**a" * 60_000])  # fmt: skip
def test_text_made_to_take_long_takes_no_time(text: str) -> None:
    begun = time.process_time()
    with suppress(TooLong):
        from_light(text)
    assert time.process_time() - begun < 6


def test_thousands_of_the_same_paragraphs_are_compared_in_no_time() -> None:
    base = clean("<p class='align-center'>a</p>" * 5_000).html
    begun = time.process_time()
    made = write(merged("\n\n".join(["a"] * 5_000 + ["b"]), blocks_of(base)))
    assert time.process_time() - begun < 3
    assert made == f"{base}<p>b</p>"


def test_more_than_a_page_may_hold_is_not_even_read() -> None:
    begun = time.process_time()
    for typed in (Typed("**a " * 70_000, ""), Typed("a", "<p>a</p>" * 60_000)):
        with pytest.raises(TooLong):
            typed.read()
    assert time.process_time() - begun < 0.2


def test_a_line_of_signs_is_what_it_is() -> None:
    assert write(from_light("*" * 12 + " fin **gras**")) == f"<p>{'*' * 12} fin <strong>gras</strong></p>"
