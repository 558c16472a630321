"""Pupils of an import in the year: enrolment, classes, groups. The past is not rewritten: a change of class
counts from the day of the import, as one made by hand does."""

from datetime import date

from preau.kernel.batches import in_batches
from preau.modules.directory.models import Enrolment, Group, GroupMember, ImportLine, Thing
from preau.modules.directory.services.importing.writing import (
    SOURCES,
    Act,
    Writing,
    day_of,
    taken,
)


def write_pupils(writing: Writing) -> None:
    lines = [line for line in writing.of(Thing.PUPIL) if line.target_id is not None]
    standing = _enrolments([line.target_id for line in lines if line.target_id])
    # Who comes back is enrolled anew: they were not there in between.
    new = [
        line
        for line in lines
        if line.act != Act.DEPART and (line.target_id not in standing or line.detail.get("back"))
    ]
    rows = []
    for line in new:
        starts_on = writing.day if line.detail.get("back") else _first_day(writing, line)
        leaves_on = day_of(line.said.get("leaves_on", ""))
        last = max(leaves_on, starts_on) if leaves_on else None
        rows.append(
            Enrolment(
                year=writing.year,
                record_id=line.target_id or 0,
                unit_id=_unit(writing, line),
                level=line.said.get("level", ""),
                mef=line.said.get("mef", ""),
                boarding=line.said.get("boarding", ""),
                starts_on=starts_on,
                ends_on=last if last and last <= writing.year.ends_on else None,
            )
        )
    members = []
    for line, enrolment in zip(new, writing.trace.make(Enrolment, rows), strict=True):
        for pk in _places(writing, line):
            members.append(_member(writing, line.origin, enrolment, pk, enrolment.starts_on))
    writing.trace.make(GroupMember, members)
    known = [line for line in lines if line.target_id in standing and not line.detail.get("back")]
    _change(writing, known, standing)


def _enrolments(records: list[int]) -> dict[int, Enrolment]:
    found: dict[int, Enrolment] = {}
    for batch in in_batches(records):
        rows = Enrolment.objects.filter(record__in=batch)
        found.update({row.record_id: row for row in rows.order_by("starts_on")})
    return found


def _first_day(writing: Writing, line: ImportLine) -> date:
    return writing.held(day_of(line.said.get("enters_on", "")) or writing.year.starts_on)


def _unit(writing: Writing, line: ImportLine) -> int:
    """The unit of the class: pupils of a SEGPA are in its file or in the school's."""
    said, origin, uai = line.said, line.origin, line.uai
    for code in said.get("divisions", ()):
        pk = writing.group(origin, Thing.DIVISION, code)
        if pk is not None and writing.groups[pk].unit_id is not None:
            return int(writing.groups[pk].unit_id or 0)
    return writing.unit("", uai)


def _places(writing: Writing, line: ImportLine) -> set[int]:
    said, origin = line.said, line.origin
    divisions = writing.group_pks(origin, Thing.DIVISION, said.get("divisions", ()))
    return divisions | writing.group_pks(origin, Thing.GROUP, said.get("groups", ()))


def _member(writing: Writing, origin: str, enrolment: Enrolment, group: int, starts_on: date) -> GroupMember:
    return GroupMember(
        year=writing.year,
        group_id=group,
        record_id=enrolment.record_id,
        enrolment=enrolment,
        role=GroupMember.Role.PUPIL,
        starts_on=max(starts_on, enrolment.starts_on),
        ends_on=enrolment.ends_on,
        source=SOURCES[origin],
    )


def _change(writing: Writing, lines: list[ImportLine], standing: dict[int, Enrolment]) -> None:
    members: dict[int, list[GroupMember]] = {}
    pks = [line.target_id for line in lines if line.act != Act.SAME]
    for batch in in_batches(pks):
        rows = GroupMember.objects.pupils().filter(record__in=batch)
        for row in rows.order_by("pk"):
            if row.ends_on is None or row.ends_on >= writing.day:
                members.setdefault(row.record_id, []).append(row)
    added: list[GroupMember] = []
    ended: list[GroupMember] = []
    for line in lines:
        if line.act == Act.SAME:
            continue
        enrolment = standing[line.target_id or 0]
        here = members.get(enrolment.record_id, [])
        if line.act == Act.DEPART:
            _leave(writing, line, enrolment, here)
            continue
        wanted = taken(line)
        values: dict[str, object] = {
            name: wanted[name][1] for name in ("level", "mef", "boarding") if name in wanted
        }
        if "leaves_on" in wanted:
            values["ends_on"] = day_of(wanted["leaves_on"][1])
        if "enters_on" in wanted and (enters_on := day_of(wanted["enters_on"][1])):
            values["starts_on"] = enters_on
        writing.trace.change(enrolment, **values)
        leaves, enters = _moved(writing, line, here, "divisions" in wanted)
        ended += [row for row in here if row.group_id in leaves]
        for pk in enters:
            added.append(_member(writing, line.origin, enrolment, pk, writing.day))
    writing.trace.flush()
    end_members(writing, ended)
    writing.trace.make(GroupMember, added)


def _moved(
    writing: Writing, line: ImportLine, here: list[GroupMember], changes_class: bool
) -> tuple[set[int], set[int]]:
    """Groups left and entered. Who leaves a class leaves the parts of it."""
    said, origin = line.said, line.origin
    before = writing.before.get((origin, Thing.PUPIL, line.external_id), {})
    standing = {row.group_id for row in here}
    leaves: set[int] = set()
    enters: set[int] = set()
    if changes_class:
        classes = {pk for pk in standing if writing.groups[pk].kind == Group.Kind.DIVISION}
        wanted = writing.group_pks(origin, Thing.DIVISION, said.get("divisions", ()))
        leaves |= classes - wanted
        enters |= wanted - classes
        leaves |= {pk for pk in standing if writing.groups[pk].part_of_id in leaves}
    was = writing.group_pks(origin, Thing.GROUP, before.get("groups", ()))
    now = writing.group_pks(origin, Thing.GROUP, said.get("groups", ()))
    return (leaves | (was - now) & standing) - (now - was), enters | (now - was - standing)


def _leave(writing: Writing, line: ImportLine, enrolment: Enrolment, here: list[GroupMember]) -> None:
    """On the day their file says, else on the eve of the import; never before they came."""
    fields = {name: theirs for name, _b, _o, theirs, _v in line.detail.get("fields", ())}
    last = day_of(fields.get("leaves_on", "")) or writing.eve
    last = max(min(last, writing.year.ends_on), enrolment.starts_on)
    if enrolment.ends_on is None or enrolment.ends_on > last:
        writing.trace.change(enrolment, ends_on=last)
    gone = []
    for row in here:
        if row.starts_on > last:
            gone.append(row)
        elif row.ends_on is None or row.ends_on > last:
            writing.trace.change(row, ends_on=last)
    writing.trace.flush()
    writing.trace.remove(gone)


def end_members(writing: Writing, rows: list[GroupMember]) -> None:
    removed = []
    for row in rows:
        if row.starts_on < writing.day:
            writing.trace.change(row, ends_on=writing.eve)
        else:
            removed.append(row)  # not a day of it has passed
    writing.trace.flush()
    writing.trace.remove(removed)
