"""What every school-owned table is made of: its school, its manager, its guarded writes."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from django.db import connection, models
from django.db.models.signals import class_prepared

from preau.kernel.inserting import insertion
from preau.kernel.tenancy import guards
from preau.kernel.tenancy.fields import SchoolForeignKey
from preau.kernel.tenancy.predicates import InOpenSchools, InOpenYears
from preau.kernel.tenancy.scope import EVERY, current_scope

Row = TypeVar("Row", bound=models.Model, covariant=True)


class SchoolQuerySet(models.QuerySet[Row]):
    """Writes in bulk pass the same guards as `save`."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        if kwargs.get("update_conflicts"):
            guards.check_upsert(self.model, kwargs.get("unique_fields"), kwargs.get("update_fields"))
        for row in rows:
            row.take_school_from_scope()
        guards.check_rows(self.model, rows)
        return super().bulk_create(rows, *args, **kwargs)

    def insert_many(self, objs: Iterable[Any], *, conflicts: bool = False) -> None:
        """As `bulk_create`, for thousands of rows: they do not learn their numbers, and nothing is worked out
        for them (`index_names`, `index_code`). `conflicts`: those that a unique rule refuses are left out."""
        rows = list(objs)
        for row in rows:
            row.take_school_from_scope()
        guards.check_rows(self.model, rows)
        if rows:
            with connection.cursor() as cursor:
                cursor.executemany(*insertion(self.model, rows, conflicts=conflicts))

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        rows, names = list(objs), list(fields)
        guards.check_unmoved(self.model, names)
        guards.check_rows(self.model, rows, names)
        # Not through `update` of this class: its values are expressions, checked here as rows.
        with guards.rows_already_checked():
            return super().bulk_update(rows, names, *args, **kwargs)

    def update(self, **values: Any) -> int:
        guards.check_values(self.model, values)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        guards.check_values(self.model, {})
        return super().delete()


class SchoolManager(models.Manager[Row]):
    """Puts the open schools into the WHERE of every query that begins here."""

    _queryset_class: type[models.QuerySet[Any]] = SchoolQuerySet

    def get_queryset(self) -> Any:
        begun = super().get_queryset()
        # Built once: the predicates read the open scope when a statement is compiled.
        kept = _begun.get((type(self), self.model))
        if kept is None:
            kept = _begun[type(self), self.model] = begun.filter(*self._held()).query
        begun.query = kept.clone()
        return begun

    def insert_many(self, objs: Iterable[Any], *, conflicts: bool = False) -> None:
        self.get_queryset().insert_many(objs, conflicts=conflicts)

    def _held(self) -> tuple[models.Func, ...]:
        return (InOpenSchools("school"),)


class YearManager(SchoolManager[Row]):
    def _held(self) -> tuple[models.Func, ...]:
        return (InOpenSchools("school"), InOpenYears("year"))


_begun: dict[tuple[type[models.Manager[Any]], type[models.Model]], Any] = {}


class SchoolOwned(models.Model):
    """A row that belongs to one school."""

    school_owned: ClassVar[bool] = True
    year_owned: ClassVar[bool] = False

    # Indexes begin with the school: a single-column one would only cost writes.
    school = models.ForeignKey("kernel.School", on_delete=models.PROTECT, related_name="+", db_index=False)

    objects: ClassVar[Any] = SchoolManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.take_school_from_scope()
        update_fields: Sequence[str] | None = kwargs.get("update_fields")
        guards.check_rows(type(self), [self], update_fields)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        guards.check_rows(type(self), [self], [])
        if not type(self)._base_manager.filter(pk=self.pk).exists():
            # A forged primary key: the database deletes by it alone.
            raise guards.ForeignSchool(
                f"{type(self).__name__} {self.pk} is not a row of the open school and year"
            )
        return super().delete(*args, **kwargs)

    def take_school_from_scope(self) -> None:
        """A new row belongs to the open school unless it says otherwise (and is then refused)."""
        if self.school_id is None:
            self.school_id = current_scope().only_school


class YearOwned(SchoolOwned):
    """A row that belongs to one year of one school. A closed year is readable, no more."""

    year_owned: ClassVar[bool] = True

    year = SchoolForeignKey("kernel.SchoolYear", on_delete=models.PROTECT, related_name="+", db_index=False)

    objects: ClassVar[Any] = YearManager()

    class Meta:
        abstract = True

    def take_school_from_scope(self) -> None:
        super().take_school_from_scope()
        years = current_scope().years
        if self.year_id is None and years is not None and years is not EVERY and len(years) == 1:
            (self.year_id,) = years


def _read_through_the_manager(sender: type[models.Model], **_: Any) -> None:
    # Also for saves, refreshes and forward keys, without each Meta having to remember it.
    if getattr(sender, "school_owned", False) and not sender._meta.abstract:
        sender._meta.base_manager_name = "objects"


class_prepared.connect(_read_through_the_manager)
