"""What a write is refused for: several schools open, a key into another school or year, a closed year."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db import connection, models

from preau.kernel.rules import YearClosed
from preau.kernel.tenancy.fields import shared_columns
from preau.kernel.tenancy.scope import EVERY, NoYearScope, current_scope


class ForeignSchool(RuntimeError):
    """A row, or a key of it, points into another school or another year."""


class WriteOutsideTransaction(RuntimeError):
    """A row of a year was written in autocommit: services are atomic."""


_rows_checked: ContextVar[bool] = ContextVar("preau_rows_checked", default=False)


@contextmanager
def rows_already_checked() -> Iterator[None]:
    token = _rows_checked.set(True)
    try:
        yield
    finally:
        _rows_checked.reset(token)


def check_rows(model: type[models.Model], rows: Sequence[Any], names: Iterable[str] | None = None) -> None:
    """Refuse rows of another school or year, or whose keys lead there.

    `names` are the fields that will be written; None means all. Costs one query a year and
    one a target table whose rows are not at hand.
    """
    if not rows:
        return
    school = current_scope().only_school
    for row in rows:
        if row.school_id != school:
            raise ForeignSchool(f"{model.__name__} of school {row.school_id} written in school {school}")
    if model.year_owned:  # type: ignore[attr-defined]
        _check_years({row.year_id for row in rows})
    written = None if names is None else set(names)
    for key in keys_to_owned(model):
        if written is None or key.name in written or key.attname in written:
            _check_key(model, key, rows)


def check_values(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """The same for `QuerySet.update`: no row is at hand, only the values to set."""
    school = current_scope().only_school
    if model.year_owned:  # type: ignore[attr-defined]
        years = current_scope().years
        if years is None:
            raise NoYearScope("No school year is open here.")
        if years is EVERY:
            raise ForeignSchool("An update names the year it writes in.")
        _check_years(years)
    if _rows_checked.get():
        return
    check_unmoved(model, values)
    for key in keys_to_owned(model):
        value = values.get(key.name, values.get(key.attname))
        year = _only_year(model, key) if value is not None else None
        if isinstance(value, models.Model):
            _compare(key, value, school, year)
        elif isinstance(value, int):
            found = key.remote_field.model._base_manager.filter(pk=value).exists()
            if not found:
                raise ForeignSchool(f"{model.__name__}.{key.name} points outside the open school")
        elif value is not None:
            raise ForeignSchool(f"{model.__name__}.{key.name} is set to a row, not to an expression")


def check_unmoved(model: type[models.Model], names: Iterable[str]) -> None:
    """A row never changes its school or its year."""
    for name in {"school", "school_id", "year", "year_id"} & set(names):
        raise ForeignSchool(f"{model.__name__}.{name} never changes")


def check_upsert(
    model: type[models.Model], unique_fields: Iterable[str] | None, update_fields: Iterable[str] | None
) -> None:
    """An upsert that does not name the school (and year) among its keys may rewrite another's row."""
    wanted = {"school", "year"} if model.year_owned else {"school"}  # type: ignore[attr-defined]
    if not wanted <= {name.removesuffix("_id") for name in unique_fields or ()}:
        raise ForeignSchool(f"an upsert of {model.__name__} names {sorted(wanted)} among its unique fields")
    check_unmoved(model, update_fields or ())


def _only_year(model: type[models.Model], key: Any) -> int | None:
    """The year a key between two rows of a year must lead to, when no row is at hand to compare with."""
    if shared_columns(model, key.remote_field.model)[-1] != "year":
        return None
    years = current_scope().years
    if years is None or years is EVERY or len(years) != 1:
        raise ForeignSchool("A key is changed in one year at a time.")
    (year,) = years
    return year


def keys_to_owned(model: type[models.Model]) -> list[Any]:
    """The foreign keys of `model` that lead to school-owned tables."""
    fields: list[Any] = list(model._meta.concrete_fields)
    return [
        field
        for field in fields
        if field.is_relation and getattr(field.remote_field.model, "school_owned", False)
    ]


def _check_years(years: Collection[int]) -> None:
    # By name: the models stand on these guards.
    school_year: Any = apps.get_model("kernel", "SchoolYear")
    opened = current_scope().years
    if opened is None:
        raise NoYearScope("No school year is open here.")
    if opened is not EVERY and not set(years) <= opened:
        raise ForeignSchool("The row belongs to a year that is not open here.")
    if not connection.in_atomic_block:
        # Between the check and the write the year might be closed.
        raise WriteOutsideTransaction("A write to a school year happens in a transaction.")
    table = school_year._meta.db_table
    # Closing a year waits for writes under way, and they for it: nothing lands after the close.
    lock = "FOR SHARE" if connection.features.has_select_for_update else ""
    marks = ", ".join(["%s"] * len(years))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT state FROM {table} WHERE school_id = %s AND id IN ({marks}) {lock}",  # noqa: S608
            [current_scope().only_school, *years],
        )
        states = [state for (state,) in cursor.fetchall()]
    if len(states) != len(set(years)):
        raise ForeignSchool("The row belongs to another school's year.")
    if school_year.State.CLOSED in states:
        raise YearClosed()


def _check_key(model: type[models.Model], key: Any, rows: Sequence[Any]) -> None:
    unseen: dict[tuple[int, int | None], set[int]] = defaultdict(set)
    by_year = shared_columns(model, key.remote_field.model)[-1] == "year"
    for row in rows:
        target_id = getattr(row, key.attname)
        if target_id is None:
            continue
        year_id = row.year_id if by_year else None
        if key.is_cached(row):
            _compare(key, key.get_cached_value(row), row.school_id, year_id)
        else:
            unseen[row.school_id, year_id].add(target_id)
    target = key.remote_field.model
    for (_, year_id), ids in unseen.items():
        found = target._base_manager.filter(pk__in=ids)
        if by_year:
            found = found.filter(year_id=year_id)
        if found.count() != len(ids):
            raise ForeignSchool(f"{model.__name__}.{key.name} points outside the open school or year")


def _compare(key: Any, target: Any, school_id: int, year_id: int | None) -> None:
    if target.school_id != school_id or (year_id is not None and target.year_id != year_id):
        raise ForeignSchool(f"{key.model.__name__}.{key.name} points outside the open school or year")
