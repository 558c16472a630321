"""Rich text in a plain text field, for a browser that runs no script: a little of Markdown.

What it cannot say (colours, alignment, cells that hold lists …) is not lost: paragraphs left as they
were keep their form, whatever it is. Only a paragraph that was changed is read anew.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from preau.kernel.richtext import allowed
from preau.kernel.richtext.document import Block, Break, Formula, Inline, Mark, Run, write
from preau.kernel.richtext.reading import blocks_of

_SIGNS = {"strong": "**", "em": "*", "u": "__", "s": "~~"}
_SPECIAL = re.compile(r"([\\*`$\[\]~|]|__)")
_AT_LINE_START = re.compile(r"(?m)^(\s*)(#{1,4} |[-*•] |\d{1,4}[.)] |>|```|---)")
_INLINE = re.compile(
    r"""\\(?P<escaped>[\\*`$\[\]~|_#>.)•0-9-])
    | (?P<rule>\*{7,}|_{7,}|~{7,})
    | `(?P<code>[^`\n]{1,500})`
    | \$(?P<tex>\S|\S[^$\n]{0,998}\S)\$
    | \[(?P<text>[^\[\]\n]{1,500})\]\((?P<href>[^()\s]{1,2000})\)
    | (?P<url>(?:https?://|www\.)[^\s<>"*]{2,2000})
    | (?P<sign>\*\*|__|~~|\*)(?=\S)(?P<inner>.{1,500}?)(?<=\S)(?P=sign)(?!\*)
    """,
    re.VERBOSE | re.DOTALL,
)
# Steps of the comparison with what was there: 2 000 paragraphs, each different, take as many.
MOST_COMPARED = 4_000_000
_ITEM = re.compile(r"^(\s*)(?:([-*•])|(\d{1,4})[.)])\s+(.*)$")
_FIGURE = re.compile(r"^\[\[fichier ([0-9a-f-]{36})(?: : (.{1,300}))?\]\]$")


def light(blocks: Iterable[Block]) -> str:
    return "\n\n".join(_light(block) for block in blocks)


def from_light(text: str) -> list[Block]:
    """Raises `TooLong`."""
    return blocks_of(write(_blocks(text)))


def merged(text: str, base: list[Block]) -> list[Block]:
    """`text` as it was typed over `light(base)`: what was not touched stays as it was."""
    before = ["\n".join(line.rstrip() for line in _light(block).split("\n")) for block in base]
    after = list(_chunks(text))
    found: list[Block] = []
    for what, kept in _kept(before, after):
        found.extend(_blocks_of_chunk(what) if kept is None else [base[kept]])
    return blocks_of(write(found))


def _kept(before: list[str], after: list[str]) -> Iterator[tuple[str, int | None]]:
    """Each chunk of `after` with the place it had in `before`, if any."""
    places: dict[str, deque[int]] = {}
    for place, chunk in enumerate(before):
        places.setdefault(chunk, deque()).append(place)
    pairs = sum(len(places.get(chunk, ())) for chunk in after)
    if pairs * min(len(before), len(after)) > MOST_COMPARED:
        # Thousands of paragraphs, or the same one hundreds of times: the first of the same is taken,
        # wherever it stood.
        for chunk in after:
            left = places.get(chunk)
            yield chunk, left.popleft() if left else None
        return
    for what, from_, _, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for number, chunk in enumerate(after[begin:end]):
            yield chunk, from_ + number if what == "equal" else None


def loses(blocks: Iterable[Block]) -> bool:
    """Whether a paragraph of it would come back poorer, were it changed in a plain text field."""
    return any(write(from_light(_light(block))) != write([block]) for block in blocks)


def _light(block: Block) -> str:
    tag = block.tag
    if tag in ("ul", "ol"):
        return "\n".join(_items(block))
    if tag == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in light(block.blocks).split("\n"))
    if tag == "pre":
        return f"```\n{block.plain}\n```"
    if tag == "table":
        return "\n".join(_rows(block))
    if tag == "figure":
        alt = block.attrs.get("data-alt", "")
        return f"[[fichier {block.attrs['data-file']}{' : ' + alt if alt else ''}]]"
    if tag == "div":
        return f"$${block.attrs['data-tex']}$$"
    if tag == "hr":
        return "---"
    line = _light_line(block.line)
    if tag in ("h2", "h3", "h4"):
        return f"{'#' * int(tag[1])} {line}"
    return _AT_LINE_START.sub(r"\1\\\2", line)


def _items(block: Block) -> Iterator[str]:
    number = int(block.attrs.get("start", 1))
    for item in block.blocks:
        sign = "- " if block.tag == "ul" else f"{number}. "
        lines = "\n".join(_light(inner) for inner in item.blocks).split("\n")
        yield sign + lines[0]
        yield from (" " * len(sign) + line for line in lines[1:])
        number += 1


def _rows(table: Block) -> Iterator[str]:
    for at, row in enumerate(table.blocks):
        cells = [" ".join(light(cell.blocks).split()) for cell in row.blocks]
        yield f"| {' | '.join(cells)} |"
        if at == 0 and all(cell.tag == "th" for cell in row.blocks):
            yield f"|{'---|' * len(cells)}"


def _light_line(line: Iterable[Inline]) -> str:
    out: list[str] = []
    for item in line:
        if isinstance(item, Break):
            out.append("\n")
        elif isinstance(item, Formula):
            out.append(f"${item.tex}$")
        else:
            out.append(_light_run(item))
    return "".join(out)


def _light_run(run: Run) -> str:
    marks = {mark.tag: mark for mark in run.marks}
    if "code" in marks:
        return f"`{run.text}`"
    link = marks.get("a")
    if link and link.value == run.text:
        return run.text
    text = _SPECIAL.sub(r"\\\1", run.text)
    body = text.strip(" ")
    if not body:
        return text
    lead, trail = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    for tag, sign in reversed(_SIGNS.items()):
        if tag in marks:
            body = f"{sign}{body}{sign}"
    if link:
        body = f"[{body}]({link.value})"
    return f"{lead}{body}{trail}"


def _chunks(text: str) -> Iterator[str]:
    """What blank lines part, but for those inside a block of code."""
    chunk: list[str] = []
    fenced = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.strip() or fenced:
            chunk.append(line.rstrip() if not fenced else line)
            fenced ^= line.startswith("```")
        elif chunk:
            yield "\n".join(chunk)
            chunk = []
    if chunk:
        yield "\n".join(chunk)


def _blocks(text: str, depth: int = 0) -> list[Block]:
    return [block for chunk in _chunks(text) for block in _blocks_of_chunk(chunk, depth)]


def _blocks_of_chunk(chunk: str, depth: int = 0) -> list[Block]:
    lines = chunk.split("\n")
    if lines[0].startswith("```"):
        return [
            Block("pre", line=[Run("\n".join(lines[1:-1] if lines[-1].startswith("```") else lines[1:]))])
        ]
    if len(lines) == 1 and (alone := _alone(chunk.strip())):
        return [alone]
    if depth < allowed.DEEPEST and all(line.startswith(">") for line in lines):
        quoted = "\n".join(line[1:].removeprefix(" ") for line in lines)
        return [Block("blockquote", blocks=_blocks(quoted, depth + 1))]
    if len(lines) > 1 and all(line.startswith("|") for line in lines):
        return [_table(lines)]
    found: list[Block] = []
    said: list[str] = []
    for at, line in enumerate(lines):
        if _ITEM.match(line):
            found += [*_paragraph(said), *_list(lines[at:])]
            return found
        heading = re.match(r"(#{1,4})\s+(.+)", line)
        if heading:
            found += [*_paragraph(said), Block(f"h{max(2, len(heading[1]))}", line=_line(heading[2]))]
            said = []
        else:
            said.append(line)
    return [*found, *_paragraph(said)]


def _alone(line: str) -> Block | None:
    if line == "---":
        return Block("hr")
    if len(line) > 4 and line.startswith("$$") and line.endswith("$$"):
        return Block("div", {"data-tex": line[2:-2].strip()})
    figure = _FIGURE.match(line)
    if figure:
        alt = {"data-alt": figure[2]} if figure[2] else {}
        return Block("figure", {"data-file": figure[1], **alt})
    return None


def _paragraph(lines: list[str]) -> list[Block]:
    text = "\n".join(lines).strip()
    return [Block("p", line=_line(text))] if text else []


def _list(lines: list[str]) -> list[Block]:
    """Items by how far they are set in; a line that is none belongs to the item before."""
    found: list[Block] = []
    open_: list[tuple[int, Block]] = []
    for line in lines:
        item = _ITEM.match(line)
        if item is None:
            open_[-1][1].blocks[-1].blocks[0].line += [Break(), *_line(line.strip())]
            continue
        indent, number = len(item[1].expandtabs(4)), item[3]
        tag = "ol" if number else "ul"
        while open_ and (indent < open_[-1][0] or (indent < open_[-1][0] + 2 and open_[-1][1].tag != tag)):
            open_.pop()
        if not open_ or (indent >= open_[-1][0] + 2 and len(open_) < allowed.DEEPEST):
            begun = Block(tag, {"start": number} if number and number != "1" else {})
            (open_[-1][1].blocks[-1].blocks if open_ else found).append(begun)
            open_.append((indent, begun))
        open_[-1][1].blocks.append(Block("li", blocks=[Block("p", line=_line(item[4]))]))
    return found


def _table(lines: list[str]) -> Block:
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in lines]
    headed = len(rows) > 1 and all(re.fullmatch(r":?-{2,}:?", cell) for cell in rows[1])
    table = Block("table")
    for at, row in enumerate(rows):
        if at == 1 and headed:
            continue
        tag = "th" if at == 0 and headed else "td"
        table.blocks.append(
            Block("tr", blocks=[Block(tag, blocks=[Block("p", line=_line(cell))]) for cell in row])
        )
    return table


def _line(text: str, marks: frozenset[Mark] = frozenset(), depth: int = 0) -> list[Inline]:
    found: list[Inline] = []
    at = 0
    for match in _INLINE.finditer(text):
        found += _words(text[at : match.start()], marks)
        at = match.end()
        if match["escaped"]:
            found.append(Run(match["escaped"], marks))
        elif match["rule"]:  # a line drawn with signs: read as marks, each sign would look for its pair
            found.append(Run(match["rule"], marks))
        elif match["code"]:
            found.append(Run(match["code"], frozenset({Mark("code")})))
        elif match["tex"]:
            found.append(Formula(match["tex"]))
        elif match["href"] or match["url"]:
            found += _link(match, marks, depth)
        elif depth < len(_SIGNS):
            tag = next(tag for tag, sign in _SIGNS.items() if sign == match["sign"])
            found += _line(match["inner"], marks | {Mark(tag)}, depth + 1)
        else:
            found += _words(match[0], marks)
    return found + _words(text[at:], marks)


def _link(match: "re.Match[str]", marks: frozenset[Mark], depth: int) -> list[Inline]:
    url = match["href"] or match["url"].rstrip(".,;:!?)…»'")
    href = allowed.address(url)
    if href is None:
        return _words(match[0], marks)
    linked = marks | {Mark("a", "href", href)}
    if match["url"]:
        return [Run(url, linked), *_words(match["url"][len(url) :], marks)]
    return _line(match["text"], linked, depth + 1) if depth < len(_SIGNS) else [Run(match["text"], linked)]


def _words(text: str, marks: frozenset[Mark]) -> list[Inline]:
    found: list[Inline] = []
    for at, line in enumerate(text.split("\n")):
        if at:
            found.append(Break())
        if line:
            found.append(Run(line, marks))
    return found
