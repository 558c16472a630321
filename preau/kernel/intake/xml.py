"""XML from outside: no DTD, no entity, no depth, size or number of elements beyond the bounds.

expat alone, fed piece by piece: a document that names entities is refused at the word DOCTYPE, before
one of them is read.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from django.utils.translation import gettext as _

from preau.kernel.rules import RuleBroken

_PIECE = 64 * 1024


class XmlRefused(RuleBroken):
    """Nothing of the document was kept."""


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class Bounds:
    size: int = 200_000_000
    depth: int = 64
    elements: int = 5_000_000
    attributes: int = 100
    text: int = 10_000_000  # of one element


@dataclass(frozen=True, slots=True)
class Found:
    """`path`: the names that lead to the element, the root left out; `line`: where it begins."""

    path: str
    line: int
    element: Element


def parse(file: Readable, bounds: Bounds = Bounds()) -> Element:
    """The whole tree. For what fits in memory; `walk` for the rest."""
    builder = TreeBuilder()
    for _piece in _feed(file, bounds, builder.start, builder.end, builder.data):
        pass
    return builder.close()


def root_of(file: Readable, bounds: Bounds = Bounds(), encoding: str | None = None) -> Element:
    """The outermost element with its attributes, without what is in it. What follows is not read."""
    found: list[Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        found.append(Element(tag, attributes))
        raise _Enough

    # Not between two pieces: what follows may be broken in the same one.
    with suppress(_Enough):
        for _piece in _feed(file, bounds, start, lambda _tag: None, lambda _text: None, encoding):
            pass
    return found[0]


class _Enough(Exception):
    """What was looked for is found."""


def draw(
    file: Readable,
    paths: Iterable[str],
    bounds: Bounds = Bounds(),
    encoding: str | None = None,
) -> Iterator[Found]:
    """As `walk`, for a caller who asks for the next element, and by the path that leads to it:
    `DONNEES/ADRESSES/ADRESSE` is another than `DONNEES/ECOLES/ADRESSE`.

    `encoding`: what the bytes are, whatever the document declares. An element inside one that was
    asked for comes with it, not by itself.
    """
    wanted = frozenset(paths)
    last_names = frozenset(path.rpartition("/")[2] for path in wanted)
    above: list[str] = []
    waiting: list[Found] = []
    builder: TreeBuilder | None = None
    here, line, depth = "", 0, 0
    where = _Position()

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal builder, here, line, depth
        if builder is not None:
            depth += 1
            builder.start(tag, attributes)
            return
        above.append(tag)
        if tag in last_names and (path := "/".join(above[1:])) in wanted:
            builder, here, line, depth = TreeBuilder(), path, where.line, 1
            builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal builder, depth
        if builder is None:
            above.pop()
            return
        depth -= 1
        builder.end(tag)
        if depth == 0:
            waiting.append(Found(here, line, builder.close()))
            builder = None
            above.pop()

    def data(text: str) -> None:
        if builder is not None:
            builder.data(text)

    for _piece in _feed(file, bounds, start, end, data, encoding, where):
        yield from waiting
        waiting.clear()


def walk(
    file: Readable,
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

    for _piece in _feed(file, bounds, start, end, data):
        pass


class _Position:
    """Where the parser is, for who is called by it."""

    parser: expat.XMLParserType | None = None

    @property
    def line(self) -> int:
        return self.parser.CurrentLineNumber if self.parser else 0


def _feed(
    file: Readable,
    bounds: Bounds,
    start: Any,
    end: Any,
    data: Any,
    encoding: str | None = None,
    where: _Position | None = None,
) -> Iterator[None]:
    """Gives the hand back after each piece read."""
    parser = expat.ParserCreate(encoding)
    if where is not None:
        where.parser = parser
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
            yield
        parser.Parse(b"", True)
        yield
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
