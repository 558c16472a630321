"""Classic ways of getting a script into a page, each cleaned and shown."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from preau.kernel.richtext import allowed
from preau.kernel.richtext.clean import clean
from preau.kernel.richtext.render import shown

PAYLOADS = Path(__file__).with_name("attacks.txt").read_text().splitlines()

_SHOWN_ATTRIBUTES = {
    "class", "href", "rel", "start", "colspan", "rowspan", "scope", "role", "tabindex", "aria-label",
    "alttext", "display", "mathvariant", "stretchy", "fence", "form",
}  # fmt: skip
_SHOWN_TAGS = allowed.TAGS | {"math", "mrow", "mi", "mn", "mo", "mtext", "msup", "mfrac"}
_SHOWN_CLASSES = re.compile(r"rich(__[a-z]+)?|ink-[a-z]+|tint-[a-z]+|align-(center|end)")


class _Reader(HTMLParser):
    """A page as a browser takes it: which elements, which attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    "around", ["{}", "<table><tr><td>{}<td>x</table>", "<ul><li><b>{}", "<svg>{}", "<math>{}"]
)
def test_nothing_of_an_attack_reaches_a_page(payload: str, around: str) -> None:
    kept = clean(around.format(payload)).html
    assert clean(kept).html == kept
    page = _Reader()
    page.feed(shown(kept))
    for tag, attrs in page.found:
        assert tag in _SHOWN_TAGS, tag
        assert set(attrs) <= _SHOWN_ATTRIBUTES, attrs
        assert all(_SHOWN_CLASSES.fullmatch(name) for name in (attrs.get("class") or "").split()), attrs
        if "href" in attrs:
            assert re.match(r"(https?|mailto|tel):|/(?![/\\\s])", attrs["href"] or ""), attrs


def test_there_are_enough_of_them() -> None:
    assert len(set(PAYLOADS)) >= 100


@pytest.mark.parametrize(
    "html", ["<script>alert(1)</script>", "<p onclick=x>a</p>", '<a href="javascript:x">a</a>']
)
def test_a_row_changed_by_hand_is_cleaned_on_its_way_to_the_page(html: str) -> None:
    assert not re.search("script|onclick", shown(html))
