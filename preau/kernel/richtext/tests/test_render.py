"""What is kept, and what is shown of it."""

import time
from uuid import UUID

import pytest

from preau.kernel.richtext import files
from preau.kernel.richtext.allowed import MOST_DRAWN
from preau.kernel.richtext.clean import clean
from preau.kernel.richtext.files import ShownFile
from preau.kernel.richtext.formulas import LONGEST_FORMULA, NotAFormula, mathml
from preau.kernel.richtext.render import formula, shown

PLAN = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
FIGURE = f'<figure data-file="{PLAN}" data-alt="Plan d’accès"></figure>'


def test_a_formula_becomes_mathml_that_keeps_its_source() -> None:
    page = shown(clean(r'<p>Soit <span data-tex="\frac{1}{2}"></span></p>').html)
    assert '<math display="inline" alttext="\\frac{1}{2}"><mrow><mfrac>' in page


def test_what_is_not_tex_shows_its_source() -> None:
    assert formula(r"\frac{") == r'<code class="rich__tex">\frac{</code>'
    assert formula("<b>") != "<b>"


@pytest.mark.parametrize(
    "tex",
    ["{" * 400 + "x" + "}" * 400, r"\frac" * 200, r"\left(" * 140, "x" * (LONGEST_FORMULA + 1), "", r"\begin{matrix}" * 70],
)  # fmt: skip
def test_a_formula_made_to_break_is_refused(tex: str) -> None:
    with pytest.raises(NotAFormula):
        mathml(tex)


def test_markup_inside_a_formula_is_text_or_nothing() -> None:
    for tex in (r"\text{<script>alert(1)</script>}", r"\href{javascript:alert(1)}{x}", r"\style{x:y}{a}"):
        made = formula(tex)
        assert "<script" not in made and "href=" not in made and " style=" not in made


def test_a_text_of_nothing_but_formulas_is_shown_in_no_time() -> None:
    kept = clean("".join(f"<span data-tex='{number}{'^a_b' * 200}'></span>" for number in range(230))).html
    begun = time.process_time()
    page = shown(kept)
    assert time.process_time() - begun < 2
    assert page.count("<math") == MOST_DRAWN // 803 and page.count("rich__tex") == 230 - MOST_DRAWN // 803


def test_links_to_elsewhere_are_marked_and_give_nothing_away() -> None:
    page = shown(clean('<p><a href="https://exemple.fr">x</a> <a href="/groups/">y</a></p>').html)
    assert '<a class="rich__outside" href="https://exemple.fr" rel="noopener nofollow ugc">' in page
    assert '<a href="/groups/">' in page


def test_a_table_scrolls_by_itself_and_its_heads_say_of_what() -> None:
    page = shown(clean("<table><tr><th>A<th>B<tr><th>c<td>1</table>").html)
    assert 'role="region" tabindex="0"' in page
    assert page.count('scope="col"') == 2 and page.count('scope="row"') == 1


def test_a_file_nobody_resolves_says_so() -> None:
    assert "pas, ou plus, disponible" in shown(FIGURE)


def test_a_file_is_shown_as_its_resolver_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def resolve(actor: object, ids: object) -> dict[UUID, ShownFile]:
        asked.append(ids)
        return {
            PLAN: ShownFile('plan".png', "/files/plan", preview="/files/plan/small", width=640, height=480)
        }

    monkeypatch.setattr(files, "_resolver", resolve)
    page = shown(FIGURE * 2)
    assert asked == [{PLAN}]
    assert '<img src="/files/plan/small" alt="Plan d’accès" loading="lazy" width="640" height="480">' in page


def test_nothing_is_nothing() -> None:
    assert shown("") == ""
