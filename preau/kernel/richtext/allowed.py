"""What a rich text may hold. This list is the only one: the sanitiser reads it, the editor's schema
is made from it (`frontend/editor/allowed.json` is its copy), and the guide is printed from it."""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from preau.kernel.rules import RuleBroken

# Names, not values: each has one colour on a light ground and one on a dark.
INKS: Final = ("red", "orange", "green", "blue", "purple")
TINTS: Final = ("yellow", "green", "blue", "pink")
ALIGNMENTS: Final = ("center", "end")
HEADINGS: Final = (2, 3, 4)  # the page's title is the first

SCHEMES: Final = ("http", "https", "mailto", "tel")

LONGEST_PASTE: Final = 2_000_000  # characters sent
LONGEST_TEXT: Final = 200_000  # bytes kept
LONGEST_TYPED: Final = 250_000  # characters in the plain field: a text as long as may be, and its signs
MOST_ELEMENTS: Final = 60_000  # of what is sent: a novel pasted from a word processor has fewer
LONGEST_ADDRESS: Final = 2_000
LONGEST_FORMULA: Final = 1_000
MOST_DRAWN: Final = 40_000  # characters of formulas in one text: what goes on behind shows its source
LONGEST_CAPTION: Final = 300
DEEPEST: Final = 8  # lists in lists, quotes in quotes
WIDEST_TABLE: Final = 50
LONGEST_TABLE: Final = 1_000

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SPAN = r"[2-9]|[1-4][0-9]|50"
_ALIGN = {"class": "|".join(f"align-{name}" for name in ALIGNMENTS)}
_TEX = rf"(?s:.{{1,{LONGEST_FORMULA}}})"


class TooLong(RuleBroken):
    """422: the text is longer than one page may be."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(
            message
            or _(
                "Ce texte est trop long pour une seule page. Joignez-le plutôt comme fichier,"
                " ou partagez-le en plusieurs."
            )
        )


@dataclass(frozen=True)
class Element:
    """`attributes`: name -> the pattern its whole value must match. `holds`: what may stand in it."""

    tag: str
    label: str
    holds: str
    attributes: Mapping[str, str] = field(default_factory=dict)


ELEMENTS: Final = (
    Element("p", "paragraphe", "inline", _ALIGN),
    *(Element(f"h{level}", f"titre de niveau {level}", "inline", _ALIGN) for level in HEADINGS),
    Element("ul", "liste à puces", "li"),
    Element("ol", "liste numérotée", "li", {"start": r"[0-9]{1,4}"}),
    Element("li", "élément de liste", "p block*"),
    Element("blockquote", "citation", "block+"),
    Element("pre", "bloc de code", "code"),
    Element("hr", "séparation", ""),
    Element("table", "tableau", "tbody"),
    Element("tbody", "corps de tableau", "tr"),
    Element("tr", "ligne", "th td"),
    Element("th", "cellule d’en-tête", "block+", {"colspan": _SPAN, "rowspan": _SPAN}),
    Element("td", "cellule", "block+", {"colspan": _SPAN, "rowspan": _SPAN}),
    Element(
        "figure",
        "image ou fichier déposé",
        "",
        {"data-file": _UUID, "data-alt": rf"(?s:.{{1,{LONGEST_CAPTION}}})"},
    ),
    Element("div", "formule sur sa ligne", "", {"data-tex": _TEX}),
    Element("br", "retour à la ligne", ""),
    Element("a", "lien", "inline", {"href": rf"(?s:.{{1,{LONGEST_ADDRESS}}})"}),
    Element(
        "span", "formule, couleur du texte", "inline", {"data-tex": _TEX, "class": f"ink-({'|'.join(INKS)})"}
    ),
    Element("mark", "surlignage", "inline", {"class": f"tint-({'|'.join(TINTS)})"}),
    Element("strong", "gras", "inline"),
    Element("em", "italique", "inline"),
    Element("u", "souligné", "inline"),
    Element("s", "barré", "inline"),
    Element("sub", "indice", "inline"),
    Element("sup", "exposant", "inline"),
    Element("code", "code", "text"),
)

TAGS: Final = frozenset(element.tag for element in ELEMENTS)
ATTRIBUTES: Final = {element.tag: frozenset(element.attributes) for element in ELEMENTS if element.attributes}
ATTRIBUTES_IN_ORDER: Final = {element.tag: tuple(element.attributes) for element in ELEMENTS}
_PATTERNS: Final = {
    (element.tag, name): re.compile(pattern)
    for element in ELEMENTS
    for name, pattern in element.attributes.items()
}

_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")


def address(value: str) -> str | None:
    """The address of a link as it may be kept, or None. Within the site it begins with one slash."""
    # Browsers skip control characters while they read a scheme: « java\tscript: » is one.
    bare = _CONTROLS.sub("", value) if _CONTROLS.search(value.strip()[:40]) else value.strip()
    bare = bare.replace(" ", "%20").replace("\\", "%5C")
    if not bare or len(bare) > LONGEST_ADDRESS or any(ord(sign) < 0x20 for sign in bare):
        return None
    scheme = _SCHEME.match(bare)
    if scheme:
        return bare if scheme[1].lower() in SCHEMES and len(bare) > scheme.end() else None
    if bare.startswith("www."):
        return f"https://{bare}"
    return bare if re.match(r"/(?![/\\]|%5C)", bare) else None


def attribute(tag: str, name: str, value: str) -> str | None:
    """The value as it may be kept, or None where the attribute goes."""
    if (tag, name) == ("a", "href"):
        return address(value)
    pattern = _PATTERNS.get((tag, name))
    return value if pattern is not None and pattern.fullmatch(value) else None


def as_data() -> dict[str, Any]:
    """The list as the editor reads it."""
    return {
        "elements": {
            element.tag: {
                "label": element.label,
                "holds": element.holds,
                "attributes": dict(element.attributes),
            }
            for element in ELEMENTS
        },
        "headings": list(HEADINGS),
        "alignments": list(ALIGNMENTS),
        "inks": list(INKS),
        "tints": list(TINTS),
        "schemes": list(SCHEMES),
        "longestAddress": LONGEST_ADDRESS,
        "longestFormula": LONGEST_FORMULA,
        "longestCaption": LONGEST_CAPTION,
        "longestText": LONGEST_TEXT,
        "deepest": DEEPEST,
    }


if __name__ == "__main__":
    json.dump(as_data(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
