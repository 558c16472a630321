"""Reads any text that claims to be HTML, in one pass and in time that grows with its length only.

`html.parser` of Python before 3.11.13, and HTML5 parsers on formatting left open, take quadratic time on
text made for it. Nothing is decided here: what is read is written anew from the allow-list and then
passes the sanitiser.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from html import unescape

from preau.kernel.richtext.allowed import MOST_ELEMENTS, TooLong

VOID = frozenset(
    [
     "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
     "track", "wbr",
    ]
)  # fmt: skip
# Never shown: they go with what they hold.
HIDDEN = frozenset(
    [
     "script", "style", "title", "head", "template", "noscript", "iframe", "object", "applet", "svg",
     "textarea", "select", "button", "audio", "video", "canvas", "frameset", "noembed", "noframes",
     "xmp", "xml", "datalist", "dialog", "map", "progress", "meter",
    ]
)  # fmt: skip
_RAW = frozenset(["script", "style", "title", "iframe", "noembed", "noframes", "textarea", "xmp", "noscript"])
_BLOCKS = frozenset(
    [
     "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt",
     "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
     "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul",
    ]
)  # fmt: skip
# A new one ends the one before, up to what holds them both.
_ENDS: dict[str, tuple[Set[str], Set[str]]] = {
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "body": ({"head"}, {"table"}),
    "tr": ({"tr"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "tbody": ({"tbody", "thead", "tfoot"}, {"table"}),
    "thead": ({"tbody", "thead", "tfoot"}, {"table"}),
    "tfoot": ({"tbody", "thead", "tfoot"}, {"table"}),
}
_HOLDERS = frozenset({"td", "th", "li", "table", "blockquote", "div"})
DEEPEST_TREE = 100

_TOKEN = re.compile(
    r"""<(?:
      !--(?:.*?(?:--!?>|\Z))
    | [!?](?:[^>]*+(?:>|\Z))
    | /(?P<end>[a-zA-Z][^\s/>]*+)[^>]*+(?:>|\Z)
    | (?P<start>[a-zA-Z][^\s/>]*+)
      (?P<attrs>(?:=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))|[^>])*+)(?P<closed>>|\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s"'>]++)))?""", re.DOTALL
)
_MOST_ATTRIBUTES = 40


@dataclass
class Node:
    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    def text(self) -> str:
        """All its text as it stands, newlines too."""
        return "".join(
            child if isinstance(child, str) else "\n" if child.tag == "br" else child.text()
            for child in self.children
        )


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        name = match[1].lower()
        if name not in found:  # as browsers: the first counts
            found[name] = unescape(match[2] or match[3] or match[4] or "")
        if len(found) >= _MOST_ATTRIBUTES:
            break
    return found


def _tokens(html: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(kind, tag or text, attributes), kind being start, end or text."""
    at, length = 0, len(html)
    while at < length:
        opening = html.find("<", at)
        if opening < 0:
            yield "text", unescape(html[at:]), {}
            return
        if opening > at:
            yield "text", unescape(html[at:opening]), {}
        match = _TOKEN.match(html, opening)
        if match is None:  # « a < b »
            yield "text", "<", {}
            at = opening + 1
            continue
        at = match.end()
        if match["end"]:
            yield "end", match["end"].lower(), {}
        elif match["start"] and match["closed"]:
            tag = match["start"].lower()
            if tag in _RAW:
                closing = re.compile(rf"</{tag}[\s/>]", re.IGNORECASE).search(html, at)
                at = closing.start() if closing else length
            yield "start", tag, _attributes(match["attrs"])


def tree(html: str) -> Node:
    """Never deeper than `DEEPEST_TREE`: what is deeper loses its element and keeps its text.
    Raises `TooLong` on a text of tags and little else."""
    root = Node("root")
    open_ = [root]
    too_deep = elements = 0
    said: list[str] = []
    for kind, name, attrs in _tokens(html):
        if kind == "text":
            said.append(name)
            continue
        if said:
            open_[-1].children.append("".join(said))
            said = []
        elements += 1
        if elements > MOST_ELEMENTS:
            raise TooLong()
        if kind == "start":
            _close_implied(open_, name)
            if len(open_) > DEEPEST_TREE:
                too_deep += name not in VOID
                if name in VOID:
                    open_[-1].children.append(Node(name, attrs))
                continue
            node = Node(name, attrs)
            open_[-1].children.append(node)
            if name not in VOID:
                open_.append(node)
        elif name == "br":
            open_[-1].children.append(Node("br"))
        elif too_deep:
            too_deep -= 1
        else:
            _close(open_, name)
    open_[-1].children.append("".join(said))
    return root


def _close(open_: list[Node], tag: str) -> None:
    for depth in range(len(open_) - 1, 0, -1):
        if open_[depth].tag == tag:
            del open_[depth:]
            return
        if open_[depth].tag in ("td", "th", "table") and tag not in (
            "table",
            "tr",
            "tbody",
            "thead",
            "tfoot",
        ):
            return  # an end left over in a cell does not end what stands around the table


def _close_implied(open_: list[Node], tag: str) -> None:
    ended, up_to = _ENDS.get(tag, (frozenset(), frozenset()))
    if tag in _BLOCKS and tag not in _ENDS:
        ended, up_to = frozenset({"p"}), _HOLDERS
    for depth in range(len(open_) - 1, 0, -1):
        if open_[depth].tag in up_to:
            return
        if open_[depth].tag in ended:
            del open_[depth:]
            return
