"""Subjects, classes, groups and courses of an import."""

from preau.kernel.models import SchoolUnit
from preau.modules.directory.models import (
    Course,
    CourseGroup,
    CourseTeacher,
    Group,
    ImportLine,
    Subject,
    Thing,
)
from preau.modules.directory.services.importing.writing import (
    SOURCES,
    Act,
    Writing,
    taken,
)

HUES = 12


def write_units(writing: Writing) -> None:
    """Annexes somebody said are the school's: the files name them, and nobody else has their UAI."""
    asked = (ask["code"].partition(":") for ask in writing.batch.asks)
    new = [
        SchoolUnit(uai=uai, kind=SchoolUnit.Kind.ANNEX, name=uai)
        for code, _colon, uai in asked
        if code == "other_uai" and uai not in writing.units
    ]
    for made in writing.trace.make(SchoolUnit, new):
        writing.units[made.uai] = made.pk


def write_subjects(writing: Writing) -> None:
    known = {subject.short_code: subject.pk for subject in Subject.objects.all()}
    new: dict[str, Subject] = {}
    for line in writing.of(Thing.SUBJECT, Act.ARRIVE):
        short = line.said["short_code"]
        if short not in known and short not in new:
            hue = (len(known) + len(new)) * 7 % HUES  # neighbours in the list are no neighbours on the wheel
            code = line.said.get("code", "")
            new[short] = Subject(code=code, short_code=short, label=line.said["label"], hue=hue)
    known.update({made.short_code: made.pk for made in writing.trace.make(Subject, new.values())})
    for line in writing.of(Thing.SUBJECT):
        writing.know(line, known.get(line.said["short_code"]) or line.target_id or 0)


def write_groups(writing: Writing) -> None:
    """Classes first: groups are parts of them."""
    for thing in (Thing.DIVISION, Thing.GROUP):
        new: dict[str, Group] = {}
        for line in writing.of(thing, Act.ARRIVE):
            key = line.external_id.partition(":")[2]
            if writing.group(line.origin, thing, line.external_id) is not None or key in new:
                continue  # two sources speak of it
            of_class = writing.group_pks(line.origin, Thing.DIVISION, line.said.get("divisions", ()))
            part_of = next(iter(of_class)) if thing == Thing.GROUP and len(of_class) == 1 else None
            kind = Group.Kind.PART if part_of else Group.Kind.TEACHING
            levels = {writing.groups[pk].level for pk in of_class}
            new[key] = Group(
                year=writing.year,
                unit_id=writing.unit(line.said.get("unit", ""), line.uai),
                kind=Group.Kind.DIVISION if thing == Thing.DIVISION else kind,
                code=line.said["code"],
                label=line.said["label"],
                level=line.said.get("level", "") or (levels.pop() if len(levels) == 1 else ""),
                source=SOURCES[line.origin],
                part_of_id=part_of,
            )
        for made in writing.trace.make(Group, new.values()):
            writing.know_group(made)
        for line in writing.of(thing):
            found = line.target_id or writing.group(line.origin, thing, line.external_id)
            if found is None:
                continue
            writing.know(line, found)
            values = {name: theirs for name, (_ours, theirs) in taken(line).items()}
            writing.trace.change(writing.groups[found], **values)
    writing.trace.flush()


def write_courses(writing: Writing) -> None:
    """A course for each subject taught to a class or group. Teachers who come are added from the day of the
    import, those who go end on its eve; who was put there by hand stays."""
    lines = list(writing.of(Thing.COURSE, Act.ARRIVE))
    new, placed = [], []
    for line in lines:
        thing = Thing.DIVISION if line.said["kind"] == "division" else Thing.GROUP
        group = writing.group(line.origin, thing, line.said["group"])
        subject = writing.targets.get((line.origin, Thing.SUBJECT, line.said["subject"]))
        if group is None or not subject:
            continue
        mode = line.said.get("mode", "")
        label = "" if mode in ("", "CG") else f"{line.who.partition(' · ')[2]} ({mode})"[:80]
        new.append(Course(year=writing.year, subject_id=subject, label=label))
        placed.append((line, group))
    courses = writing.trace.make(Course, new)
    first = writing.year.starts_on
    of_groups = []
    for course, (line, group) in zip(courses, placed, strict=True):
        writing.know(line, course.pk)
        of_groups.append(CourseGroup(year=writing.year, course=course, group_id=group, starts_on=first))
    writing.trace.make(CourseGroup, of_groups)
    _teachers(writing, {line.target_id: line for line, _group in placed if line.target_id})
    _departures(writing)


def _teachers(writing: Writing, new: dict[int, ImportLine]) -> None:
    """`new`: the courses made just now, whose teachers teach since the year began."""
    changed = {line.target_id: line for line in writing.of(Thing.COURSE, Act.CHANGE) if line.target_id}
    there: dict[int, list[CourseTeacher]] = {}
    rows = CourseTeacher.objects.filter(course__in=list(changed)).on(writing.day)
    for row in rows.order_by("pk"):
        there.setdefault(row.course_id, []).append(row)
    added: list[CourseTeacher] = []
    going: list[CourseTeacher] = []
    for course, line in (*new.items(), *changed.items()):
        wanted = [
            pk
            for external_id in line.said.get("teachers", ())
            if (pk := writing.person(line.origin, Thing.STAFF, external_id)) is not None
        ]
        said_before = writing.before_teachers.get(course, ())
        before = {
            pk
            for external_id in said_before
            if (pk := writing.person(line.origin, Thing.STAFF, external_id)) is not None
        }
        here = {row.record_id for row in there.get(course, ())}
        main_taken = any(row.role == CourseTeacher.Role.MAIN for row in there.get(course, ()))
        for pk in dict.fromkeys(wanted):
            if pk in here or pk in before:
                continue
            role = CourseTeacher.Role.CO if main_taken else CourseTeacher.Role.MAIN
            main_taken = True
            since = writing.year.starts_on if course in new else writing.day
            added.append(
                CourseTeacher(year=writing.year, course_id=course, record_id=pk, role=role, starts_on=since)
            )
        leaving = before - set(wanted)
        going += [row for row in there.get(course, ()) if row.record_id in leaving]
    end_teachers(writing, going)
    writing.trace.make(CourseTeacher, added)


def end_teachers(writing: Writing, rows: list[CourseTeacher]) -> None:
    """To the eve; a row of which not a day has passed goes, unless a substitute stands in for it."""
    replaced = set(
        CourseTeacher.objects.filter(stands_in_for__in=[row.pk for row in rows])
        .order_by()
        .values_list("stands_in_for_id", flat=True)
    )
    removed = []
    for row in rows:
        if row.starts_on < writing.day:
            writing.trace.change(row, ends_on=writing.eve)
        elif row.pk in replaced:
            writing.trace.change(row, ends_on=row.starts_on)
        else:
            removed.append(row)
    writing.trace.flush()
    writing.trace.remove(removed)


def _departures(writing: Writing) -> None:
    gone = [line.target_id for line in writing.of(Thing.COURSE, Act.DEPART) if line.target_id]
    if not gone:
        return
    end_teachers(writing, list(CourseTeacher.objects.filter(course__in=gone).on(writing.day)))
    for row in CourseGroup.objects.filter(course__in=gone, ends_on=None):
        writing.trace.change(row, ends_on=max(row.starts_on, writing.eve))
    writing.trace.flush()
