"""The open scope as SQL, asked when the statement is compiled, not when the queryset was made."""

from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import models
from django.db.models.sql.compiler import SQLCompiler

from preau.kernel.tenancy.scope import EVERY, NoYearScope, current_scope


class _InScope(models.Func):
    output_field = models.BooleanField()

    def _open(self) -> Any:
        raise NotImplementedError

    def as_sql(self, compiler: SQLCompiler, connection: Any, *args: Any, **kwargs: Any) -> Any:
        keys = self._open()
        if keys is EVERY:
            raise FullResultSet
        if not keys:
            raise EmptyResultSet
        column, params = compiler.compile(self.source_expressions[0])
        marks = ", ".join(["%s"] * len(keys))
        return f"{column} IN ({marks})", [*params, *sorted(keys)]


class InOpenSchools(_InScope):
    def _open(self) -> Any:
        return current_scope().schools


class InOpenYears(_InScope):
    def _open(self) -> Any:
        years = current_scope().years
        if years is None:
            raise NoYearScope("No school year is open here.")
        return years
