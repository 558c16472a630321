"""Where people, links and groups come from: what files say of them, what was corrected by hand since."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from preau.kernel.dates import written
from preau.modules.directory.models import (
    PERSON_FIELDS,
    Group,
    Guardianship,
    Origin,
    Override,
    PersonRecord,
    SourceRecord,
    Thing,
)

LABELS: dict[str, Any] = {
    name: PersonRecord._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    for name in PERSON_FIELDS
}
_RANK = {origin: rank for rank, origin in enumerate(Origin)}
# How the kind of a file that speaks of such a thing ends.
_FILES = {
    Thing.PUPIL: ("pupils",),
    Thing.GUARDIAN: ("guardians",),
    Thing.CHARGE: ("guardians",),
    Thing.STAFF: ("sts", "staff"),
    Thing.DIVISION: ("structures", "sts"),
    Thing.GROUP: ("structures", "sts"),
}


@dataclass(frozen=True)
class Said:
    """What the best source says of a field: as files and `Override` write it, days in ISO."""

    value: str
    source: str  # its name

    def words(self, field: str) -> str:
        return _("%(source)s dit : %(value)s") % {"source": self.source, "value": in_words(field, self.value)}


@dataclass(frozen=True)
class Correction:
    field: str
    label: str
    was: str
    value: str
    by: str
    at: datetime


def as_said(record: PersonRecord, field: str) -> str:
    """What stands here, as a file would say it."""
    value = getattr(record, field)
    return value.isoformat() if isinstance(value, date) else value or ""


def in_words(field: str, value: str) -> str:
    if not value:
        return _("rien")
    if field == "civility":
        return str(dict(PersonRecord.Civility.choices).get(value, value))
    if field == "birth_date":
        return written(date.fromisoformat(value))
    return value


def sources_of(record: PersonRecord) -> list[SourceRecord]:
    """What each source said last of them as a person, the one that counts most first. One query."""
    about = SourceRecord.objects.filter(record=record, thing__in=(Thing.PUPIL, Thing.GUARDIAN, Thing.STAFF))
    return _best_first(about.select_related("year", "last_import"))


def sources_of_link(guardianship: Guardianship) -> list[SourceRecord]:
    about = SourceRecord.objects.filter(guardianship=guardianship)
    return _best_first(about.select_related("year", "last_import"))


def sources_of_group(group: Group) -> list[SourceRecord]:
    about = SourceRecord.objects.filter(group=group)
    return _best_first(about.select_related("year", "last_import"))


def _best_first(sources: Iterable[SourceRecord]) -> list[SourceRecord]:
    """Without the years before the last one in which a source spoke of the thing."""
    rows = sorted(sources, key=lambda each: each.year.starts_on)
    last = {(each.origin, each.thing): each.year_id for each in rows}
    return sorted(
        (each for each in rows if each.year_id == last[each.origin, each.thing]),
        key=lambda each: (_RANK[Origin(each.origin)], -each.year.starts_on.toordinal(), bool(each.gone_on)),
    )


def said_of(sources: Iterable[SourceRecord]) -> dict[str, Said]:
    """What they say of each field, best first. A field no file has a value for says nothing."""
    found: dict[str, Said] = {}
    for source in sources:
        if source.gone_on is not None:
            continue
        for field in PERSON_FIELDS:
            value = source.said.get(field)
            if value and field not in found and _readable(field, str(value)):
                found[field] = Said(str(value), source.get_origin_display())
    return found


def _readable(field: str, value: str) -> bool:
    if field != "birth_date":
        return True
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def origins_told(sources: Iterable[SourceRecord], timezone: str) -> list[str]:
    """Each source once, by its first row: « Vient de SIECLE, fichier du 12 septembre 2026. »"""
    first: dict[str, SourceRecord] = {}
    for source in sources:
        first.setdefault(source.origin, source)
    return [_origin_told(source, timezone) for source in first.values()]


def _origin_told(source: SourceRecord, timezone: str) -> str:
    day = _dated(source, timezone)
    name = source.get_origin_display()
    if source.origin == Origin.TABLE:
        told = (
            _("Vient d’un tableau, fichier du %(day)s.") % {"day": day} if day else _("Vient d’un tableau.")
        )
    elif day:
        told = _("Vient de %(source)s, fichier du %(day)s.") % {"source": name, "day": day}
    else:
        told = _("Vient de %(source)s.") % {"source": name}
    if source.gone_on is None:
        return told
    gone = _("N’y est plus depuis le %(day)s.") % {"day": written(source.gone_on)}
    return f"{told} {gone}"


def _dated(source: SourceRecord, timezone: str) -> str:
    """The day the file was exported; where it does not say, the day it was applied here."""
    batch = source.last_import
    if batch is None:
        return ""
    ends = _FILES.get(Thing(source.thing), ())
    files = [each for each in batch.files if str(each.get("kind", "")).startswith(source.origin)]
    # The file that speaks of them, before another of the same source.
    files.sort(key=lambda each: not str(each.get("kind", "")).endswith(ends))
    exported = next((each["exported_on"] for each in files if each.get("exported_on")), "")
    if exported:
        return written(date.fromisoformat(exported))
    if batch.applied_at is None:
        return ""
    return written(batch.applied_at.astimezone(ZoneInfo(timezone)).date())


def corrections_of(record: PersonRecord, fields: Collection[str]) -> list[Correction]:
    """What was corrected by hand and lasts, the latest first. One query."""
    rows = (
        Override.objects.filter(record=record, field__in=fields).select_related("by").order_by("-at", "-id")
    )
    return [
        Correction(
            field=row.field,
            label=str(LABELS[row.field]),
            was=in_words(row.field, row.was),
            value=in_words(row.field, row.value),
            by=row.by.name if row.by else "",
            at=row.at,
        )
        for row in rows.order_by("-at", "-id")
    ]
