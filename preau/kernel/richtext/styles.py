"""What a style attribute means to us: marks, an alignment, a list of Word's. All else of it goes."""

import colorsys
import re
from functools import cached_property

from preau.kernel.richtext import allowed
from preau.kernel.richtext.document import Mark
from preau.kernel.richtext.tokens import Node

_BY_TAG = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "var": "em", "dfn": "em",
    "u": "u", "ins": "u", "s": "s", "strike": "s", "del": "s", "sub": "sub", "sup": "sup",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}  # fmt: skip
_NAMED = {"red": "red", "darkred": "red", "crimson": "red", "orange": "orange", "darkorange": "orange",
          "green": "green", "darkgreen": "green", "blue": "blue", "navy": "blue", "darkblue": "blue",
          "purple": "purple", "violet": "purple", "yellow": "yellow", "lime": "green", "cyan": "blue",
          "aqua": "blue", "magenta": "pink", "fuchsia": "pink", "pink": "pink"}  # fmt: skip
# Hue in degrees, up to which a colour bears the name.
_INK_HUES = ((18, "red"), (65, "orange"), (175, "green"), (255, "blue"), (325, "purple"), (361, "red"))
_TINT_HUES = ((18, "pink"), (75, "yellow"), (170, "green"), (260, "blue"), (361, "pink"))
_LONGEST = 4_000


class Style:
    def __init__(self, text: str) -> None:
        self._text = text[:_LONGEST]

    @cached_property
    def _values(self) -> dict[str, str]:
        pairs = (part.partition(":") for part in self._text.split(";"))
        return {name.strip().lower(): value.strip().lower() for name, _, value in pairs if value}

    def get(self, name: str) -> str:
        return self._values.get(name, "") if self._text else ""

    @property
    def hidden(self) -> bool:
        """Not to be seen; or the bullet Word draws itself, which its list replaces."""
        return bool(self._text) and (
            self.get("display") == "none" or self.get("mso-hide") == "all" or self.get("mso-list") == "ignore"
        )

    @property
    def word_list(self) -> str:
        """« list.level » of a paragraph that Word means as an item."""
        found = re.match(r"l(\d+) level(\d+)", self.get("mso-list"))
        return f"{found[1]}.{found[2]}" if found else ""


def marks_after(node: Node, style: Style, marks: frozenset[Mark]) -> frozenset[Mark]:
    """The marks of what stands in `node`, of which there is one of each kind."""
    held = {mark.tag: mark for mark in marks}
    tag = _BY_TAG.get(node.tag)
    if tag:
        held[tag] = Mark(tag)
    elif node.tag == "a":
        href = allowed.address(node.attrs.get("href", ""))
        if href:
            held["a"] = Mark("a", "href", href)
    names = node.attrs.get("class", "").split()
    for kind, choices in (
        ("span", [f"ink-{n}" for n in allowed.INKS]),
        ("mark", [f"tint-{n}" for n in allowed.TINTS]),
    ):
        found = next((name for name in names if name in choices), None)
        if found:
            held[kind] = Mark(kind, "class", found)
    if node.tag == "mark" and "mark" not in held:
        held["mark"] = Mark("mark", "class", f"tint-{allowed.TINTS[0]}")
    _styled(node, style, held)
    if "code" in held:
        return frozenset([held["code"]])  # code is only code, in the editor too
    if "a" in held:
        held.pop("u", None)  # a link is underlined
    if "sub" in held and "sup" in held:
        held.pop("sub" if tag == "sup" else "sup")
    return frozenset(held.values())


def _styled(node: Node, style: Style, held: dict[str, Mark]) -> None:
    weight = style.get("font-weight")
    if weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600):
        held["strong"] = Mark("strong")
    elif weight:  # Google Docs wraps all in <b style="font-weight:normal">
        held.pop("strong", None)
    slant = style.get("font-style")
    if slant in ("italic", "oblique"):
        held["em"] = Mark("em")
    elif slant == "normal":
        held.pop("em", None)
    lines = style.get("text-decoration-line") or style.get("text-decoration")
    if "underline" in lines:
        held["u"] = Mark("u")
    elif lines.startswith("none") and node.tag == "u":
        held.pop("u", None)
    if "line-through" in lines:
        held["s"] = Mark("s")
    raised = style.get("vertical-align")
    if raised in ("super", "sub") and node.tag not in ("td", "th"):
        held["sup" if raised == "super" else "sub"] = Mark("sup" if raised == "super" else "sub")
    if "a" not in held and (ink := _name(style.get("color") or node.attrs.get("color", ""), _INK_HUES)):
        held["span"] = Mark("span", "class", f"ink-{ink}")
    if node.tag in ("span", "font", "b", "i", "u", "strong", "em"):
        ground = style.get("mso-highlight") or style.get("background-color") or style.get("background")
        if tint := _name(ground, _TINT_HUES):
            held["mark"] = Mark("mark", "class", f"tint-{tint}")


def _name(colour: str, hues: tuple[tuple[int, str], ...]) -> str:
    """The nearest of our few colours; nothing for black, white and greys, which the page chooses."""
    names = {name for _, name in hues}
    colour = colour.strip().lower()
    if not colour:
        return ""
    if colour in _NAMED:
        return _NAMED[colour] if _NAMED[colour] in names else ""
    short = re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", colour)
    long = re.match(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", colour)
    parts = re.match(r"rgba?\(\s*(\d{1,3})\s*,?\s*(\d{1,3})\s*,?\s*(\d{1,3})", colour)
    if short:
        rgb = [int(sign * 2, 16) for sign in short.groups()]
    elif long:
        rgb = [int(sign, 16) for sign in long.groups()]
    elif parts:
        rgb = [min(int(number), 255) for number in parts.groups()]
    else:
        return ""
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in rgb))
    if saturation < 0.35 or not 0.12 < light < 0.96:
        return ""
    return next(name for limit, name in hues if hue * 360 < limit)
