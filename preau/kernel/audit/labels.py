"""Names for what the journal holds by number, asked from the modules when it is read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from preau.kernel.models import School, SchoolYear
from preau.kernel.modules import modules
from preau.kernel.tenancy.scope import current_scope, in_every_year

PERSON = "directory.person"  # as foreign keys name it: the kernel does not know the model
PROFILE = "directory.profile"  # by its code


class Named(NamedTuple):
    text: str
    url: str = ""


Refs = Iterable[tuple[str, Any]]  # (kind, id)


@dataclass(frozen=True)
class Labels:
    """`resolve` names many rows of one kind in one query; those it leaves out are `gone`."""

    kind: str
    resolve: Callable[[list[Any]], Mapping[Any, Named]]
    gone: Any


def _schools(ids: list[Any]) -> Mapping[Any, Named]:
    opened = current_scope().schools  # a global table: a school is not told of another's name
    found = School.objects.filter(pk__in=ids)
    return {
        school.pk: Named(school.name)
        for school in found
        if isinstance(opened, frozenset) and school.pk in opened
    }


def _years(ids: list[Any]) -> Mapping[Any, Named]:
    return {year.pk: Named(year.label) for year in SchoolYear.objects.filter(pk__in=ids)}


_OF_THE_KERNEL = (
    Labels("kernel.school", _schools, _("l’établissement")),
    Labels("kernel.schoolyear", _years, _("une année retirée depuis")),
)


@cache
def labels() -> Mapping[str, Labels]:
    declared = [*_OF_THE_KERNEL, *(each for module in modules() for each in module.labels)]
    return {each.kind: each for each in declared}


def names_of(refs: Refs) -> dict[tuple[str, Any], Named]:
    """A name for each, in one query a kind – whatever year its row is of."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for kind, key in refs:
        wanted[kind].add(key)
    found: dict[tuple[str, Any], Named] = {}
    with in_every_year(reason="names in the journal"):
        for kind, keys in wanted.items():
            known = labels().get(kind)
            resolved = known.resolve(sorted(keys)) if known else {}
            gone = Named(str(known.gone) if known else "")
            found |= {(kind, key): resolved.get(key, gone) for key in keys}
    return found
