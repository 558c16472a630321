"""A plan in the making: what the files say, what stands here, and the lines between them."""

from collections.abc import Iterable, Iterator
from typing import Any

from preau.modules.directory.imports.entities import Entity, Gathered, Key
from preau.modules.directory.imports.plan.comparing import CONFLICT, Difference, Moves
from preau.modules.directory.imports.plan.lines import Plan, PlannedLine
from preau.modules.directory.imports.plan.standing import Standing
from preau.modules.directory.models import ImportLine, Origin, Thing

Act = ImportLine.Act


class Draft:
    def __init__(self, gathered: Gathered, standing: Standing) -> None:
        self.gathered = gathered
        self.standing = standing
        self.done = Plan()
        self.before: dict[int, dict[str, Any]] = {}  # what sources said, by row
        self.sure: dict[Key, int] = {}  # people recognised by INE and birth date

    def retry_links(self) -> None:
        """Links said before their pupil was known: now that pupils are told of, they may lead somewhere."""
        if not any(True for _ in self.gathered.of(Thing.PUPIL)):
            return
        for row in self.standing.unresolved_charges():
            entity = Entity(row.origin, row.thing, row.external_id, row.uai, "", "", 0, row.said, frozenset())
            self.gathered.entities.setdefault(entity.key, entity)

    def stands(self, entity: Entity) -> bool:
        stored = self.standing.sources.get(entity.key)
        if stored is None or stored.gone or stored.target is None:
            return False
        return stored.digest == entity.digest() or bool(entity.said.get("implied"))

    def settled(self, pending: Iterable[Entity]) -> Iterator[Entity]:
        """Those that are still another thing once what a file has no place for is taken from last time."""
        listed = list(pending)
        known = {each.key: found for each in listed if (found := self.standing.sources.get(each.key))}
        self.before = self.standing.said(stored.pk for stored in known.values())
        for entity in listed:
            stored = known.get(entity.key)
            if entity.said.get("implied") and self.group_here(entity) is not None:
                continue
            if stored is not None:
                self._complete(entity, self.before.get(stored.pk, {}))
                if stored.of_this_year and self.stands(entity):
                    continue
            yield entity

    def _complete(self, entity: Entity, before: dict[str, Any]) -> None:
        for name in entity.unsaid:
            if name in before:
                entity.said.setdefault(name, before[name])
        if "level" in before and "level" not in entity.said and before.get("mef") == entity.said.get("mef"):
            entity.said["level"] = before["level"]  # its nomenclature is not among these files

    def said_before(self, entity: Entity) -> dict[str, Any] | None:
        stored = self.standing.sources.get(entity.key)
        return self.before.get(stored.pk) if stored else None

    def said_this_year(self, entity: Entity) -> dict[str, Any] | None:
        """For what belongs to the year: a class « 6A » of last year is another one."""
        stored = self.standing.sources.get(entity.key)
        return self.before.get(stored.pk) if stored and stored.of_this_year else None

    def line(self, act: str, entity: Entity, target: int | None = None, **detail: Any) -> None:
        kept = {name: value for name, value in detail.items() if value}
        self.done.lines.append(PlannedLine(act, entity, target, kept))

    def differs(self, entity: Entity, target: int, found: list[Difference], **detail: Any) -> None:
        verdicts = {each.verdict for each in found}
        act = (
            Act.CONFLICT
            if CONFLICT in verdicts
            else Act.CHANGE
            if found or any(detail.values())
            else Act.SAME
        )
        self.line(act, entity, target, fields=[each.to_json() for each in found], **detail)

    def group_here(self, entity: Entity) -> int | None:
        return self.standing.group_of(entity.origin, entity.thing, entity.external_id)

    def tokens(self, origin: str, thing: str, codes: Iterable[str]) -> set[Any]:
        """The rows codes stand for; a code that is new stands for itself."""
        return {self.standing.group_of(origin, thing, code) or code for code in codes}

    def told_moves(self, moved: Moves) -> dict[str, list[str]]:
        if not moved:
            return {}
        return {"added": self.labels(moved.added), "removed": self.labels(moved.removed)}

    def labels(self, tokens: Iterable[Any]) -> list[str]:
        return sorted(
            self.standing.groups[each].label if isinstance(each, int) else self._new_label(each)
            for each in tokens
        )

    def named(self, tokens: Iterable[Any]) -> str:
        return ", ".join(self.labels(tokens))

    def _new_label(self, code: str) -> str:
        for origin in Origin.values:
            for thing in (Thing.DIVISION, Thing.GROUP):
                entity = self.gathered.entities.get((origin, str(thing), code))
                if entity is not None:
                    return str(entity.said.get("label", code))
        return code.partition(":")[2].upper()

    def pupil_of(self, charge: Entity, known: dict[Key, int] | None = None) -> int | None:
        """The record a link leads to, if its pupil is one already."""
        for origin in (charge.origin, *Origin.values):
            key = (origin, str(Thing.PUPIL), charge.said.get("pupil", ""))
            if known and key in known:
                return known[key]
            stored = self.standing.sources.get(key)
            if stored is not None and stored.target is not None:
                return stored.target
        return None
