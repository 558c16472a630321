"""Word does not write lists: it writes paragraphs that say which list and level they belong to."""

import re
from collections.abc import Iterable

from preau.kernel.richtext import allowed
from preau.kernel.richtext.document import Block
from preau.kernel.richtext.tokens import Node

LISTED = "listed"  # an attribute that never leaves this package
_NUMBER = re.compile(r"\(?(\d{1,4}|[a-z]{1,4})[.)]", re.IGNORECASE)


def marker_of(node: Node) -> str:
    """The number Word drew before the item, or nothing for a bullet."""
    ignored = _ignored(node)
    found = _NUMBER.match(ignored.text().strip("\xa0 \n\r\t")) if ignored else None
    return found[1] if found else ""


def _ignored(node: Node) -> Node | None:
    for child in node.children:
        if isinstance(child, Node):
            if "mso-list:ignore" in re.sub(r"\s", "", child.attrs.get("style", "")).lower():
                return child
            found = _ignored(child)
            if found:
                return found
    return None


def nested(blocks: Iterable[Block]) -> list[Block]:
    """Runs of such paragraphs become lists in lists."""
    found: list[Block] = []
    lists: list[Block] = []  # those open, the outermost first
    name = ""
    for block in blocks:
        listed = block.attrs.pop(LISTED, "")
        if not listed:
            lists, name = [], ""
            found.append(block)
            continue
        own, level, number = listed.split(".", 2)
        if own != name:
            lists, name = [], own
        depth = min(max(int(level), 1), allowed.DEEPEST, len(lists) + 1)
        del lists[depth:]
        tag = "ol" if number else "ul"
        if len(lists) == depth and lists[-1].tag != tag:
            lists.pop()
        if len(lists) < depth:
            attrs = {"start": number} if number.isdigit() and number not in ("0", "1") else {}
            begun = Block(tag, attrs)
            (lists[-1].blocks[-1].blocks if lists else found).append(begun)
            lists.append(begun)
        lists[-1].blocks.append(Block("li", blocks=[block]))
    return found
