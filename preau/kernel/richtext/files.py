"""Files stand in a text by their id only. Whoever keeps files says what a reader may see of them."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from uuid import UUID

from preau.kernel.access.actor import Actor


@dataclass(frozen=True)
class ShownFile:
    """A file this reader may open. `preview` is the address of a picture, with its measures."""

    name: str
    url: str
    weight: str = ""  # in words: « 240 ko »
    preview: str = ""
    width: int = 0
    height: int = 0


Resolver = Callable[[Actor | None, Set[UUID]], Mapping[UUID, ShownFile]]
_resolver: Resolver | None = None


def register_files(resolver: Resolver) -> None:
    """`resolver` is asked once for all files of a text, and leaves out those the reader may not see."""
    global _resolver
    _resolver = resolver


def shown_files(actor: Actor | None, ids: Set[UUID]) -> Mapping[UUID, ShownFile]:
    return _resolver(actor, ids) if _resolver is not None and ids else {}
