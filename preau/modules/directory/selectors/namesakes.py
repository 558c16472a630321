"""Two people of one list who bear the same name, and what tells this reader one from the other."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.calendar import on
from preau.modules.directory.models import Group, GroupMember, PersonRecord, Right
from preau.modules.directory.models.rules import any_of
from preau.modules.directory.selectors.people import facts_about


def told_apart(actor: Actor, listed: Iterable[tuple[PersonRecord, str]]) -> dict[int, str]:
    """Record id → the day of birth where the reader may see it, else the groups that not all of them are in.

    `listed`: each with the words that stand beside the name. Where all lines differ, nothing is asked; else
    two queries.
    """
    alike: dict[tuple[int, str, str], list[Any]] = defaultdict(list)
    for record, words in listed:
        alike[record.school_id, record.listed_name, words].append(record)
    namesakes = [records for records in alike.values() if len(records) > 1]
    if not namesakes:
        return {}
    ids = {record.pk for records in namesakes for record in records}
    dated = {
        pk
        for standing in actor.standings.values()
        for pk, facts in facts_about(standing, ids, (Right.BIRTH_DATE,)).items()
        if facts.give(Right.BIRTH_DATE, standing.policy)
    }
    groups = _groups_of(actor, ids)
    found = {}
    for records in namesakes:
        shared = set.intersection(*(set(groups[record.pk]) for record in records))
        for record in records:
            if record.pk in dated and record.birth_date:
                found[record.pk] = _("Naissance : %(day)s") % {"day": date_format(record.birth_date)}
            elif own := [label for label in groups[record.pk] if label not in shared]:
                found[record.pk] = ", ".join(own)
    return found


def _groups_of(actor: Actor, ids: Iterable[int]) -> dict[int, list[str]]:
    today = any_of(Q(school=standing.school.pk) & on(standing.day) for standing in actor.standings.values())
    members = GroupMember.objects.filter(today, record__in=ids, group__in=Group.objects.visible_to(actor))
    found: dict[int, list[str]] = defaultdict(list)
    for pk, label in members.order_by("group__code_key").values_list("record_id", "group__label"):
        if label not in found[pk]:
            found[pk].append(label)
    return found
