"""One import being written: what its lines decided, and which rows the codes of its files stand for."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from preau.kernel.batches import in_batches
from preau.kernel.models import SchoolUnit, SchoolYear
from preau.modules.directory.models import TARGETS, Group, Import, ImportLine, Origin, SourceRecord, Thing
from preau.modules.directory.services.importing.tracing import Trace

Act = ImportLine.Act
FILE, OURS = "file", "ours"
SOURCES: dict[str, str] = {
    Origin.SIECLE: "siecle",
    Origin.STS: "sts",
    Origin.TABLE: "hand",
}  # of `Group.source` and its kin


class Writing:
    """`targets`: origin, thing and external id of everything the year's files ever named, and its row."""

    def __init__(self, batch: Import, year: SchoolYear) -> None:
        self.batch = batch
        self.year = year
        self.day = batch.effective_on
        self.trace = Trace()
        self.stale: list[str] = []  # who was changed by somebody since the preview
        self.aside = 0  # doubtful lines nobody decided
        self.lines: dict[str, list[ImportLine]] = {}
        for line in batch.lines.filter(act__in=ImportLine.WRITES).order_by("rank"):
            self.lines.setdefault(line.thing, []).append(line)
        # What was said until now, and which rows say it: of what the lines are about.
        self.stored = self._stored()
        self.before = {key: row.said for key, row in self.stored.items()}
        self.before_teachers = self._teachers_before()
        self.units: dict[str, int] = dict(SchoolUnit.objects.values_list("uai", "pk"))
        self.any_unit: int = min(self.units.values())
        self.targets: dict[tuple[str, str, str], int] = {}
        self._remember(SourceRecord.objects.exclude(year=year).order_by("year__starts_on", "pk"))
        self._remember(SourceRecord.objects.filter(year=year).order_by("pk"))
        self.groups: dict[int, Group] = {group.pk: group for group in Group.objects.all()}
        self._codes: dict[tuple[bool, str], int] = {}
        for group in self.groups.values():
            self.know_group(group)

    def _remember(self, rows: Any) -> None:
        names = sorted(set(TARGETS.values()))
        for row in rows.values_list("origin", "thing", "external_id", *names):
            origin, thing, external_id, *targets = row
            target = targets[names.index(TARGETS[thing])]
            if target is not None:
                self.targets[origin, thing, external_id] = target

    def _stored(self) -> dict[tuple[str, str, str], SourceRecord]:
        found = {}
        for thing, lines in self.lines.items():
            ids = [line.external_id for line in lines]
            for batch in in_batches(ids):
                rows = SourceRecord.objects.filter(year=self.year, thing=thing, external_id__in=batch)
                found.update({(row.origin, row.thing, row.external_id): row for row in rows})
        return found

    def _teachers_before(self) -> dict[int, set[str]]:
        return {
            row.course_id: set(row.said.get("teachers", ()))
            for row in self.stored.values()
            if row.course_id is not None
        }

    def of(self, thing: str, *acts: str) -> Iterator[ImportLine]:
        return (line for line in self.lines.get(thing, ()) if not acts or line.act in acts)

    def know(self, line: ImportLine, target: int) -> None:
        self.targets[line.origin, line.thing, line.external_id] = target
        line.target_id = target

    def know_group(self, group: Group) -> None:
        self.groups[group.pk] = group
        self._codes.setdefault((group.kind == Group.Kind.DIVISION, group.code_key), group.pk)

    def group(self, origin: str, thing: str, code: str) -> int | None:
        found = self.targets.get((origin, thing, code))
        if found is not None and found in self.groups:
            return found
        return self._codes.get((thing == Thing.DIVISION, code.partition(":")[2]))

    def group_pks(self, origin: str, thing: str, codes: Iterable[str]) -> set[int]:
        return {pk for code in codes if (pk := self.group(origin, thing, code)) is not None}

    def person(self, origin: str, thing: str, external_id: str) -> int | None:
        """A table may speak of pupils by the numbers of SIECLE."""
        for each in (origin, *Origin.values):
            if (found := self.targets.get((each, thing, external_id))) is not None:
                return found
        return None

    def unit(self, uai: str, of_file: str) -> int:
        return self.units.get(uai) or self.units.get(of_file) or self.any_unit

    def held(self, day: date) -> date:
        return min(max(day, self.year.starts_on), self.year.ends_on)

    @property
    def eve(self) -> date:
        return self.day - timedelta(days=1)


def taken(line: ImportLine) -> dict[str, tuple[str, str]]:
    """The fields the file changes, once everything is decided: what stood there, and what it says.

    A change is taken unless refused, a conflict only where somebody preferred the file.
    """
    chosen = line.decision.get("fields", {})
    found = {}
    for name, _before, ours, theirs, verdict in line.detail.get("fields", ()):
        if chosen.get(name, FILE if verdict == "change" else OURS) == FILE:
            found[name] = (ours, theirs)
    return found


def refused(line: ImportLine) -> list[str]:
    """The fields where what stands here is preferred to what the file says."""
    kept = taken(line)
    return [name for name, *_ in line.detail.get("fields", ()) if name not in kept]


def day_of(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
