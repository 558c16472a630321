"""Classes, groups and subjects."""

from preau.modules.directory.imports.entities import Entity
from preau.modules.directory.imports.plan.comparing import compared
from preau.modules.directory.imports.plan.draft import Act, Draft
from preau.modules.directory.models import Subject


class Groups:
    """Lines of the structure."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def plan_subjects(self, pending: list[Entity]) -> None:
        if not pending:
            return
        by_short = {subject.short_code: subject.pk for subject in Subject.objects.all()}
        for entity in pending:
            stored = self.draft.standing.sources.get(entity.key)
            target = (stored.target if stored else None) or by_short.get(entity.said["short_code"])
            # The label is the school's own from then on: timetables are read by it.
            self.draft.line(Act.SAME if target else Act.ARRIVE, entity, target)

    def plan_groups(self, pending: list[Entity]) -> None:
        arriving: set[str] = set()
        changed: set[tuple[int, str]] = set()
        for entity in pending:
            target = self.draft.group_here(entity)
            if target is None:
                key = entity.external_id.partition(":")[2]
                # Two sources tell of one class: it arrives once.
                self.draft.line(Act.SAME if key in arriving else Act.ARRIVE, entity)
                arriving.add(key)
                continue
            group = self.draft.standing.groups[target]
            ours = {"label": group.label, "level": group.level}
            before = self.draft.said_before(entity)
            if before is None and group.source != entity.origin:
                # Another source or a hand named it: two names for one class are nobody's mistake.
                self.draft.line(Act.SAME, entity, target)
                continue
            found = compared(("label", "level"), before=before, ours=ours, theirs=entity.said)
            # What another source has just said of it is not said again.
            found = [each for each in found if (target, each.field) not in changed]
            changed.update((target, each.field) for each in found)
            self.draft.differs(entity, target, found)
