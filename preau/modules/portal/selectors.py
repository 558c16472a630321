"""The home: which blocks, in which order, for this person under the profile they wear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.clock import now_in, today_in
from preau.kernel.modules import HomeBlock, modules
from preau.kernel.ui.days import Awaited, DayLine


@dataclass(frozen=True)
class Arrangement:
    """What a person chose for one profile. What no module brings (any more) is passed over."""

    order: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(cls, kept: Any, profile: str) -> "Arrangement":
        """From what the account keeps: whatever cannot be read counts as nothing chosen."""
        chosen = kept.get(profile) if isinstance(kept, Mapping) else None
        if not isinstance(chosen, Mapping):
            return cls()
        order, hidden = (_keys(chosen.get(name)) for name in ("order", "hidden"))
        return cls(order, frozenset(hidden))


def _keys(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


@dataclass(frozen=True)
class Placed:
    block: HomeBlock
    content: dict[str, Any]
    hidden: bool


def arranged(blocks: Sequence[HomeBlock], chosen: Arrangement) -> list[HomeBlock]:
    """In the person's order. A block that came since stands behind the one it follows by nature."""
    natural = sorted(blocks, key=lambda block: block.order)
    known = {block.key: block for block in natural}
    found = [known[key] for key in dict.fromkeys(chosen.order) if key in known]
    for number, block in enumerate(natural):
        if block not in found:
            before = next((each for each in reversed(natural[:number]) if each in found), None)
            found.insert(found.index(before) + 1 if before else 0, block)
    return found


def home_blocks(
    request: HttpRequest, actor: Actor, chosen: Arrangement, *, every: bool = False
) -> list[Placed]:
    """Those that have something for this person; a hidden one is asked for nothing, unless `every`."""
    blocks = arranged([block for block in _blocks() if not block.on_top], chosen)
    return [
        Placed(block, content, block.key in chosen.hidden)
        for block in blocks
        if (every or block.key not in chosen.hidden)
        and (content := block.content(request, actor)) is not None
    ]


def blocks_on_top(request: HttpRequest, actor: Actor) -> list[Placed]:
    """What passes and cannot be arranged: a closing, the first steps."""
    found = sorted((block for block in _blocks() if block.on_top), key=lambda block: block.order)
    shown = ((block, block.content(request, actor)) for block in found)
    return [Placed(block, content, hidden=False) for block, content in shown if content is not None]


def day_line(actor: Actor) -> DayLine | None:
    """The day of who stands in one school, from what each module has in it; None when that is nothing."""
    if actor.only is None:
        return None
    day = today_in(actor.only.school)
    slots = [slot for module in modules() for slots_of in module.slots for slot in slots_of(actor, day)]
    now = now_in(actor.only.school)
    at = datetime.combine(day, now.time(), now.tzinfo)
    return DayLine(label=str(_("Ma journée")), slots=slots, now=at) if slots else None


def awaited(actor: Actor) -> list[Awaited]:
    """What each module has waiting for this person."""
    return [each for module in modules() for awaits in module.awaits for each in awaits(actor)]


def _blocks() -> list[HomeBlock]:
    return [block for module in modules() for block in module.home_blocks]


def moved(placed: Sequence[Placed], move: str, key: str) -> Arrangement | None:
    """The arrangement after one move – up, down, to3 (its place, from 1), hide, show – of a block that is
    there; None: not there."""
    keys = [each.block.key for each in placed]
    hidden = {each.block.key for each in placed if each.hidden}
    if key not in keys:
        return None
    at = keys.index(key)
    to = int(move[2:]) - 1 if move.startswith("to") else at + {"up": -1, "down": 1}.get(move, 0)
    if 0 <= to < len(keys):
        keys.insert(to, keys.pop(at))
    if move == "hide":
        hidden.add(key)
    if move == "show":
        hidden.discard(key)
    return Arrangement(tuple(keys), frozenset(hidden))
