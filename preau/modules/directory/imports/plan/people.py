"""Pupils, guardians and staff: known, recognised, doubtful or new."""

from collections.abc import Iterator
from typing import Any

from preau.modules.directory.imports.entities import Entity, Key
from preau.modules.directory.imports.plan.comparing import (
    CHANGE,
    CONFLICT,
    Difference,
    compared,
    moves,
    outranked_by,
)
from preau.modules.directory.imports.plan.draft import Act, Draft
from preau.modules.directory.imports.plan.matching import Acquaintances, Candidate
from preau.modules.directory.imports.plan.standing import PEOPLE
from preau.modules.directory.models import PERSON_FIELDS, Enrolment, Group, Thing

ENROLMENT_FIELDS = ("level", "mef", "boarding", "enters_on", "leaves_on")


class People:
    """Lines of people."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def plan(self, by_thing: dict[str, list[Entity]]) -> None:
        pending = [each for thing in PEOPLE for each in by_thing.get(thing, [])]
        known = {each.key: pk for each in pending if (pk := self._known(each)) is not None}
        strangers = [each for each in pending if each.key not in known]
        self._recognise(strangers, known)
        records = set(known.values())
        shown = self.draft.standing.records(records)
        corrected = self.draft.standing.overrides(records)
        words = self.draft.standing.other_words(records)
        enrolments = self.draft.standing.enrolments(records)
        places = self.draft.standing.places(records)
        heads = self.draft.standing.heads(records)
        for entity in pending:
            record = known.get(entity.key)
            if record is None or record not in shown:
                continue
            found = self._person(entity, record, shown[record], corrected, words)
            if entity.thing == Thing.PUPIL:
                self._pupil(entity, record, found, enrolments.get(record), places.get(record, set()))
            elif entity.thing == Thing.STAFF:
                told = self._heads(entity, heads.get(record, set()))
                self.draft.differs(entity, record, found, heads=told, **self._matched(entity))
            else:
                self.draft.differs(entity, record, found, **self._matched(entity))

    def _known(self, entity: Entity) -> int | None:
        stored = self.draft.standing.sources.get(entity.key)
        return stored.target if stored else None

    def _matched(self, entity: Entity) -> dict[str, Any]:
        return {"matched": "ine"} if entity.key in self.draft.sure else {}

    def _recognise(self, strangers: list[Entity], known: dict[Key, int]) -> None:
        if not strangers:
            return
        here = {
            (key[0], stored.target)
            for key, stored in self.draft.standing.sources.items()
            if key[1] in PEOPLE and stored.target is not None
        }
        people = Acquaintances(here | {(key[0], pk) for key, pk in known.items()})
        for entity in strangers:
            found = people.surely(entity)
            if found is not None:
                known[entity.key] = self.draft.sure[entity.key] = found
                people.taken.add((entity.origin, found))
        children: dict[tuple[str, str], set[int]] = {}
        for charge in self.draft.gathered.of(Thing.CHARGE):
            pupil = self.draft.pupil_of(charge, known)
            if pupil is not None:
                children.setdefault((charge.origin, charge.said["guardian"]), set()).add(pupil)
        for entity in strangers:
            if entity.key in known:
                continue
            if entity.thing == Thing.PUPIL and self._has_left(entity):
                continue  # never was here, and is gone already
            theirs = children.get((entity.origin, entity.external_id), set())
            likely = people.candidates(entity, theirs)
            if likely:
                self.draft.line(Act.DOUBTFUL, entity, candidates=[_told(each) for each in likely])
            else:
                self.draft.line(Act.ARRIVE, entity)

    def _has_left(self, entity: Entity) -> bool:
        leaves_on = entity.said.get("leaves_on", "")
        today = max(self.draft.standing.day, self.draft.standing.year.starts_on)
        return bool(leaves_on) and leaves_on < today.isoformat()

    def _person(
        self,
        entity: Entity,
        record: int,
        ours: dict[str, str],
        corrected: dict[int, set[str]],
        words: dict[int, list[tuple[str, int, dict[str, Any]]]],
    ) -> list[Difference]:
        stored = self.draft.standing.sources.get(entity.key)
        others = words.get(record, [])
        own = stored.pk if stored else None
        theirs = dict(entity.said)
        for _origin, pk, said in others:
            for name in PERSON_FIELDS:
                if pk != own and not theirs.get(name) and said.get(name):
                    theirs[name] = said[name]  # this source is silent, another one is not
        return compared(
            PERSON_FIELDS,
            before=self.draft.said_before(entity),
            ours=ours,
            theirs=theirs,
            corrected=corrected.get(record, ()),
            outranked=outranked_by(entity.origin, own, others),
        )

    def _pupil(
        self,
        entity: Entity,
        record: int,
        found: list[Difference],
        enrolment: Enrolment | None,
        places: set[int],
    ) -> None:
        if enrolment is None:
            if not self._has_left(entity):
                detail = {"fields": [each.to_json() for each in found], "known": True}
                self.draft.line(Act.ARRIVE, entity, record, **detail, **self._matched(entity))
            return
        stored = self.draft.standing.sources.get(entity.key)
        ended = enrolment.ends_on is not None and enrolment.ends_on < self.draft.standing.day
        if stored is not None and stored.gone and ended and not self._has_left(entity):
            fields = [each.to_json() for each in found]
            self.draft.line(Act.ARRIVE, entity, record, fields=fields, known=True, back=True)
            return
        before = self.draft.said_this_year(entity)
        ours = {
            "level": enrolment.level,
            "mef": enrolment.mef,
            "boarding": enrolment.boarding,
            "enters_on": enrolment.starts_on.isoformat(),
            "leaves_on": enrolment.ends_on.isoformat() if enrolment.ends_on else "",
        }
        theirs = {name: entity.said.get(name, "") for name in ENROLMENT_FIELDS}
        theirs["enters_on"] = self._held(theirs["enters_on"]) or ours["enters_on"]
        if before is not None:
            before = before | {"enters_on": self._held(before.get("enters_on", "")) or ours["enters_on"]}
        found = [*found, *compared(ENROLMENT_FIELDS, before=before, ours=ours, theirs=theirs)]
        found += self._classes(entity, before, places)
        told = self._moved(entity, before, places)
        if any(each.field == "leaves_on" and each.theirs for each in found):
            fields = [each.to_json() for each in found]
            self.draft.line(Act.DEPART, entity, record, fields=fields, groups=told)
            return
        self.draft.differs(entity, record, found, groups=told, **self._matched(entity))

    def _held(self, day: str) -> str:
        """A day of the year, where one comes before it."""
        first = self.draft.standing.year.starts_on.isoformat()
        return max(day, first) if day else ""

    def _classes(
        self, entity: Entity, before: dict[str, Any] | None, places: set[int]
    ) -> Iterator[Difference]:
        ours = {pk for pk in places if self.draft.standing.groups[pk].kind == Group.Kind.DIVISION}
        theirs = self.draft.tokens(entity.origin, Thing.DIVISION, entity.said.get("divisions", ()))
        was = self.draft.tokens(entity.origin, Thing.DIVISION, (before or {}).get("divisions", ()))
        if theirs == ours or (before is not None and theirs == was) or (before is None and not theirs):
            return
        by_hand = before is not None and ours != was
        yield Difference(
            "divisions",
            self.draft.named(was),
            self.draft.named(ours),
            self.draft.named(theirs),
            CONFLICT if by_hand else CHANGE,
        )

    def _moved(self, entity: Entity, before: dict[str, Any] | None, places: set[int]) -> dict[str, list[str]]:
        ours = {pk for pk in places if self.draft.standing.groups[pk].kind != Group.Kind.DIVISION}
        theirs = self.draft.tokens(entity.origin, Thing.GROUP, entity.said.get("groups", ()))
        was = self.draft.tokens(entity.origin, Thing.GROUP, (before or {}).get("groups", ()))
        return self.draft.told_moves(moves(was, ours, theirs))

    def _heads(self, entity: Entity, ours: set[int]) -> dict[str, list[str]]:
        theirs = self.draft.tokens(
            entity.origin, Thing.DIVISION, (code for code, *_ in entity.said.get("heads", ()))
        )
        before = self.draft.said_this_year(entity) or {}
        was = self.draft.tokens(entity.origin, Thing.DIVISION, (code for code, *_ in before.get("heads", ())))
        return self.draft.told_moves(moves(was, ours, theirs))


def _told(candidate: Candidate) -> list[Any]:
    return [candidate.record, candidate.score, list(candidate.why)]
