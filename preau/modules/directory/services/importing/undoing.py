"""Taking an import back: what is still as it was written becomes what it was before; what somebody changed
since stays; who was already used – has an account, a photo, marks – has left instead of never having been."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.batches import in_batches
from preau.kernel.calendar import Dated
from preau.kernel.models import SchoolUnit
from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.search.jobs import touch
from preau.kernel.storage.models import Attachment
from preau.kernel.tenancy.scope import in_every_school, in_every_year
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import (
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Guardianship,
    Import,
    Membership,
    Override,
    Person,
    PersonRecord,
    SourceRecord,
    Subject,
)
from preau.modules.directory.models.sources import LINES_KEPT
from preau.modules.directory.services.importing.tracing import Trace, model_of, plain

# What others hang on. A row that others use stays.
_ANCHORS: tuple[type[models.Model], ...] = (
    Course,
    Enrolment,
    PersonRecord,
    Person,
    Group,
    Subject,
    SchoolUnit,
)
# What only says something of an anchor, and the keys it says it by. The first ones keep it, if they stay.
_HANGERS: tuple[tuple[type[models.Model], tuple[str, ...], tuple[str, ...]], ...] = (
    (CourseTeacher, ("record_id",), ("course_id",)),
    (CourseGroup, (), ("course_id", "group_id")),
    (Function, ("record_id",), ("group_id",)),
    (Membership, ("record_id",), ()),
    (Guardianship, ("pupil_id",), ("guardian_id",)),
    (GroupMember, ("enrolment_id",), ("group_id",)),
    (Override, ("record_id",), ()),
)


@dataclass
class Undoing:
    """What would become of each row: figures to be shown before it is done."""

    restored: int = 0  # rows that become what they were
    kept: int = 0  # values somebody changed since
    removed: dict[str, int] = field(default_factory=dict)  # rows that go, by model
    left: list[str] = field(default_factory=list)  # people already used: they have left


def last_applied() -> Import | None:
    """The only one that can be taken back: what came after it stands on it."""
    done = Import.objects.filter(state=Import.State.APPLIED).order_by("-applied_at")
    found: Import | None = done.first()
    return found


def may_be_undone(batch: Import) -> bool:
    if batch.state != Import.State.APPLIED or batch.trace is None or batch.applied_at is None:
        return False
    last = last_applied()
    return last is not None and last.pk == batch.pk and timezone.now() - batch.applied_at < LINES_KEPT


def undoing_of(batch: Import, day: date) -> Undoing:
    """What taking it back would do, without a write."""
    return _Undo(batch, day).told()


@transaction.atomic
def undo_import(*, actor: Actor | None, batch: Import, day: date) -> Undoing:
    """`day`: today in the school. Done twice, it changes nothing. Raises `RuleBroken`, `Conflict`."""
    batch = Import.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state == Import.State.UNDONE:
        return Undoing()
    if batch.state != Import.State.APPLIED:
        raise Conflict(_("Cet import n’a pas été appliqué : il n’y a rien à annuler."))
    if not may_be_undone(batch):
        raise RuleBroken(
            _("Seul le dernier import s’annule, pendant trente jours : annulez d’abord ceux qui l’ont suivi.")
        )
    undo = _Undo(batch, day)
    told = undo.told()
    undo.write()
    batch.state, batch.settled_at, batch.trace = Import.State.UNDONE, timezone.now(), None
    batch.save(update_fields=["state", "settled_at", "trace"])
    touch(PEOPLE, undo.people)
    figures = {"restored": told.restored, "removed": sum(told.removed.values()), "kept": told.kept}
    audit.record(actor, "directory.files_undone", batch, values=figures)
    return told


class _Undo:
    def __init__(self, batch: Import, day: date) -> None:
        self.trace = Trace.unpacked(bytes(batch.trace or b""))
        year = batch.year
        self.eve = min(max(day, year.starts_on), year.ends_on) - timedelta(days=1)
        self.made = {model_of(label): set(pks) for label, pks in self.trace.made.items()}
        self.staying: dict[type[models.Model], set[int]] = {model: self._used(model) for model in _ANCHORS}
        # Somebody stands in for them: who is replaced stays, and what they taught.
        self.replaced = self._used(CourseTeacher)
        self._keep_the_replaced()
        self._keep_whole_people()
        self.hanging = {model: self._split(model, by, beside) for model, by, beside in _HANGERS}
        self._keep_what_stays_hangs_on()
        self.back, self.kept = self._restorable()
        self.people = self.made.get(PersonRecord, set()) | {
            row.pk for row in self.back if isinstance(row, PersonRecord)
        }

    # What stays

    def _used(self, model: type[models.Model]) -> set[int]:
        """The rows made that something of another hand points to."""
        made = self.made.get(model, set())
        used: set[int] = set()
        if not made:
            return used
        hangers = {each for each, _by, _beside in _HANGERS} | {SourceRecord, *_ANCHORS}
        for relation in model._meta.get_fields(include_hidden=True):
            if not (
                relation.auto_created
                and not relation.concrete
                and (relation.one_to_many or relation.one_to_one)
            ):
                continue
            other: Any = relation.related_model
            key = relation.field.attname  # type: ignore[union-attr]
            ours = self.made.get(other, set()) if other in hangers else set()
            for pointed, pk in self._pointing(other, key, made):
                if pk not in ours:
                    used.add(pointed)
        if model is PersonRecord:
            for batch in in_batches(made):
                rows = Attachment.objects.filter(kind__startswith="directory.", owner_id__in=batch)
                used.update(rows.order_by().values_list("owner_id", flat=True))
        return used

    def _pointing(self, other: Any, key: str, made: set[int]) -> Iterator[tuple[int, int]]:
        scope = (
            in_every_school
            if not getattr(other, "school_owned", False) or key == "person_id"
            else in_every_year
        )
        with scope(reason="who uses what an import made"):
            for batch in in_batches(made):
                rows = other._base_manager.filter(**{f"{key}__in": batch}).order_by()
                yield from list(rows.values_list(key, "pk"))

    def _keep_the_replaced(self) -> None:
        for row in CourseTeacher.objects.filter(pk__in=self.replaced):
            self.staying[Course].update({row.course_id} & self.made.get(Course, set()))
            self.staying[PersonRecord].update({row.record_id} & self.made.get(PersonRecord, set()))

    def _keep_whole_people(self) -> None:
        """Whose enrolment is used is kept with it, and who has an account with their record."""
        made, kept = self.made.get(PersonRecord, set()), self.staying[PersonRecord]
        persons, enrolled = self.staying[Person], self.staying[Enrolment]
        record_of = self._pairs(Enrolment, "record_id")
        kept |= {record for pk, record in record_of.items() if pk in enrolled and record in made}
        person_of = self._pairs(PersonRecord, "person_id")
        kept |= {pk for pk, person in person_of.items() if person in persons}
        persons |= {person_of[pk] for pk in kept} & self.made.get(Person, set())
        enrolled |= {pk for pk, record in record_of.items() if record in kept}

    def _pairs(self, model: type[models.Model], key: str) -> dict[int, int]:
        """Of the rows made: the row each points to."""
        found: dict[int, int] = {}
        with in_every_year(reason="who uses what an import made"):
            for batch in in_batches(self.made.get(model, set())):
                rows = model._base_manager.filter(pk__in=batch).order_by()
                found.update(rows.values_list("pk", key))
        return found

    def _split(
        self, model: type[models.Model], by: tuple[str, ...], beside: tuple[str, ...]
    ) -> tuple[list[models.Model], list[models.Model]]:
        """Rows that go, rows that stay and end."""
        going: list[models.Model] = []
        ending: list[models.Model] = []
        kept_by = self.staying[Enrolment] if by == ("enrolment_id",) else self.staying[PersonRecord]
        with in_every_year(reason="who uses what an import made"):
            for batch in in_batches(self.made.get(model, set())):
                for row in model._base_manager.filter(pk__in=batch).order_by("pk"):
                    stays = any(getattr(row, key) in kept_by for key in by)
                    stays = stays or (model is CourseTeacher and row.pk in self.replaced)
                    (ending if stays else going).append(row)
        return going, ending

    def _keep_what_stays_hangs_on(self) -> None:
        for model, by, beside in _HANGERS:
            for row in self.hanging[model][1]:
                for key in (*by, *beside):
                    target = row._meta.get_field(key.removesuffix("_id")).related_model
                    pk = getattr(row, key)
                    if target in self.staying and pk in self.made.get(target, set()):
                        self.staying[target].add(pk)
                        if target is PersonRecord:
                            self._keep_person_of(pk)
        courses = self.staying[Course]
        going, ending = self.hanging[CourseGroup]
        for row in list(going):
            if row.course_id in courses:  # type: ignore[attr-defined]
                going.remove(row)
                ending.append(row)
                self.staying[Group].update({row.group_id} & self.made.get(Group, set()))  # type: ignore[attr-defined]
        for course in Course.objects.filter(pk__in=courses):
            self.staying[Subject].update({course.subject_id} & self.made.get(Subject, set()))
        for group in Group.objects.filter(pk__in=self.staying[Group]).exclude(part_of=None):
            self.staying[Group].update({group.part_of_id or 0} & self.made.get(Group, set()))
        units = self.made.get(SchoolUnit, set())
        for model in (Group, Enrolment) if units else ():
            rows = model.objects.filter(pk__in=self.staying[model], unit__in=units)
            self.staying[SchoolUnit].update(rows.order_by().values_list("unit_id", flat=True))

    def _keep_person_of(self, record: int) -> None:
        found = PersonRecord.objects.filter(pk=record).values_list("person_id", flat=True).first()
        if found in self.made.get(Person, set()):
            self.staying[Person].add(found)

    # What becomes what it was

    def _restorable(self) -> tuple[list[models.Model], int]:
        """Rows with their old values back, not saved yet; how many values somebody changed since."""
        wanted: dict[type[models.Model], set[int]] = {}
        for label, pk, _fields in self.trace.changed:
            wanted.setdefault(model_of(label), set()).add(pk)
        rows: dict[tuple[type[models.Model], int], models.Model] = {}
        for model, pks in wanted.items():
            for batch in in_batches(pks):
                rows.update({(model, row.pk): row for row in model._base_manager.filter(pk__in=batch)})
        self.names: dict[tuple[type[models.Model], int], set[str]] = {}
        kept = 0
        for label, pk, fields in reversed(self.trace.changed):
            model = model_of(label)
            row = rows.get((model, pk))
            if row is None or pk in self.made.get(model, set()):
                continue
            for name, (old, new) in fields.items():
                if plain(getattr(row, name)) != new:
                    kept += model is not SourceRecord
                    continue
                setattr(row, name, _read(model, name, old))
                self.names.setdefault((model, pk), set()).add(name)
        return [rows[key] for key in self.names], kept

    def told(self) -> Undoing:
        told = Undoing(kept=self.kept)
        told.restored = sum(not isinstance(row, SourceRecord) for row in self.back)
        for model in (PersonRecord, Enrolment, Group, Course, Guardianship):
            going = len(self.made.get(model, set())) - len(self.staying.get(model, set()))
            if model is Guardianship:
                going = len(self.hanging[Guardianship][0])
            if going:
                told.removed[model._meta.model_name or ""] = going
        staying = self.staying[PersonRecord]
        told.left = [each.listed_name for each in PersonRecord.objects.filter(pk__in=staying)]
        return told

    # Writing

    def write(self) -> None:
        self._write_back()
        self._forget_sources()
        for model, _by, _beside in _HANGERS:
            going, ending = self.hanging[model]
            _delete(model, (row.pk for row in going))
            _end(ending, self.eve)
        with_enrolments = Enrolment.objects.filter(pk__in=self.staying[Enrolment])
        _end(list(with_enrolments), self.eve)
        parts = self.made.get(Group, set()) - self.staying[Group]
        _delete(Group, Group.objects.filter(pk__in=parts).exclude(part_of=None).values_list("pk", flat=True))
        for model in _ANCHORS:
            _delete(model, self.made.get(model, set()) - self.staying[model])
        for label, values in reversed(self.trace.removed):
            model = model_of(label)
            model._default_manager.bulk_create(
                [model(**{name: _read(model, name, value) for name, value in values.items()})],
                ignore_conflicts=False,
            )

    def _write_back(self) -> None:
        by_fields: dict[tuple[type[models.Model], frozenset[str]], list[models.Model]] = {}
        for row in self.back:
            names = set(self.names[type(row), row.pk])
            if hasattr(row, "version"):
                row.version += 1
                names.add("version")
            by_fields.setdefault((type(row), frozenset(names)), []).append(row)
        for (model, together), rows in by_fields.items():
            fields = sorted(name.removesuffix("_id") for name in together)
            model._default_manager.bulk_update(rows, fields, batch_size=100)

    def _forget_sources(self) -> None:
        """Who stays as having left is known again by the next file; of the others nothing is kept."""
        made = self.made.get(SourceRecord, set())
        records = self.staying[PersonRecord]
        kept: list[SourceRecord] = []
        going: list[SourceRecord] = []
        for batch in in_batches(made):
            for row in SourceRecord.objects.filter(pk__in=batch):
                stays = (
                    row.record_id in records
                    or row.group_id in self.staying[Group]
                    or (row.course_id in self.staying[Course])
                )
                (kept if stays and (row.record_id or row.group_id or row.course_id) else going).append(row)
        links = {row.pk for row in self.hanging[Guardianship][1]}
        for row in list(going):
            if row.guardianship_id in links:
                going.remove(row)
                kept.append(row)
        for row in kept:
            row.gone_on = self.eve + timedelta(days=1)
        SourceRecord.objects.bulk_update(kept, ["gone_on"], batch_size=100)
        _delete(SourceRecord, (row.pk for row in going))


def _delete(model: type[models.Model], pks: Iterable[int]) -> None:
    for batch in in_batches(pks):
        model._default_manager.filter(pk__in=batch).delete()


def _end(rows: list[Any], eve: date) -> None:
    ended = [row for row in rows if isinstance(row, Dated) and (row.ends_on is None or row.ends_on > eve)]
    for row in ended:
        row.ends_on = max(row.starts_on, eve)
    if ended:
        type(ended[0])._default_manager.bulk_update(ended, ["ends_on"], batch_size=100)


def _read(model: type[models.Model], name: str, value: Any) -> Any:
    """From JSON to what the column holds."""
    found: Any = next(each for each in model._meta.concrete_fields if name in (each.attname, each.name))
    if found.is_relation:
        return value
    return found.to_python(value) if value is not None else None
