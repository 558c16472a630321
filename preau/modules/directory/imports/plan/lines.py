"""What would change, before anybody keeps it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from preau.modules.directory.imports.entities import Entity
from preau.modules.directory.models import ImportLine


@dataclass(slots=True)
class PlannedLine:
    act: str
    entity: Entity
    target: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass
class Plan:
    lines: list[PlannedLine] = field(default_factory=list)
    asks: list[dict[str, Any]] = field(default_factory=list)  # code, and the figures of its sentence
    unchanged: int = 0

    @property
    def changes_nothing(self) -> bool:
        return not any(line.act in ImportLine.WRITES for line in self.lines)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Lines of each act, of each thing."""
        found: dict[str, dict[str, int]] = {}
        for (act, thing), number in Counter((line.act, line.entity.thing) for line in self.lines).items():
            found.setdefault(str(act), {})[str(thing)] = number
        return found
