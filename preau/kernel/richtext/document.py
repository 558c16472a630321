"""A rich text as rows of blocks: the form that is written, shown as plain text, and compared."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from django.utils.translation import gettext as _

# The outermost first. A run has at most one of each.
MARKS = ("a", "span", "mark", "strong", "em", "u", "s", "sub", "sup", "code")
_RANK = {tag: rank for rank, tag in enumerate(MARKS)}


@dataclass(frozen=True)
class Mark:
    tag: str
    name: str = ""  # its one attribute
    value: str = ""

    @property
    def opening(self) -> str:
        return f'<{self.tag} {self.name}="{_quoted(self.value)}">' if self.name else f"<{self.tag}>"


@dataclass(frozen=True)
class Run:
    text: str
    marks: frozenset[Mark] = frozenset()


@dataclass(frozen=True)
class Break:
    pass


@dataclass(frozen=True)
class Formula:
    tex: str


Inline = Run | Break | Formula


@dataclass
class Block:
    """`line` for what holds text, `blocks` for what holds blocks, neither for what stands alone."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    line: list[Inline] = field(default_factory=list)
    blocks: "list[Block]" = field(default_factory=list)

    @property
    def plain(self) -> str:
        return "".join(_plain_inline(self.line))


def _quoted(value: str) -> str:
    # As nh3 writes it: what is kept does not change when it is cleaned again.
    return escape(value, quote=False).replace('"', "&quot;").replace("\xa0", "&nbsp;")


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace("\xa0", "&nbsp;")


def write(blocks: Iterable[Block]) -> str:
    out: list[str] = []
    for block in blocks:
        _write(block, out)
    return "".join(out)


def _write(block: Block, out: list[str]) -> None:
    attrs = "".join(f' {name}="{_quoted(value)}"' for name, value in block.attrs.items())
    out.append(f"<{block.tag}{attrs}>")
    if block.tag == "hr":
        return
    if block.tag == "pre":
        text = block.plain
        # The first newline of a <pre> is not shown: a text that begins with one needs two.
        out.append(f"<code>{_escaped(text)}</code>")
    elif block.tag == "table":
        out.append("<tbody>")
    _write_line(block.line if block.tag != "pre" else (), out)
    for inner in block.blocks:
        _write(inner, out)
    out.append("</tbody></table>" if block.tag == "table" else f"</{block.tag}>")


def _write_line(line: Iterable[Inline], out: list[str]) -> None:
    """Marks shared with the run before stay open."""
    open_: list[Mark] = []
    for item in line:
        marks = sorted(item.marks, key=lambda mark: _RANK[mark.tag]) if isinstance(item, Run) else []
        kept = 0
        while kept < min(len(open_), len(marks)) and open_[kept] == marks[kept]:
            kept += 1
        out.extend(f"</{mark.tag}>" for mark in reversed(open_[kept:]))
        out.extend(mark.opening for mark in marks[kept:])
        open_ = marks
        if isinstance(item, Run):
            out.append(_escaped(item.text))
        elif isinstance(item, Break):
            out.append("<br>")
        else:
            out.append(f'<span data-tex="{_quoted(item.tex)}"></span>')
    out.extend(f"</{mark.tag}>" for mark in reversed(open_))


def _plain_inline(line: Iterable[Inline]) -> Iterator[str]:
    """Runs of one link end with its address, where the text does not say it."""
    said, link = "", ""
    for item in (*line, None):
        href = next((m.value for m in item.marks if m.tag == "a"), "") if isinstance(item, Run) else ""
        if link and href != link:
            shown = re.sub(r"^(mailto|tel):", "", link)
            if shown.removesuffix("/") not in said and not shown.startswith("/"):
                yield f" ({shown})"
            said = ""
        link = href
        if isinstance(item, Run):
            said += item.text if href else ""
            yield item.text
        elif isinstance(item, Break):
            yield "\n"
        elif isinstance(item, Formula):
            yield item.tex


def plain(blocks: Iterable[Block]) -> str:
    """For mail, notices and search: paragraphs, lists and tables as one would type them."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_plain(list(blocks)))).strip()


def _plain(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        if block.tag in ("ul", "ol"):
            number = int(block.attrs.get("start", 1))
            for item in block.blocks:
                sign = "- " if block.tag == "ul" else f"{number}. "
                lines = "\n".join(_plain(item.blocks)).strip().replace("\n\n", "\n").split("\n")
                yield sign + f"\n{' ' * len(sign)}".join(lines)
                number += 1
            yield ""
        elif block.tag == "blockquote":
            for line in "\n".join(_plain(block.blocks)).strip().split("\n"):
                yield f"> {line}".rstrip()
            yield ""
        elif block.tag == "table":
            for row in block.blocks:
                yield " | ".join(" ".join("\n".join(_plain(cell.blocks)).split()) for cell in row.blocks)
            yield ""
        elif block.tag == "figure":
            alt = block.attrs.get("data-alt", "")
            yield f"[{alt}]" if alt else "[{}]".format(_("fichier joint"))
            yield ""
        elif block.tag == "div":
            yield block.attrs["data-tex"]
            yield ""
        elif block.tag == "hr":
            yield "—"
            yield ""
        else:
            yield block.plain
            yield ""
