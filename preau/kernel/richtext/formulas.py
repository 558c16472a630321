"""TeX to MathML, which browsers draw and read aloud by themselves."""

import re
from functools import lru_cache
from html import escape
from xml.etree import ElementTree

from latex2mathml.converter import convert

from preau.kernel.richtext.allowed import LONGEST_FORMULA

# latex2mathml writes what stands in \text as it is, and knows \href and \style: what it makes is
# read as XML and written anew from this list. Colours go too: they would not follow the page's.
_TAGS = frozenset(
    [
     "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub",
     "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "none",
     "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose",
    ]
)  # fmt: skip
_WORD = re.compile(r"[a-z \-]{1,40}")
_LENGTH = re.compile(r"-?\d{0,2}(\.\d{1,4})?(em|ex|px|pt|mu)?")
_ATTRIBUTES = {
    **dict.fromkeys(
        ("display", "stretchy", "fence", "form", "separator", "largeop", "movablelimits", "mathvariant",
         "displaystyle", "columnalign", "rowalign", "notation", "accent", "accentunder"), _WORD),
    **dict.fromkeys(
        ("lspace", "rspace", "minsize", "maxsize", "linethickness", "width", "height", "depth", "voffset",
         "scriptlevel", "columnspan", "rowspan"), _LENGTH),
}  # fmt: skip
_NAMESPACE = re.compile(r"^\{[^}]*\}")
DEEPEST = 60


class NotAFormula(ValueError):
    pass


@lru_cache(maxsize=4096)
def mathml(tex: str, display: bool = False) -> str:
    """Raises `NotAFormula` when nothing can be made of it."""
    if not tex.strip() or len(tex) > LONGEST_FORMULA or _depth(tex) > DEEPEST:
        raise NotAFormula(tex)
    try:
        made = ElementTree.fromstring(convert(tex, display="block" if display else "inline"))  # noqa: S314 - no DTD can stand in it
    except Exception as error:
        # Its parser fails in many ways on what is not TeX; each means the same to the reader.
        raise NotAFormula(tex) from error
    made.set("display", "block" if display else "inline")
    out: list[str] = []
    _write(made, out, tex)
    return "".join(out)


def _depth(tex: str) -> int:
    depth = deepest = 0
    for sign in re.findall(r"[{}]|\\begin|\\end|\\left|\\right", tex):
        depth += 1 if sign in ("{", "\\begin", "\\left") else -1
        deepest = max(deepest, depth)
    return deepest


def _write(element: ElementTree.Element, out: list[str], tex: str = "") -> None:
    tag = _NAMESPACE.sub("", element.tag)
    known = tag in _TAGS
    if known:
        kept = {
            name: value
            for name, value in element.attrib.items()
            if name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value)
        }
        if tex:
            kept["alttext"] = tex
        attrs = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
        out.append(f"<{tag}{attrs}>")
    out.append(escape(element.text or "", quote=False))
    for child in element:
        _write(child, out)
        out.append(escape(child.tail or "", quote=False))
    if known:
        out.append(f"</{tag}>")
