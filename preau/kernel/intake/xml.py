"""XML from outside: no DTD, no entity, no depth, size or number of elements beyond the bounds.

expat alone, fed piece by piece: a document that names entities is refused at the word DOCTYPE, before
one of them is read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from django.utils.translation import gettext as _

from preau.kernel.rules import RuleBroken

_PIECE = 64 * 1024


class XmlRefused(RuleBroken):
    """Nothing of the document was kept."""


@dataclass(frozen=True)
class Bounds:
    size: int = 200_000_000
    depth: int = 64
    elements: int = 5_000_000
    attributes: int = 100
    text: int = 10_000_000  # of one element


def parse(file: BinaryIO, bounds: Bounds = Bounds()) -> Element:
    """The whole tree. For what fits in memory; `walk` for the rest."""
    builder = TreeBuilder()
    _feed(file, bounds, builder.start, builder.end, builder.data)
    return builder.close()


def walk(
    file: BinaryIO,
    tags: Iterable[str],
    found: Callable[[Element], None],
    bounds: Bounds = Bounds(),
) -> None:
    """Hands each element named in `tags` to `found`, whole, and forgets it: memory holds one at a time."""
    wanted = frozenset(tags)
    builder: TreeBuilder | None = None
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal builder, depth
        if builder is None and tag in wanted:
            builder = TreeBuilder()
        if builder is not None:
            depth += 1
            builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal builder, depth
        if builder is None:
            return
        depth -= 1
        builder.end(tag)
        if depth == 0:
            made, builder = builder.close(), None
            found(made)

    def data(text: str) -> None:
        if builder is not None:
            builder.data(text)

    _feed(file, bounds, start, end, data)


def _feed(file: BinaryIO, bounds: Bounds, start: Any, end: Any, data: Any) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    depth = elements = length = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements, length
        depth, elements, length = depth + 1, elements + 1, 0
        if depth > bounds.depth or elements > bounds.elements or len(attributes) > bounds.attributes:
            raise _too_much()
        start(tag, attributes)

    def closed(tag: str) -> None:
        nonlocal depth, length
        depth, length = depth - 1, 0
        end(tag)

    def written(text: str) -> None:
        nonlocal length
        length += len(text)
        if length > bounds.text:
            raise _too_much()
        data(text)

    def refused(*_given: object) -> None:
        raise XmlRefused(
            _(
                "Ce fichier XML contient une définition de type ou d’entité : Préau ne les lit pas."
                " Exportez-le de nouveau sans DOCTYPE."
            )
        )

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler = written
    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = refused
    parser.ExternalEntityRefHandler = refused  # type: ignore[assignment]
    size = 0
    try:
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > bounds.size:
                raise _too_much()
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as broken:
        line = getattr(broken, "lineno", parser.CurrentLineNumber)
        raise XmlRefused(
            _("Ce fichier XML est abîmé ou incomplet (ligne %(line)s). Exportez-le de nouveau.")
            % {"line": line}
        ) from broken


def _too_much() -> XmlRefused:
    return XmlRefused(
        _("Ce fichier XML dépasse ce que Préau accepte de lire. Exportez-le en plusieurs parties.")
    )
