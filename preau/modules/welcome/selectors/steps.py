"""The first steps of a profile: which there are, which are done, and whether they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from preau.kernel.access.actor import Actor
from preau.kernel.clock import today
from preau.kernel.modules import FirstStep, modules
from preau.modules.accounts.api import NEVER

MOST = 5
LATER_DAYS = 7


@dataclass(frozen=True)
class Step:
    step: FirstStep
    done: bool
    actor: Actor

    @property
    def url(self) -> str:
        return self.step.url(self.actor)


def steps_offered(actor: Actor) -> list[FirstStep]:
    found = [step for module in modules() for step in module.first_steps if step.shown_to(actor)]
    return sorted(found, key=lambda step: step.order)[:MOST]


def step_named(actor: Actor, key: str) -> FirstStep | None:
    return next((step for step in steps_offered(actor) if step.key == key), None)


def steps_of(account: Any, actor: Actor) -> list[Step]:
    """Of the profile worn. From the account's row alone."""
    seen = _kept(account, actor).get("seen")
    seen = seen if isinstance(seen, list) else ()
    return [Step(step, step.key in seen or step.done(account, actor), actor) for step in steps_offered(actor)]


def are_left(account: Any, actor: Actor, day: date) -> bool:
    left = _kept(account, actor).get("left")
    if not isinstance(left, str):
        return False
    # ISO days compare as words do.
    return left == NEVER or day.isoformat() < left


def block(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    account = request.user
    if are_left(account, actor, today()):
        return None
    steps = steps_of(account, actor)
    done = sum(step.done for step in steps)
    if not steps or done == len(steps):
        return None
    following = next(step for step in steps if not step.done)
    return {"steps": steps, "done": done, "following": following}


def _kept(account: Any, actor: Actor) -> Mapping[str, Any]:
    """Whatever cannot be read counts as nothing kept."""
    kept = account.first_steps.get(actor.hat.profile) if isinstance(account.first_steps, dict) else None
    return kept if isinstance(kept, dict) else {}
