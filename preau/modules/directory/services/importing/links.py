"""Who answers for whom, and who works here, in an import."""

from collections.abc import Callable

from preau.kernel.batches import in_batches
from preau.modules.directory.models import (
    CourseTeacher,
    Function,
    Guardianship,
    ImportLine,
    Membership,
    Profile,
    Thing,
)
from preau.modules.directory.models.defaults import PROFILE_OF_FUNCTION
from preau.modules.directory.services.importing.structure import end_teachers
from preau.modules.directory.services.importing.writing import Act, Writing, day_of, taken

_READ: dict[str, Callable[[str], object]] = {"level": int, "houses": bool}


def write_guardianships(writing: Writing) -> None:
    new: dict[tuple[int, int], Guardianship] = {}
    of_line = []
    for line in writing.of(Thing.CHARGE, Act.ARRIVE):
        pupil = line.detail.get("pupil") or writing.person(
            line.origin, Thing.PUPIL, line.said.get("pupil", "")
        )
        guardian = writing.targets.get((line.origin, Thing.GUARDIAN, line.said["guardian"]))
        if pupil is None or guardian is None or pupil == guardian:
            continue  # one of them stays aside, and so does the link: kept as said
        row = Guardianship(
            pupil_id=pupil,
            guardian_id=guardian,
            level=line.said["level"],
            kinship=line.said["kinship"],
            houses=line.said.get("houses", False),
            starts_on=writing.year.starts_on,
        )
        new.setdefault((pupil, guardian), row)
        of_line.append((line, (pupil, guardian)))
    standing = _standing(writing, list(new))
    made = {
        (row.pupil_id, row.guardian_id): row.pk
        for row in writing.trace.make(
            Guardianship, (row for ends, row in new.items() if ends not in standing)
        )
    }
    for line, ends in of_line:
        writing.know(line, standing[ends].pk if ends in standing else made[ends])
        if ends in standing:
            _same_person_again(writing, standing[ends], new[ends])
    _change(writing)
    writing.trace.flush()


def _standing(writing: Writing, ends: list[tuple[int, int]]) -> dict[tuple[int, int], Guardianship]:
    """Links between the same two that hold already, however they came."""
    wanted, found = set(ends), {}
    pupils = sorted({pupil for pupil, _guardian in ends})
    for batch in in_batches(pupils):
        rows = Guardianship.objects.filter(pupil__in=batch)
        for row in rows.order_by("starts_on"):
            current = row.ends_on is None or row.ends_on >= writing.day
            same_day = row.starts_on == writing.year.starts_on
            if (row.pupil_id, row.guardian_id) in wanted and (current or same_day):
                found[row.pupil_id, row.guardian_id] = row
    return found


def _same_person_again(writing: Writing, row: Guardianship, said: Guardianship) -> None:
    ends_on = None if row.ends_on is not None and row.ends_on < writing.day else row.ends_on
    writing.trace.change(
        row, level=said.level, kinship=said.kinship, houses=row.houses or said.houses, ends_on=ends_on
    )


def _change(writing: Writing) -> None:
    lines = {
        line.target_id: line
        for line in writing.of(Thing.CHARGE, Act.CHANGE, Act.CONFLICT, Act.DEPART)
        if line.target_id
    }
    for batch in in_batches(lines):
        for row in Guardianship.objects.filter(pk__in=batch).order_by():
            line = lines[row.pk]
            if line.act == Act.DEPART:
                if row.ends_on is None or row.ends_on > writing.eve:
                    writing.trace.change(row, ends_on=max(row.starts_on, writing.eve))
                continue
            values: dict[str, object] = {}
            for name, (_ours, theirs) in taken(line).items():
                values[name] = (
                    {"level": int(theirs or 3)}.get(name, theirs) if name != "houses" else bool(theirs)
                )
            if line.detail.get("back"):
                values["ends_on"] = None
            writing.trace.change(row, **values)


def write_staff(writing: Writing) -> None:
    lines = [line for line in writing.of(Thing.STAFF) if line.target_id is not None]
    profiles = {profile.code: profile for profile in Profile.objects.all()}
    _appoint(writing, [line for line in lines if line.act not in (Act.SAME, Act.DEPART)], profiles)
    _head_teachers(writing, [line for line in lines if line.act not in (Act.SAME, Act.DEPART)])
    _leave(writing, [line.target_id or 0 for line in lines if line.act == Act.DEPART])
    writing.trace.flush()


def _appoint(writing: Writing, lines: list[ImportLine], profiles: dict[str, Profile]) -> None:
    records = [line.target_id for line in lines]
    held = set(
        Membership.objects.filter(record__in=records)
        .on(writing.day)
        .order_by()
        .values_list("record_id", flat=True)
    )
    new = []
    for line in lines:
        profile = profiles.get(PROFILE_OF_FUNCTION.get(line.said.get("function", ""), ""))
        record = line.target_id or 0
        if profile is None or record in held:
            continue
        held.add(record)
        discipline = line.said.get("discipline", "")
        new.append(
            Membership(
                record_id=record,
                profile=profile,
                title=discipline,
                starts_on=writing.year.starts_on,
            )
        )
    writing.trace.make(Membership, new)


def _head_teachers(writing: Writing, lines: list[ImportLine]) -> None:
    """Added and ended as the file changes; who was named by hand stays."""
    rows = Function.objects.filter(
        kind=Function.Kind.HEAD_TEACHER, record__in=[line.target_id for line in lines]
    )
    here: dict[tuple[int, int], Function] = {}
    for row in rows.order_by("starts_on"):
        here[row.record_id, row.group_id or 0] = row
    new = []
    for line in lines:
        record = line.target_id or 0
        before = writing.before.get((line.origin, Thing.STAFF, line.external_id), {})
        was = writing.group_pks(line.origin, Thing.DIVISION, (code for code, *_ in before.get("heads", ())))
        now = set()
        for code, starts_on, ends_on in line.said.get("heads", ()):
            group = writing.group(line.origin, Thing.DIVISION, code)
            if group is None:
                continue
            now.add(group)
            if (record, group) in here or group in was:
                continue
            first = writing.held(day_of(starts_on) or writing.year.starts_on)
            last = day_of(ends_on)
            new.append(
                Function(
                    year=writing.year,
                    record_id=record,
                    kind=Function.Kind.HEAD_TEACHER,
                    group_id=group,
                    starts_on=first,
                    # To the end of the year: as a function without a last day.
                    ends_on=max(first, last) if last and last < writing.year.ends_on else None,
                )
            )
            here[record, group] = new[-1]
        for group in was - now:
            held = here.get((record, group))
            if held is not None and held.ends_on is None and held.pk:
                writing.trace.change(held, ends_on=max(held.starts_on, writing.eve))
    writing.trace.make(Function, new)


def _leave(writing: Writing, records: list[int]) -> None:
    if not records:
        return
    last = writing.eve
    for row in Membership.objects.filter(record__in=records).on(writing.day):
        writing.trace.change(row, ends_on=max(row.starts_on, last))
    for function in Function.objects.filter(record__in=records).on(writing.day):
        writing.trace.change(function, ends_on=max(function.starts_on, last))
    end_teachers(writing, list(CourseTeacher.objects.filter(record__in=records).on(writing.day)))
