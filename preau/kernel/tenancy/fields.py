"""Keys between school-owned tables: every JOIN over them stays in one school and one year."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.expressions import Col
from django.db.models.sql.where import AND, WhereNode

from preau.kernel.tenancy.predicates import InOpenSchools, InOpenYears


def shared_columns(model: type[models.Model], target: type[models.Model]) -> list[str]:
    """Field names that must be equal on both sides of a key: school, and year if both have one."""
    both_by_year = getattr(model, "year_owned", False) and getattr(target, "year_owned", False)
    return ["school", "year"] if both_by_year else ["school"]


class _StaysInSchool:
    """Mixed into the relational fields. Django hands both ends' aliases to
    `get_extra_restriction` for forward and reverse joins alike."""

    if TYPE_CHECKING:
        model: type[models.Model]
        remote_field: Any

    def get_extra_restriction(self, remote_alias: str | None, local_alias: str | None) -> "WhereNode | None":
        target = self.remote_field.model
        if not getattr(self.model, "school_owned", False):
            return None  # a model as a migration sees it
        where = WhereNode(connector=AND)
        for name in shared_columns(self.model, target):
            here: Any = self.model._meta.get_field(name)
            there: Any = target._meta.get_field(name)
            if remote_alias and local_alias:
                equal = here.get_lookup("exact")
                assert equal is not None
                where.add(equal(Col(local_alias, here), Col(remote_alias, there)), AND)
            else:
                # exclude() over many rows trims the join away and leaves one side: hold that one.
                alias, field = (local_alias, here) if local_alias else (remote_alias, there)
                predicate = InOpenSchools if name == "school" else InOpenYears
                assert alias is not None
                where.add(predicate(Col(alias, field)), AND)
        # A table without a year that is joined to one with a year: the open years hold the latter.
        by_year = [
            (model, alias)
            for model, alias in ((self.model, local_alias), (target, remote_alias))
            if alias and getattr(model, "year_owned", False)
        ]
        if len(by_year) == 1:
            model, alias = by_year[0]
            year: Any = model._meta.get_field("year")
            where.add(InOpenYears(Col(alias, year)), AND)
        return where


class SchoolForeignKey(_StaysInSchool, models.ForeignKey):  # type: ignore[type-arg]
    """A foreign key from one school-owned table to another.

    `agrees_on` names fields both tables have that must be equal too: `agrees_on=("record",)`. The
    database holds it (constraints.py); it is no part of a migration.
    """

    def __init__(self, *args: Any, agrees_on: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agrees_on = agrees_on


class SchoolOneToOne(_StaysInSchool, models.OneToOneField):  # type: ignore[type-arg]
    """A one-to-one key from one school-owned table to another."""

    agrees_on: tuple[str, ...] = ()
