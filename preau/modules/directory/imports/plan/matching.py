"""Somebody the files name for the first time: are they somebody the school knows already?

Sure: the same INE **and** the same birth date. Doubtful: enough in common that a person should look at both.
A name alone is never enough, not even for a doubt.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from preau.kernel.names import folded
from preau.modules.directory.imports.entities import Entity
from preau.modules.directory.models import Guardianship, PersonRecord, Thing

DOUBTFUL = 60  # of 100: one name, a birth date and nothing against it; both names and a mailbox
SHOWN = 3  # candidates beside the row

# What each thing two rows have in common counts, and what speaks against it.
_INE, _BIRTH, _LAST, _FIRST, _EMAIL, _PHONE, _CHILD = 60, 35, 25, 20, 35, 35, 25
_OTHER_INE, _OTHER_BIRTH, _OTHER_FIRST = -40, -30, -40


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody here who may be who the file means."""

    record: int
    score: int
    why: tuple[str, ...]  # ine, birth_date, last_name, first_name, email, phone, child


@dataclass(frozen=True, slots=True)
class _Known:
    pk: int
    last: frozenset[str]
    first: str
    birth: str
    ine: str
    email: str
    phones: frozenset[str]


class Acquaintances:
    """Everybody the school knows, found by what a file may say of them. `taken`: source and record of those
    whom another row of the same source already means."""

    def __init__(self, taken: Collection[tuple[str, int]]) -> None:
        self.taken = set(taken)
        self._known: dict[int, _Known] = {}
        self._by: dict[tuple[str, str], list[int]] = {}
        self._wards: dict[int, set[int]] = {}
        fields = ("pk", "last_name", "birth_name", "first_name", "birth_date", "ine", "email")
        rows = PersonRecord.objects.order_by().values(*fields, "mobile_phone", "home_phone")
        for row in rows:
            self._index(row["pk"], _known(row["pk"], row))
        for pupil, guardian in Guardianship.objects.order_by().values_list("pupil_id", "guardian_id"):
            self._wards.setdefault(guardian, set()).add(pupil)

    def _index(self, pk: int, known: _Known) -> None:
        self._known[pk] = known
        for key in _keys(known):
            self._by.setdefault(key, []).append(pk)

    def surely(self, entity: Entity) -> int | None:
        """By INE and birth date, where exactly one has both."""
        ine, birth = entity.said.get("ine", ""), entity.said.get("birth_date", "")
        if not ine or not birth:
            return None
        found = [pk for pk in self._by.get(("ine", ine), ()) if self._known[pk].birth == birth]
        return found[0] if len(found) == 1 and (entity.origin, found[0]) not in self.taken else None

    def candidates(self, entity: Entity, children: Collection[int] = ()) -> list[Candidate]:
        """The likeliest first. `children`: records of the pupils a guardian answers for."""
        said = _known(0, entity.said)
        near = {pk for key in _keys(said) for pk in self._by.get(key, ())}
        found = []
        for pk in near:
            if (entity.origin, pk) in self.taken:
                continue
            score, why = _compared(said, self._known[pk])
            if entity.thing == Thing.GUARDIAN and self._wards.get(pk, set()) & set(children):
                score, why = score + _CHILD, [*why, "child"]
            if score >= DOUBTFUL and set(why) - {"last_name", "first_name"}:
                found.append(Candidate(pk, min(score, 100), tuple(why)))
        return sorted(found, key=lambda each: (-each.score, each.record))[:SHOWN]


def _known(pk: int, row: Any) -> _Known:
    birth = row.get("birth_date") or ""
    last = {folded(row.get(name) or "") for name in ("last_name", "birth_name")} - {""}
    phones = {row.get(name) or "" for name in ("mobile_phone", "home_phone")} - {""}
    return _Known(
        pk,
        frozenset(last),
        folded(row.get("first_name") or ""),
        birth if isinstance(birth, str) else birth.isoformat(),
        row.get("ine") or "",
        (row.get("email") or "").casefold(),
        frozenset(phones),
    )


def _keys(known: _Known) -> Iterable[tuple[str, str]]:
    if known.ine:
        yield "ine", known.ine
    if known.email:
        yield "email", known.email
    for phone in known.phones:
        yield "phone", phone
    for last in known.last:
        yield "name", f"{last}|{known.first}"
        if known.birth:
            yield "born", f"{last}|{known.birth}"
    if known.birth and known.first:
        yield "first", f"{known.first}|{known.birth}"


def _compared(one: _Known, other: _Known) -> tuple[int, list[str]]:
    score, why = 0, []
    for same, points, name in (
        (one.ine and one.ine == other.ine, _INE, "ine"),
        (one.birth and one.birth == other.birth, _BIRTH, "birth_date"),
        (bool(one.last & other.last), _LAST, "last_name"),
        (one.first and one.first == other.first, _FIRST, "first_name"),
        (one.email and one.email == other.email, _EMAIL, "email"),
        (bool(one.phones & other.phones), _PHONE, "phone"),
    ):
        if same:
            score += points
            why.append(name)
    if one.ine and other.ine and one.ine != other.ine:
        score += _OTHER_INE
    if one.birth and other.birth and one.birth != other.birth:
        score += _OTHER_BIRTH
    if one.first and other.first and not _alike(one.first, other.first):
        score += _OTHER_FIRST
    return score, why


def _alike(one: str, other: str) -> bool:
    """« Jean » and « Jean Luc », « Leila » and « Leyla »: perhaps the same; « Paul » and « Marie »: no."""
    if one.split()[0] == other.split()[0] or one.startswith(other) or other.startswith(one):
        return True
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 4:
        return False
    shorter, longer = sorted((one, other), key=len)
    at = next((i for i, sign in enumerate(shorter) if sign != longer[i]), len(shorter))
    if len(one) == len(other):
        return shorter[at + 1 :] == longer[at + 1 :]
    return shorter[at:] == longer[at + 1 :]
