"""Pupils, guardians and staff of an import: who they are here, and what is known of them."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from preau.kernel.batches import in_batches
from preau.modules.directory.models import PERSON_FIELDS, ImportLine, Override, Person, PersonRecord, Thing
from preau.modules.directory.selectors.elsewhere import persons_by_ine
from preau.modules.directory.services.importing.writing import Act, Writing, day_of, refused, taken

PEOPLE = (Thing.PUPIL, Thing.GUARDIAN, Thing.STAFF)
_TEXTS = tuple(name for name in PERSON_FIELDS if name != "birth_date")


def write_people(writing: Writing) -> None:
    lines = [line for thing in PEOPLE for line in writing.of(thing)]
    _decide(writing, [line for line in lines if line.act == Act.DOUBTFUL])
    new = [line for line in lines if line.target_id is None and line.act in (Act.ARRIVE, Act.DOUBTFUL)]
    new = [line for line in new if line.act == Act.ARRIVE or line.decision.get("other")]
    _make(writing, new)
    made = {line.pk for line in new}
    known = [line for line in lines if line.target_id is not None and line.pk not in made]
    _change(writing, [line for line in known if line.act != Act.SAME])
    for line in known:
        writing.know(line, line.target_id or 0)


def _decide(writing: Writing, doubtful: list[ImportLine]) -> None:
    """Whom somebody recognised. Who was not decided stays aside: the next file brings them again."""
    chosen = {line.pk: line.decision["same"] for line in doubtful if "same" in line.decision}
    records = dict(PersonRecord.objects.filter(uuid__in=chosen.values()).values_list("uuid", "pk"))
    by_text = {str(uuid): pk for uuid, pk in records.items()}
    taken_here: set[int] = set()
    for line in doubtful:
        record = by_text.get(chosen.get(line.pk, ""))
        if record is not None and record not in taken_here:
            line.target_id = record
            taken_here.add(record)
        elif not line.decision.get("other"):
            writing.aside += 1


def _make(writing: Writing, lines: list[ImportLine]) -> None:
    elsewhere = _known_elsewhere(lines)
    strangers = [line for line in lines if line.pk not in elsewhere]
    persons = writing.trace.make(Person, (Person() for _ in strangers))
    person_of = elsewhere | {line.pk: person.pk for line, person in zip(strangers, persons, strict=True)}
    records = (_record(line.said, person_of[line.pk]) for line in lines)
    for line, record in zip(lines, writing.trace.make(PersonRecord, records), strict=True):
        writing.know(line, record.pk)


def _record(said: dict[str, Any], person_id: int) -> PersonRecord:
    values = {name: said.get(name, "") for name in _TEXTS}
    return PersonRecord(person_id=person_id, birth_date=day_of(said.get("birth_date", "")), **values)


def _known_elsewhere(lines: list[ImportLine]) -> dict[int, int]:
    """Pupils who were in another school of the instance and have no record here: line to person."""
    by_key = {
        (line.said["ine"], line.said["birth_date"]): line.pk
        for line in lines
        if line.thing == Thing.PUPIL and line.said.get("ine") and line.said.get("birth_date")
    }
    persons = {by_key[key]: person for key, person in persons_by_ine(by_key).items()}
    here: set[int] = set()
    for batch in in_batches(persons.values()):
        here.update(
            PersonRecord.objects.filter(person__in=batch).order_by().values_list("person_id", flat=True)
        )
    return {line: person for line, person in persons.items() if person not in here}


def _change(writing: Writing, lines: list[ImportLine]) -> None:
    pks = [line.target_id for line in lines if line.target_id is not None]
    records: dict[int, PersonRecord] = {}
    overrides: dict[tuple[int, str], Override] = {}
    for batch in in_batches(pks):
        records.update({each.pk: each for each in PersonRecord.objects.filter(pk__in=batch).order_by()})
        for row in Override.objects.filter(record__in=batch).order_by():
            overrides[row.record_id, row.field] = row
    withdrawn, kept = [], []
    for line in lines:
        record = records.get(line.target_id or 0)
        if record is None:
            continue
        values = {}
        for name, (ours, theirs) in taken(line).items():
            if name not in PERSON_FIELDS:
                continue
            current = getattr(record, name)
            shown = (current.isoformat() if current else "") if name == "birth_date" else current
            if shown != ours:
                # Somebody was here since the preview: theirs stands, the next import asks.
                writing.stale.append(line.who)
                continue
            values[name] = day_of(theirs) if name == "birth_date" else theirs
            if (record.pk, name) in overrides:
                withdrawn.append(overrides[record.pk, name])
        writing.trace.change(record, **values)
        kept += [
            Override(record=record, field=name, value=_shown(record, name), was=theirs)
            for name, theirs in _preferred(line)
            if (record.pk, name) not in overrides
        ]
    writing.trace.remove(withdrawn)
    writing.trace.make(Override, _signed(writing, kept))


def _signed(writing: Writing, rows: list[Override]) -> Iterator[Override]:
    for row in rows:
        row.by_id, row.at = writing.batch.applied_by_id, timezone.now()
        yield row


def _shown(record: PersonRecord, name: str) -> str:
    value = getattr(record, name)
    return value if isinstance(value, str) else (value.isoformat() if value else "")


def _preferred(line: ImportLine) -> list[tuple[str, str]]:
    """Fields of a person where the file was told no, and what it said: from now on a correction by hand."""
    names = set(refused(line)) & set(PERSON_FIELDS)
    return [(name, theirs) for name, _b, _o, theirs, _v in line.detail.get("fields", ()) if name in names]
