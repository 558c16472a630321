"""From files to an import that waits to be read: they are read once, in the request that brought them, and
what they would change is kept. The files themselves are not."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from preau.kernel.access.actor import Actor
from preau.kernel.models import SchoolUnit, SchoolYear
from preau.kernel.tenancy.scope import in_every_school
from preau.modules.directory.imports.checking import Check, Expected, check
from preau.modules.directory.imports.columns import TableMapping
from preau.modules.directory.imports.gathering import Gatherer
from preau.modules.directory.imports.plan import Plan, planned
from preau.modules.directory.imports.problems import Severity
from preau.modules.directory.models import ColumnMapping, Import, ImportLine, PersonRecord
from preau.modules.directory.services import importing

_ACTS = {
    Severity.LEFT_OUT: ImportLine.Act.ERROR,
    Severity.DOUBT: ImportLine.Act.CHECK,
    Severity.REMARK: ImportLine.Act.REMARK,
}


@dataclass(frozen=True)
class Staged:
    """`batch`: None where nothing would change, and nothing was kept."""

    check: Check
    plan: Plan
    batch: Import | None


def staged(
    uploads: Iterable[tuple[str, BinaryIO]],
    *,
    actor: Actor | None,
    begun_by: PersonRecord | None,
    year: SchoolYear,
    day: date,
) -> Staged:
    """`year` and its school are open; `day`: today there. Raises `AlreadyRunning`."""
    gatherer = Gatherer()
    own = frozenset(SchoolUnit.objects.values_list("uai", flat=True))
    expected = Expected(own, year.starts_on.year, _is_another_schools)
    checked = check(uploads, expected, gatherer, _columns_of(year))
    # Before the year begins all counts from its first day on; after its end nothing is moved any more.
    effective_on = min(max(day, year.starts_on), year.ends_on)
    plan = planned(gatherer.finish(), year, effective_on)
    if plan.changes_nothing:
        return Staged(checked, plan, None)
    batch = importing.begin_import(
        actor=actor,
        begun_by=begun_by,
        effective_on=effective_on,
        lines=[*_lines(plan, year), *_problems(checked, year)],
        files=_files(checked),
        counts=plan.counts | _told(checked),
        asks=plan.asks,
    )
    return Staged(checked, plan, batch)


def _is_another_schools(uai: str) -> bool:
    with in_every_school(reason="whose files these are"):
        return bool(SchoolUnit.objects.filter(uai=uai).exists())


def _columns_of(year: SchoolYear) -> Callable[[TableMapping], TableMapping]:
    """As this school said the last time that a table had these columns; else as they are recognised, and kept
    to be looked at."""
    kept = dict(ColumnMapping.objects.values_list("headers_digest", "columns"))

    def read_as(mapping: TableMapping) -> TableMapping:
        if mapping.digest in kept:
            return mapping.remembered(json.dumps(kept[mapping.digest]))
        said = json.loads(mapping.to_json())
        importing.notice_columns(kind=str(mapping.kind), digest=mapping.digest, columns=said)
        kept[mapping.digest] = said
        return mapping

    return read_as


def _lines(plan: Plan, year: SchoolYear) -> Iterator[ImportLine]:
    for line in plan.lines:
        entity = line.entity
        yield ImportLine(
            year=year,
            act=line.act,
            thing=entity.thing,
            origin=entity.origin,
            external_id=entity.external_id,
            uai=entity.uai,
            who=entity.who,
            file=entity.file,
            line=entity.line,
            target_id=line.target,
            said=entity.said,
            detail=line.detail,
        )


def _problems(checked: Check, year: SchoolYear) -> Iterator[ImportLine]:
    for file, problem in checked.told:
        yield ImportLine(
            year=year,
            act=_ACTS[problem.severity],
            who=problem.who[:160],
            file=file[-255:],
            line=problem.line,
            detail={"cause": problem.cause, "code": problem.code},
        )


def _told(checked: Check) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for _file, problem in checked.told:
        of = found.setdefault(str(_ACTS[problem.severity]), {})
        of[""] = of.get("", 0) + 1
    return found


def _files(checked: Check) -> list[dict[str, Any]]:
    read = [
        {
            "name": file.name[-255:],
            "kind": str(file.kind),
            "exported_on": file.exported_on.isoformat() if isinstance(file.exported_on, date) else None,
            "counts": list(file.counts),
            "refused": file.refused,
            "columns": str(file.columns_uuid) if file.columns else "",
        }
        for file in checked.files
    ]
    aside: list[dict[str, Any]] = [
        {"name": each.name[-255:], "kind": "", "exported_on": None, "counts": [], "refused": each.reason}
        for each in checked.left_aside
    ]
    return [*read, *aside]
