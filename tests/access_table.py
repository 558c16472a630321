"""The words a module's `tests/access.py` is written in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from preau.modules.directory.testing import OTHER_CLASS, OTHER_SCHOOL, OTHER_YEAR, OWN, Cast, Who

NOBODY = Who.NOBODY
Data = Callable[[Cast, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Line:
    """One entrance, tried by everybody at each place.

    `at` fills the address: argument name -> thing of a `Place`. Who is named for a place gets `ok`
    there; who is named in `refused` gets 403 where they may know the thing; everybody else 404.
    An address without a thing is tried once, as « own ».
    """

    method: str
    name: str
    at: Mapping[str, str] = field(default_factory=dict)
    own: Who = NOBODY
    other_class: Who = NOBODY
    other_year: Who = NOBODY
    other_school: Who = NOBODY
    refused: Who = NOBODY
    refused_other_class: Who = NOBODY
    refused_other_year: Who = NOBODY
    anonymous: int = 302
    ok: int = 200
    ok_at: Mapping[str, int] = field(default_factory=dict)  # where it is not `ok`
    # Who may find the other class's names in the answer for « own »: lists of the whole school.
    lists_other_class: Who = NOBODY
    # Query strings naming a thing of another place: no canary may come of it.
    forged: Mapping[str, str] = field(default_factory=dict)
    data: Data | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    scope_free: bool = False
    # Asked by machines that have no page of ours: what they carry must be signed instead.
    csrf_free: bool = False

    def allowed(self, place: str) -> Who:
        return {
            OWN: self.own,
            OTHER_CLASS: self.other_class,
            OTHER_YEAR: self.other_year,
            OTHER_SCHOOL: self.other_school,
        }[place]

    def refused_at(self, place: str) -> Who:
        return {
            OWN: self.refused,
            OTHER_CLASS: self.refused_other_class,
            OTHER_YEAR: self.refused_other_year,
        }.get(place, NOBODY)

    @property
    def title(self) -> str:
        things = ",".join(self.at.values())
        return f"{self.method} {self.name}({things})"


def get(name: str, at: Mapping[str, str] | None = None, **given: Any) -> Line:
    return Line("GET", name, at or {}, **given)


def post(name: str, at: Mapping[str, str] | None = None, **given: Any) -> Line:
    given.setdefault("ok", 302)
    return Line("POST", name, at or {}, **given)


def other(method: str, name: str, at: Mapping[str, str] | None = None, **given: Any) -> Line:
    """PATCH, DELETE: what is not a form. The scope goes in a header."""
    given.setdefault("ok", 204)
    return Line(method, name, at or {}, **given)


def table(*lines: Line) -> tuple[Line, ...]:
    return lines
