"""The journal in words: entries become sentences whose names are asked now, a query a kind."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.kernel.audit.acts import RECORD, WHO, acts, reads
from preau.kernel.audit.labels import PERSON, PROFILE, Named, names_of
from preau.kernel.audit.models import Entry, Trace
from preau.kernel.audit.recording import COMMAND, PREAU, VISITOR
from preau.kernel.dates import written
from preau.kernel.models import School

DEVICES = {
    "phone": gettext_lazy("téléphone"),
    "tablet": gettext_lazy("tablette"),
    "computer": gettext_lazy("ordinateur"),
}
# How somebody came in, where it was not as everybody does.
ENTRANCES = {
    COMMAND: gettext_lazy("ligne de commande"),
    PREAU: gettext_lazy("automatique"),
    VISITOR: gettext_lazy("page de connexion"),
    "token": gettext_lazy("clé d’application"),
    "feed": gettext_lazy("lien d’abonnement"),
    "job": gettext_lazy("tâche de fond"),
}


@dataclass(frozen=True)
class Part:
    """A piece of a sentence: words of its own, or a name with where it leads."""

    text: str
    url: str = ""
    is_name: bool = False


@dataclass(frozen=True)
class Told:
    """One line of the journal as a head reads it."""

    row: Any
    at: datetime  # as the school's clock showed it
    who: str
    parts: tuple[Part, ...]
    as_whom: str
    for_whom: str
    whence: tuple[str, ...]  # device, network, entrance: what is known

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


def tell(rows: Iterable[Trace], school: School) -> list[Told]:
    """In the order given. One query for each kind of thing named, whatever the number of rows."""
    rows = list(rows)
    names = names_of({ref for row in rows for ref in _refs(row)})
    zone = ZoneInfo(school.timezone)
    return [_told(row, names, zone) for row in rows]


def _refs(row: Any) -> Iterator[tuple[str, Any]]:
    if row.person_id is not None:
        yield PERSON, row.person_id
    if row.on_behalf_of is not None:
        yield PERSON, row.on_behalf_of
    if row.profile:
        yield PROFILE, row.profile
    if row.kind and row.object_id is not None:
        yield row.kind, row.object_id
    if isinstance(row, Entry):
        for name, value in row.values.items():
            if isinstance(value, dict) and "kind" in value:
                yield value["kind"], value["id"]
            elif name == "profile":
                yield PROFILE, value


Names = dict[tuple[str, Any], Named]


def _told(row: Any, names: Names, zone: ZoneInfo) -> Told:
    who = _who(row, names)
    declared: Any = acts().get(row.act) if isinstance(row, Entry) else reads().get(row.read)
    # A module taken out of the house leaves its entries: told by their code.
    sentence = (
        str(declared.sentence) if declared else f"{{who}} · {row.act if isinstance(row, Entry) else row.read}"
    )
    return Told(
        row=row,
        at=row.at.astimezone(zone),
        who=who.text,
        parts=tuple(_parts(row, sentence, who, declared, names)),
        as_whom=names[PROFILE, row.profile].text if row.profile else "",
        for_whom=names[PERSON, row.on_behalf_of].text if row.on_behalf_of is not None else "",
        whence=tuple(_whence(row)),
    )


def _who(row: Any, names: Names) -> Named:
    if row.person_id is not None:
        return names[PERSON, row.person_id]
    return Named(_("Préau"))


def _whence(row: Any) -> Iterator[str]:
    if row.entrance in ENTRANCES:
        yield str(ENTRANCES[row.entrance])
    if row.device in DEVICES:
        yield str(DEVICES[row.device])
    if row.network:
        yield _("réseau %(network)s") % {"network": row.network}


def _parts(row: Any, sentence: str, who: Named, declared: Any, names: Names) -> Iterator[Part]:
    first = True
    for words, name, _spec, _how in Formatter().parse(sentence):
        if words:
            yield Part(words)
        if name:
            named = who if name == WHO else _named(row, name, declared, names)
            text = named.text[:1].upper() + named.text[1:] if first and not words else named.text
            yield Part(text, named.url, is_name=name in (WHO, RECORD) or bool(named.url))
        first = False


def _named(row: Any, name: str, declared: Any, names: Names) -> Named:
    if name == RECORD:
        return names.get((row.kind, row.object_id), Named("?"))
    value = row.values.get(name)
    if isinstance(value, dict) and "kind" in value:
        return names[value["kind"], value["id"]]
    if isinstance(value, dict) and "day" in value:
        return Named(written(date.fromisoformat(value["day"])))
    if isinstance(value, dict) and "at" in value:
        return Named(date_format(datetime.fromisoformat(value["at"]), "SHORT_DATETIME_FORMAT"))
    if name == "profile" and (PROFILE, value) in names:
        return names[PROFILE, value]
    words = declared.words.get(name, {}) if declared else {}
    return Named(str(words.get(value, "?" if value is None else value)))
