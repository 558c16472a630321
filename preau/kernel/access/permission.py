"""A right is an object: the same one guards the view, hides the button and is tried by the tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from preau.kernel.access.actor import Actor
from preau.kernel.rules import Refused

Thing = TypeVar("Thing", contravariant=True)


@dataclass(frozen=True)
class Permission(Generic[Thing]):
    """`rule` reads the relations the Actor carries; it makes no query.

    A school may take the permission from some of its profiles (`Standing.narrowed`); it can
    never give more than the rule does.
    """

    code: str
    label: Any
    rule: Callable[[Actor, Thing], bool]

    def allows(self, actor: Actor | None, thing: Thing) -> bool:
        if actor is None:
            return False
        school_id = getattr(thing, "school_id", None)
        standings = actor.standings.values() if school_id is None else filter(None, [actor.at(school_id)])
        kept = any(self.code not in standing.narrowed for standing in standings)
        return kept and self.rule(actor, thing)

    def require(self, actor: Actor | None, thing: Thing) -> None:
        """Raises `Refused` (403). The caller has already made sure the thing may be known (404)."""
        if not self.allows(actor, thing):
            raise Refused()
