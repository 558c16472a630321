"""From any HTML to the blocks of the allow-list: browsers, word processors and mail programs alike."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from preau.kernel.richtext import allowed
from preau.kernel.richtext.document import Block, Break, Formula, Inline, Mark, Run
from preau.kernel.richtext.styles import Style, marks_after
from preau.kernel.richtext.tokens import HIDDEN, Node, tree
from preau.kernel.richtext.wordlists import LISTED, marker_of, nested

_SPACES = re.compile(r"[ \t\n\r\f]+")
# What no database takes, and what turns the reading order of all that follows.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e]")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = frozenset(
    [
     "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
     "font", "i", "ins", "kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike",
     "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "o:p", "st1:place",
    ]
)  # fmt: skip
_ALIGNED = {"center": "center", "right": "end", "end": "end"}


@dataclass
class _Flow:
    """Blocks being filled: text that comes belongs to the paragraph that is open."""

    depth: int
    top: bool
    blocks: list[Block] = field(default_factory=list)
    line: list[Inline] = field(default_factory=list)
    tag: str = "p"
    attrs: dict[str, str] = field(default_factory=dict)

    def begin(self, tag: str, align: str) -> None:
        self.flush()
        self.tag = tag
        self.attrs = {"class": f"align-{align}"} if align else {}

    def flush(self) -> None:
        for line in _paragraphs(self.line):
            self.blocks.append(Block(self.tag, dict(self.attrs), line))
        self.line, self.tag = [], "p"

    def stand(self, block: Block) -> None:
        align = self.attrs
        self.flush()
        self.blocks.append(block)
        self.attrs = align


def blocks_of(html: str) -> list[Block]:
    """Raises `TooLong`, and nothing else, whatever the text."""
    root = tree(_UNWANTED.sub("", html))
    shift = 1 if _has(root, "h1") else 0
    return _Reader(shift).blocks(root.children, depth=0, top=True)


def _has(node: Node, tag: str) -> bool:
    return any(
        isinstance(child, Node) and child.tag not in HIDDEN and (child.tag == tag or _has(child, tag))
        for child in node.children
    )


class _Reader:
    def __init__(self, shift: int) -> None:
        self.shift = shift
        self.left = allowed.LONGEST_TEXT + allowed.MOST_ELEMENTS  # characters still to be read

    def blocks(
        self,
        nodes: Iterable[Node | str],
        *,
        depth: int,
        top: bool = False,
        marks: frozenset[Mark] = frozenset(),
        align: str = "",
    ) -> list[Block]:
        flow = _Flow(depth, top)
        flow.begin("p", align)
        self._walk(nodes, marks, flow, align)
        flow.flush()
        return nested(flow.blocks)

    def _walk(self, nodes: Iterable[Node | str], marks: frozenset[Mark], flow: _Flow, align: str) -> None:
        for node in nodes:
            if isinstance(node, str):
                text = _SPACES.sub(" ", node)
                self.left -= len(text)
                if self.left < 0:
                    raise allowed.TooLong()
                flow.line.append(Run(text, marks))
            elif node.tag not in HIDDEN:
                self._node(node, marks, flow, align)

    def _node(self, node: Node, marks: frozenset[Mark], flow: _Flow, align: str) -> None:
        style = Style(node.attrs.get("style", ""))
        if style.hidden or "katex-html" in node.attrs.get("class", ""):
            return
        tag = node.tag
        if tag == "br":
            flow.line.append(Break())
        elif self._formula(node, flow):
            pass
        elif tag in _INLINE:
            self._walk(node.children, marks_after(node, style, marks), flow, align)
        elif tag == "pre":
            self._code(node, flow)
        elif tag == "hr":
            if flow.top:
                flow.stand(Block("hr"))
            else:
                flow.flush()
        elif tag == "figure" and allowed.attribute("figure", "data-file", node.attrs.get("data-file", "")):
            flow.stand(Block("figure", _kept("figure", node.attrs)))
        elif tag in ("ul", "ol") and flow.depth < allowed.DEEPEST:
            self._list(node, style, marks, flow)
        elif tag == "blockquote" and flow.depth < allowed.DEEPEST:
            inner = self.blocks(node.children, depth=flow.depth + 1, marks=marks)
            if inner:
                flow.stand(Block("blockquote", blocks=inner))
        elif tag == "table":
            self._table(node, marks, flow)
        else:
            self._generic(node, style, marks, flow, align)

    def _generic(self, node: Node, style: Style, marks: frozenset[Mark], flow: _Flow, align: str) -> None:
        """Paragraphs and headings, and every element that only holds others."""
        asked = node.attrs.get("align", "").lower() or style.get("text-align") or _class_align(node)
        inner = _ALIGNED.get(asked, "") if asked else "center" if node.tag == "center" else align
        tag = "p"
        if node.tag in _HEADINGS:
            tag = f"h{min(max(_HEADINGS[node.tag] + self.shift, 2), 4)}"
        elif node.tag == "p" and "MsoTitle" in node.attrs.get("class", ""):
            tag = "h2"
        outer = (flow.tag, dict(flow.attrs))
        flow.begin(tag, inner)
        marks = marks_after(node, style, marks) if node.tag not in _HEADINGS else marks
        listed = style.word_list
        if listed and not flow.depth >= allowed.DEEPEST:
            flow.attrs = {LISTED: f"{listed}.{marker_of(node)}"}
            flow.tag = "p"
        self._walk(node.children, marks, flow, inner)
        flow.flush()
        flow.tag, flow.attrs = outer

    def _formula(self, node: Node, flow: _Flow) -> bool:
        tex = node.attrs.get("data-tex") if node.tag in ("span", "div") else None
        if node.tag == "math":
            tex = _annotation(node) or node.attrs.get("alttext")
            if not tex:
                flow.line.append(Run(_SPACES.sub(" ", node.text())))
                return True
        if tex is None:
            return False
        tex = _SPACES.sub(" ", tex).strip()
        if not allowed.attribute("span", "data-tex", tex):
            flow.line.append(Run(tex or _SPACES.sub(" ", node.text())))
        elif node.tag == "div" or node.attrs.get("display") == "block":
            flow.stand(Block("div", {"data-tex": tex}))
        else:
            flow.line.append(Formula(tex))
        return True

    def _code(self, node: Node, flow: _Flow) -> None:
        text = node.text().replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        if text.strip():
            flow.stand(Block("pre", line=[Run(text)]))

    def _list(self, node: Node, style: Style, marks: frozenset[Mark], flow: _Flow) -> None:
        items: list[Block] = []
        depth = flow.depth + 1
        for child in node.children:
            if isinstance(child, Node) and child.tag == "li":
                own = marks_after(child, Style(child.attrs.get("style", "")), marks)
                items.append(Block("li", blocks=self.blocks(child.children, depth=depth, marks=own)))
            elif isinstance(child, Node) or child.strip():
                # A list right in a list, as Google Docs and Word write it, belongs to the item before.
                more = self.blocks([child], depth=depth, marks=marks)
                if items and more and more[0].tag in ("ul", "ol"):
                    items[-1].blocks.extend(more)
                else:
                    items.extend(Block("li", blocks=[block]) for block in more)
        items = [item for item in items if item.blocks]
        for item in items:
            if item.blocks[0].tag != "p":
                item.blocks.insert(0, Block("p"))
        if items:
            attrs = _kept(node.tag, node.attrs)
            if attrs.get("start") == "1" or node.tag == "ul":
                attrs = {}
            flow.stand(Block(node.tag, attrs, blocks=items))

    def _table(self, node: Node, marks: frozenset[Mark], flow: _Flow) -> None:
        rows = list(_rows(node))[: allowed.LONGEST_TABLE]
        cells = sum(len(row) for row in rows)
        if not flow.top or cells < 2:  # a table that only places what it holds
            for row in rows or [[node]]:
                for cell in row:
                    flow.flush()
                    self._walk(cell.children, marks, flow, "")
            flow.flush()
            return
        table = Block("table")
        for row in rows:
            line = Block("tr")
            for cell in row[: allowed.WIDEST_TABLE]:
                style = Style(cell.attrs.get("style", ""))
                inner = self.blocks(
                    cell.children,
                    depth=flow.depth + 1,
                    marks=marks_after(cell, style, marks) if cell.tag == "td" else marks,
                    align=_ALIGNED.get(cell.attrs.get("align", "").lower() or style.get("text-align"), ""),
                )
                tag = "th" if cell.tag == "th" else "td"
                line.blocks.append(Block(tag, _kept(tag, cell.attrs), blocks=inner or [Block("p")]))
            if line.blocks:
                table.blocks.append(line)
        if any(
            block.line or block.tag != "p" for row in table.blocks for c in row.blocks for block in c.blocks
        ):
            flow.stand(table)


def _rows(table: Node) -> Iterable[list[Node]]:
    for child in table.children:
        if isinstance(child, Node) and child.tag == "tr":
            yield [c for c in child.children if isinstance(c, Node) and c.tag in ("td", "th")]
        elif isinstance(child, Node) and child.tag in ("tbody", "thead", "tfoot"):
            yield from _rows(child)
        elif isinstance(child, Node) and child.tag == "caption":
            yield [child]


def _kept(tag: str, attrs: dict[str, str]) -> dict[str, str]:
    """In the order of the list, so that the same element is always written the same."""
    pairs = {name: attrs.get(name, "").strip() for name in allowed.ATTRIBUTES_IN_ORDER.get(tag, ())}
    return {name: value for name, value in pairs.items() if allowed.attribute(tag, name, value)}


def _class_align(node: Node) -> str:
    found = re.search(r"(?:^|\s)align-(center|end)(?:\s|$)", node.attrs.get("class", ""))
    return found[1] if found else ""


def _annotation(node: Node) -> str:
    for child in node.children:
        if isinstance(child, Node):
            if child.tag == "annotation" and "tex" in child.attrs.get("encoding", "").lower():
                return child.text()
            found = _annotation(child)
            if found:
                return found
    return ""


def _paragraphs(line: list[Inline]) -> list[list[Inline]]:
    """Without spaces nobody sees; two breaks in a row, as mail programs write them, part paragraphs."""
    found: list[list[Inline]] = [[]]
    breaks = 0
    for item in line:
        current = found[-1]
        if isinstance(item, Break):
            breaks += 1
            continue
        if isinstance(item, Run):
            after_space = (
                not current or breaks or (isinstance(current[-1], Run) and current[-1].text.endswith(" "))
            )
            text = item.text.lstrip(" ") if after_space else item.text
            if not text:
                continue
            item = Run(text, item.marks)
        if breaks:
            _trim(current)
            if breaks > 1 or not current:
                found.append([])
            else:
                current.append(Break())
            breaks, current = 0, found[-1]
        if (
            isinstance(item, Run)
            and current
            and isinstance(current[-1], Run)
            and current[-1].marks == item.marks
        ):
            current[-1] = Run(current[-1].text + item.text, item.marks)
        else:
            current.append(item)
    for each in found:
        _trim(each)
    return [each for each in found if any(_is_seen(item) for item in each)]


def _is_seen(item: Inline) -> bool:
    return not isinstance(item, Break) and (not isinstance(item, Run) or bool(item.text.strip()))


def _trim(line: list[Inline]) -> None:
    while line:
        last = line[-1]
        if not isinstance(last, Run):
            return
        text = last.text.rstrip(" ")
        if text:
            line[-1] = Run(text, last.marks)
            return
        line.pop()
