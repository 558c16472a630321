"""What the pages of an import show: figures, lines in words, and what must be decided."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from preau.kernel.names import folded
from preau.kernel.numbers import grouped
from preau.modules.directory.models import (
    Enrolment,
    Group,
    GroupMember,
    Guardianship,
    Import,
    ImportLine,
    PersonRecord,
    Profile,
    Thing,
)
from preau.modules.directory.models.defaults import PROFILE_OF_FUNCTION
from preau.modules.directory.selectors.provenance import LABELS

Act = ImportLine.Act
PAGE = 50
# What a secretary counts, in the order they look for it.
COUNTED = (
    (Thing.PUPIL, gettext_lazy("Élèves")),
    (Thing.GUARDIAN, gettext_lazy("Responsables")),
    (Thing.CHARGE, gettext_lazy("Liens entre eux")),
    (Thing.STAFF, gettext_lazy("Personnels")),
    (Thing.DIVISION, gettext_lazy("Classes")),
    (Thing.GROUP, gettext_lazy("Groupes")),
    (Thing.SUBJECT, gettext_lazy("Matières")),
    (Thing.COURSE, gettext_lazy("Cours")),
)
CHANGING = (Act.ARRIVE, Act.CHANGE, Act.DEPART)
DECIDED = (Act.DOUBTFUL, Act.CONFLICT)
TOLD = (Act.ERROR, Act.CHECK, Act.REMARK)

_FIELDS = LABELS | {
    "divisions": gettext_lazy("classe"),
    "level": gettext_lazy("niveau"),
    "mef": gettext_lazy("formation (MEF)"),
    "boarding": gettext_lazy("régime"),
    "enters_on": gettext_lazy("entrée"),
    "leaves_on": gettext_lazy("sortie"),
    "label": gettext_lazy("nom"),
    "kinship": gettext_lazy("lien"),
    "houses": gettext_lazy("héberge l’élève"),
}
_WHY = {
    "ine": gettext_lazy("même INE"),
    "birth_date": gettext_lazy("même date de naissance"),
    "last_name": gettext_lazy("même nom"),
    "first_name": gettext_lazy("même prénom"),
    "email": gettext_lazy("même courriel"),
    "phone": gettext_lazy("même téléphone"),
    "child": gettext_lazy("responsable du même élève"),
}
_SIDE_BY_SIDE = ("last_name", "first_name", "birth_date", "ine", "email", "mobile_phone", "address", "city")


@dataclass(frozen=True)
class Figures:
    """A line of the table: how many of one thing come, change, leave. None: none."""

    thing: str
    label: Any
    numbers: tuple[tuple[str, Any, int], ...]  # act, its label, number


@dataclass(frozen=True)
class ChangeShown:
    field: str
    label: str
    before: str
    ours: str
    theirs: str
    verdict: str
    choice: str  # file or ours


@dataclass(frozen=True)
class CandidateShown:
    record: PersonRecord
    title: str
    score: int
    why: str
    division: str
    chosen: bool


@dataclass
class LineShown:
    line: ImportLine
    facts: list[str] = field(default_factory=list)
    changes: list[ChangeShown] = field(default_factory=list)
    candidates: list[CandidateShown] = field(default_factory=list)
    # Rows of a doubtful line: label, what the file says, what is known of each candidate under their title.
    beside: list[tuple[str, str, list[tuple[str, str]]]] = field(default_factory=list)


def figures(batch: Import) -> list[Figures]:
    found = []
    for thing, label in COUNTED:
        numbers = tuple((str(act), act.label, batch.counts.get(act, {}).get(thing, 0)) for act in CHANGING)
        if any(number for _act, _label, number in numbers):
            found.append(Figures(str(thing), label, numbers))
    return found


def told(batch: Import, acts: Iterable[str]) -> list[tuple[str, Any, int]]:
    """Act, its label, lines; those that have some."""
    sums = ((str(act), Act(act).label, sum(batch.counts.get(act, {}).values())) for act in acts)
    return [each for each in sums if each[2]]


def only(batch: Import, act: str, thing: str) -> tuple[Any, int] | None:
    """The label of one thing, and how many lines of this kind there are of it."""
    labels: dict[str, Any] = dict(COUNTED)
    label = labels.get(thing)
    return (label, batch.counts.get(act, {}).get(thing, 0)) if label else None


def undecided(batch: Import) -> int:
    """Doubtful lines nobody decided: they would stay aside."""
    return int(batch.lines.filter(act=Act.DOUBTFUL, decision={}).count())


def likely(batch: Import, at_least: int) -> list[ImportLine]:
    """Doubtful lines nobody decided whose only candidate has this score or more; each candidate once."""
    found: dict[int, ImportLine] = {}
    for line in batch.lines.filter(act=Act.DOUBTFUL, decision={}):
        candidates = line.detail.get("candidates", ())
        if len(candidates) == 1 and candidates[0][1] >= at_least:
            found.setdefault(candidates[0][0], line)
    return list(found.values())


def questions(batch: Import) -> list[tuple[str, str]]:
    """Code and sentence of what must be said yes to."""
    return [(ask["code"], _question(ask)) for ask in batch.asks]


def _question(ask: dict[str, Any]) -> str:
    figures = {"number": grouped(ask["number"]), "of": grouped(ask["of"])}
    if ask["code"].startswith("other_uai:"):
        return _(
            "Un fichier est celui de %(uai)s, qui n’est pas une unité de votre établissement : ne continuez"
            " que si c’est votre SEGPA ou votre annexe. Elle sera ajoutée à l’établissement."
        ) % {"uai": ask["code"].partition(":")[2]}
    if ask["code"] == "departures":
        return (
            _("%(number)s élèves sur %(of)s ne sont plus dans les fichiers : ils seront notés partis.")
            % figures
        )
    if ask["code"] == "staff_gone":
        return (
            _(
                "%(number)s personnels sur %(of)s ne sont plus dans le fichier : leurs fonctions"
                " prendront fin."
            )
            % figures
        )
    if ask["code"] == "other_year":
        years = {"theirs": f"{ask['number']}-{ask['number'] + 1}", "ours": f"{ask['of']}-{ask['of'] + 1}"}
        return _("Ces fichiers sont ceux de %(theirs)s, et vous êtes dans l’année %(ours)s.") % years
    return (
        ngettext(
            "%(number)s lien ne dit pas qui exerce l’autorité parentale : la personne sera « à contacter »,"
            " sans accès, jusqu’à ce que vous le précisiez.",
            "%(number)s liens ne disent pas qui exerce l’autorité parentale : ces personnes seront « à"
            " contacter », sans accès, jusqu’à ce que vous le précisiez.",
            ask["number"],
        )
        % figures
    )


def lines_shown(lines: list[ImportLine]) -> list[LineShown]:
    """In words. A page of them costs the same queries whatever their number."""
    offered = {candidate[0] for line in lines for candidate in line.detail.get("candidates", ())}
    records = {record.pk: record for record in PersonRecord.objects.filter(pk__in=offered)}
    leaving = {line.target_id for line in lines if (line.act, line.thing) == (Act.DEPART, Thing.PUPIL)}
    words = _Words(_classes_of(offered | leaving), {})
    if any(line.thing == Thing.STAFF for line in lines):
        words.profiles.update(Profile.objects.values_list("code", "label"))
    return [_shown(line, records, words) for line in lines]


class _Words(NamedTuple):
    """What lines are told with: the class of each record, the label of each profile."""

    classes: dict[int, str]
    profiles: dict[str, str]


def _classes_of(records: set[Any]) -> dict[int, str]:
    rows = GroupMember.objects.filter(record__in=records, group__kind=Group.Kind.DIVISION)
    return dict(rows.order_by("starts_on").values_list("record_id", "group__label"))


def _shown(line: ImportLine, records: dict[int, PersonRecord], words: _Words) -> LineShown:
    shown = LineShown(line, list(_facts(line, words)))
    if line.act != Act.DOUBTFUL:
        chosen = line.decision.get("fields", {})
        for name, before, ours, theirs, verdict in line.detail.get("fields", ()):
            choice = chosen.get(name, "file" if verdict == "change" else "ours")
            was, here, now = (_value(name, each) for each in (before, ours, theirs))
            shown.changes.append(ChangeShown(name, _label(line, name), was, here, now, verdict, choice))
        return shown
    candidates = [each for each in line.detail.get("candidates", ()) if each[0] in records]
    for rank, (pk, score, why) in enumerate(candidates, start=1):
        shown.candidates.append(
            CandidateShown(
                record=records[pk],
                title=_("Fiche d’ici") if len(candidates) == 1 else _("Fiche %(rank)d") % {"rank": rank},
                score=score,
                why=", ".join(str(_WHY[each]) for each in why if each in _WHY),
                division=words.classes.get(pk, ""),
                chosen=line.decision.get("same") == str(records[pk].uuid),
            )
        )
    for name in _SIDE_BY_SIDE:
        theirs = _value(name, line.said.get(name, ""))
        ours = [(each.title, _value(name, _plain(getattr(each.record, name)))) for each in shown.candidates]
        if theirs or any(value for _title, value in ours):
            shown.beside.append((str(_FIELDS[name]), theirs, ours))
    if line.thing == Thing.PUPIL:
        divisions = [(each.title, each.division) for each in shown.candidates]
        shown.beside.append((str(_FIELDS["divisions"]), _codes(line) or _("sans classe"), divisions))
    return shown


def _codes(line: ImportLine) -> str:
    return ", ".join(code.partition(":")[2].upper() for code in line.said.get("divisions", ()))


def _facts(line: ImportLine, words: _Words) -> Iterator[str]:
    """What a line is, beside its name and what changes."""
    said = line.said
    if cause := line.detail.get("cause"):
        yield cause
    if line.detail.get("code") == "unknown_child":
        yield _("L’enfant nommé n’est pas un élève de l’établissement : ce lien n’est pas repris.")
    if line.detail.get("matched") == "ine":
        yield _("retrouvé par son INE et sa date de naissance")
    if line.act == Act.DEPART and line.target_id in words.classes:
        yield words.classes[line.target_id]
    elif line.thing == Thing.PUPIL and line.act in (Act.ARRIVE, Act.DOUBTFUL):
        yield from filter(None, [_codes(line) or _("sans classe"), said.get("level", "")])
        if line.detail.get("known"):
            yield _("déjà connu de l’établissement")
    elif line.thing == Thing.CHARGE and said:
        yield str(Guardianship.Level(said["level"]).label)
        yield str(dict(Guardianship.Kinship.choices).get(said["kinship"], ""))
    elif line.thing == Thing.STAFF and said:
        profile = words.profiles.get(PROFILE_OF_FUNCTION.get(said.get("function", ""), ""))
        yield profile or _("sans profil ici, à donner depuis sa fiche")
        yield from filter(None, [said.get("discipline", "")])
    elif line.thing in (Thing.DIVISION, Thing.GROUP) and said:
        yield from (each for each in [said.get("label", "")] if folded(each) != folded(line.who))
    for name, gone, come in (
        ("groups", _("quitte %(names)s"), _("entre dans %(names)s")),
        ("heads", _("n’est plus professeur principal : %(names)s"), _("professeur principal : %(names)s")),
        ("teachers", _("sans %(names)s"), _("avec %(names)s")),
    ):
        moved = line.detail.get(name) or {}
        if moved.get("removed"):
            yield gone % {"names": ", ".join(moved["removed"])}
        if moved.get("added"):
            yield come % {"names": ", ".join(moved["added"])}


def _label(line: ImportLine, name: str) -> str:
    if line.thing == Thing.CHARGE and name == "level":
        return _("responsabilité")
    return str(_FIELDS.get(name, name))


def _value(name: str, written: str) -> str:
    """As people write it: days, and words for codes."""
    if not written:
        return ""
    if name in ("birth_date", "enters_on", "leaves_on"):
        return f"{date.fromisoformat(written):%d/%m/%Y}"
    if name == "boarding":
        return str(dict(Enrolment.Boarding.choices).get(written, written))
    if name == "kinship":
        return str(dict(Guardianship.Kinship.choices).get(written, written))
    if name == "level" and written.isdigit():
        return str(dict(Guardianship.Level.choices).get(int(written), written))
    if name == "houses":
        return _("oui")
    if name == "civility":
        return str(dict(PersonRecord.Civility.choices).get(written, written))
    return written


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else (value or "")


def exported(batch: Import) -> Iterator[list[Any]]:
    """Every line, for a spreadsheet."""
    yield [_("Nature"), _("Quoi"), _("Qui"), _("Détail"), _("Fichier"), _("Ligne"), _("Décision")]
    hidden = batch.lines.exclude(act=Act.SAME)
    for first in range(0, int(hidden.count()), 500):
        for shown in lines_shown(list(hidden[first : first + 500])):
            line = shown.line
            changes = (f"{each.label} : {each.ours or '–'} → {each.theirs or '–'}" for each in shown.changes)
            yield [
                Act(line.act).label,
                dict(Thing.choices).get(line.thing, ""),
                line.who,
                " ; ".join([*shown.facts, *changes]),
                line.file,
                line.line or "",
                _decision(shown),
            ]


def _decision(shown: LineShown) -> str:
    line = shown.line
    if line.act == Act.DOUBTFUL:
        same = next((each.record.listed_name for each in shown.candidates if each.chosen), "")
        if same:
            return _("est %(name)s") % {"name": same}
        return _("quelqu’un d’autre") if line.decision.get("other") else _("laissé de côté")
    if line.act == Act.CONFLICT:
        kept = [each.label for each in shown.changes if each.choice == "ours"]
        return _("gardé : %(fields)s") % {"fields": ", ".join(kept)} if kept else _("repris du fichier")
    return ""
