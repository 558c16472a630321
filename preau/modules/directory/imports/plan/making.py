"""What the files would change: a line for each thing that arrives, changes, leaves or wants a decision. What
stays as it is costs a comparison of two digests and makes no line."""

from datetime import date

from preau.kernel.models import SchoolYear
from preau.kernel.names import folded
from preau.modules.directory.imports.entities import Entity, Gathered
from preau.modules.directory.imports.plan.departures import Departures
from preau.modules.directory.imports.plan.draft import Act, Draft
from preau.modules.directory.imports.plan.groups import Groups
from preau.modules.directory.imports.plan.lines import Plan
from preau.modules.directory.imports.plan.links import Links
from preau.modules.directory.imports.plan.people import People
from preau.modules.directory.imports.plan.standing import Standing
from preau.modules.directory.models import Thing


def planned(gathered: Gathered, year: SchoolYear, day: date) -> Plan:
    """`year` and its school are open. `day`: from when changes count, within the year."""
    draft = Draft(gathered, Standing(year, day))
    draft.retry_links()
    pending = [each for each in gathered.entities.values() if not draft.stands(each)]
    draft.standing.remember_other_years(pending)
    pending = list(draft.settled(pending))
    draft.done.unchanged = len(gathered.entities) - len(pending)
    by_thing: dict[str, list[Entity]] = {thing: [] for thing in Thing}
    for entity in pending:
        by_thing[entity.thing].append(entity)
    groups, links, departures = Groups(draft), Links(draft), Departures(draft)
    groups.plan_subjects(by_thing[Thing.SUBJECT])
    groups.plan_groups(by_thing[Thing.DIVISION])
    groups.plan_groups(by_thing[Thing.GROUP])
    People(draft).plan(by_thing)
    links.plan_charges(by_thing[Thing.CHARGE])
    links.plan_courses(by_thing[Thing.COURSE])
    departures.plan()
    departures.ask()
    acts = {act: rank for rank, act in enumerate(Act)}
    things = {thing: rank for rank, thing in enumerate(Thing)}
    draft.done.lines.sort(
        key=lambda line: (acts[Act(line.act)], things[Thing(line.entity.thing)], folded(line.entity.who))
    )
    return draft.done
