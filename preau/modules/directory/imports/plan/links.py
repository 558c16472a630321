"""Who answers for whom, and who teaches what."""

from collections.abc import Iterable
from typing import Any

from preau.kernel.names import folded
from preau.modules.directory.imports.entities import Entity, Key
from preau.modules.directory.imports.plan.comparing import Moves, compared, moves
from preau.modules.directory.imports.plan.draft import Act, Draft
from preau.modules.directory.models import Group, Origin, PersonRecord, Thing

CHARGE_FIELDS = ("level", "kinship", "houses")


class Links:
    """Lines of guardianships and courses."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def plan_charges(self, pending: list[Entity]) -> None:
        known = {
            each.key: stored.target
            for each in pending
            if (stored := self.draft.standing.sources.get(each.key)) and stored.target is not None
        }
        rows = self.draft.standing.guardianships(known.values())
        children = self._children(pending)
        arriving = {
            line.entity.key for line in self.draft.done.lines if line.act in (Act.ARRIVE, Act.DOUBTFUL)
        }
        for entity in pending:
            target = known.get(entity.key)
            row = rows.get(target) if target else None
            if row is not None:
                ours = {"level": row.level, "kinship": row.kinship, "houses": row.houses}
                stored = self.draft.standing.sources[entity.key]
                before = self.draft.said_before(entity)
                found = compared(CHARGE_FIELDS, before=before, ours=ours, theirs=entity.said)
                back = stored.gone and row.ends_on is not None
                self.draft.differs(entity, row.pk, found, back=back)
                continue
            pupil = self.draft.pupil_of(entity, self.draft.sure)
            if pupil is None and "child" in entity.said:
                pupil = children.get(entity.external_id)
            is_new = any(
                (o, str(Thing.PUPIL), entity.said.get("pupil", "")) in arriving for o in Origin.values
            )
            if pupil is None and not is_new:
                self._unresolved(entity)
                continue
            guardian = (entity.origin, str(Thing.GUARDIAN), entity.said["guardian"])
            if (
                self.draft.standing.sources.get(guardian) is None
                and guardian not in self.draft.gathered.entities
            ):
                continue  # to a person nobody describes: its reader has said so
            self.draft.line(Act.ARRIVE, entity, None, pupil=pupil or 0)

    def _unresolved(self, entity: Entity) -> None:
        """Kept as said, once: whoever brings the pupils later need not bring the guardians again."""
        stored = self.draft.standing.sources.get(entity.key)
        if stored is not None and stored.digest == entity.digest():
            return
        if "child" in entity.said:
            self.draft.line(Act.CHECK, entity, None, code="unknown_child")
        else:
            self.draft.line(Act.SAME, entity)

    def _children(self, pending: list[Entity]) -> dict[str, int]:
        """Pupils of the school by name and class, for tables without ids."""
        wanted = {each.external_id: each.said["child"] for each in pending if each.said.get("child")}
        if not wanted:
            return {}
        by_name: dict[tuple[str, str, str], set[int]] = {}
        rows = PersonRecord.objects.filter(
            groups__role="pupil", groups__group__kind=Group.Kind.DIVISION
        ).values_list("pk", "last_name", "birth_name", "first_name", "groups__group__code_key")
        for pk, last, birth, first, code in rows:
            for name in {folded(last), folded(birth)} - {""}:
                by_name.setdefault((name, folded(first), code), set()).add(pk)
        found = {}
        for external_id, (last, birth, first, code) in wanted.items():
            for name in (last, birth):
                if len(pks := by_name.get((name, first, code), set())) == 1:
                    found[external_id] = next(iter(pks))
                    break
        return found

    def plan_courses(self, pending: list[Entity]) -> None:
        known = {
            each.key: stored.target
            for each in pending
            if (stored := self.draft.standing.sources.get(each.key)) and stored.target is not None
        }
        teaching = self.draft.standing.teachers(known.values())
        names: dict[Any, str] = {}
        moved: dict[Key, Moves] = {}
        for entity in pending:
            course = known.get(entity.key)
            if course is not None:
                theirs = self._teachers(entity, entity.said, names)
                was = self._teachers(entity, self.draft.said_before(entity) or {}, names)
                moved[entity.key] = moves(was, teaching.get(course, set()), theirs)
        # Who teaches no more is often named in no file any more.
        here = {token for each in moved.values() for token in (*each.added, *each.removed)} - names.keys()
        names |= self.draft.standing.names(here)
        for entity in pending:
            each = moved.get(entity.key)
            if each is None:
                self.draft.line(Act.ARRIVE, entity)
                continue
            told = {"added": _names(each.added, names), "removed": _names(each.removed, names)}
            self.draft.differs(entity, known[entity.key], [], teachers=told if each else {})

    def _teachers(self, entity: Entity, said: dict[str, Any], names: dict[Any, str]) -> set[Any]:
        found: set[Any] = set()
        for external_id in said.get("teachers", ()):
            key = (entity.origin, str(Thing.STAFF), external_id)
            stored = self.draft.standing.sources.get(key)
            token: Any = stored.target if stored and stored.target else external_id
            if person := self.draft.gathered.entities.get(key):
                names[token] = person.who
            elif token == external_id:
                names[token] = external_id
            found.add(token)
        return found


def _names(tokens: Iterable[Any], names: dict[Any, str]) -> list[str]:
    return sorted(names.get(each, "?") for each in tokens)
