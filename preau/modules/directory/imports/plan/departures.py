"""Who and what is in no file any more, and what is asked before it is believed."""

from preau.modules.directory.imports.entities import Entity, Key
from preau.modules.directory.imports.plan.draft import Act, Draft
from preau.modules.directory.imports.plan.standing import PEOPLE, Stored
from preau.modules.directory.models import Thing

MANY_DEPARTURES = 10  # per cent of the pupils known from this file
MANY_STAFF_GONE = 50
FEW = 5  # so many may leave a small school without a question


class Departures:
    """Lines of those who left, and the questions."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def plan(self) -> None:
        gone: list[tuple[Key, Stored]] = []
        for origin, thing, uai in sorted(self.draft.gathered.whole):
            stored = {
                key: row
                for key, row in self.draft.standing.sources.items()
                if (key[0], key[1], row.uai) == (origin, thing, uai) and row.of_this_year and not row.gone
            }
            if thing == Thing.STAFF and not stored:
                stored = self.draft.standing.of_the_year_before(origin, uai)
            missing = [(key, row) for key, row in stored.items() if key not in self.draft.gathered.entities]
            gone += [(key, row) for key, row in missing if row.target is not None]
            present = sum(row.target is not None for row in stored.values())
            if thing == Thing.PUPIL:
                self._question("departures", len(missing), present, MANY_DEPARTURES)
            elif thing == Thing.STAFF:
                self._question("staff_gone", len(missing), present, MANY_STAFF_GONE)
        names = self._names_of(gone)
        for key, row in gone:
            origin, thing, external_id = key
            who = names.get((thing, row.target or 0), "")
            entity = Entity(origin, thing, external_id, row.uai, who, "", 0, {}, frozenset())
            self.draft.line(Act.DEPART, entity, row.target)

    def _question(self, code: str, number: int, of: int, share: int) -> None:
        if number > FEW and of and number * 100 > share * of:
            self.draft.done.asks.append({"code": code, "number": number, "of": of})

    def _names_of(self, gone: list[tuple[Key, Stored]]) -> dict[tuple[str, int], str]:
        people = [row.target for key, row in gone if key[1] in PEOPLE and row.target]
        names: dict[tuple[str, int], str] = {
            (str(thing), pk): name
            for pk, name in self.draft.standing.names(people).items()
            for thing in PEOPLE
        }
        links = [row.target for key, row in gone if key[1] == Thing.CHARGE and row.target]
        rows = self.draft.standing.guardianships(links).values()
        shown = self.draft.standing.names(pk for each in rows for pk in (each.guardian_id, each.pupil_id))
        for each in rows:
            names[str(Thing.CHARGE), each.pk] = f"{shown[each.guardian_id]} → {shown[each.pupil_id]}"
        courses = [row.target for key, row in gone if key[1] == Thing.COURSE and row.target]
        for pk, label in self.draft.standing.courses(courses).items():
            names[str(Thing.COURSE), pk] = label
        return names

    def ask(self) -> None:
        for uai in sorted(self.draft.gathered.uais - self.draft.standing.units.keys()):
            self.draft.done.asks.append({"code": f"other_uai:{uai}", "number": 0, "of": 0})
        others = {
            year for year in self.draft.gathered.years if year != self.draft.standing.year.starts_on.year
        }
        if others:
            theirs = min(others)
            self.draft.done.asks.append(
                {"code": "other_year", "number": theirs, "of": self.draft.standing.year.starts_on.year}
            )
        if self.draft.gathered.unclear_levels:
            new = sum(
                line.act == Act.ARRIVE
                and line.entity.thing == Thing.CHARGE
                and bool(line.entity.said.get("unclear"))
                for line in self.draft.done.lines
            )
            if new:
                self.draft.done.asks.append({"code": "unclear_levels", "number": new, "of": new})
