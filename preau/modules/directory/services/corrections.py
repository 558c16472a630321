from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.rules import Superseded
from preau.kernel.search.jobs import touch
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import PERSON_FIELDS, Override, PersonRecord
from preau.modules.directory.selectors.provenance import (
    LABELS,
    as_said,
    in_words,
    said_of,
    sources_of,
)
from preau.modules.directory.services.person_values import (
    open_standing,
    own_record,
    read_values,
    require_ine_free,
)


@transaction.atomic
def correct_person(
    *, actor: Actor, record: PersonRecord, base_version: int, values: Mapping[str, Any]
) -> PersonRecord:
    """Put right what is known of a person; each field that changes is from now on a correction, which no
    file undoes. Sent again, it changes nothing. A value the best source says already needs no correction:
    the field follows the source again.

    Raises `Superseded` (409, both values) when somebody changed them since `base_version`, `ValuesRefused`
    for what cannot be kept, and for the INE of somebody else.
    """
    standing = open_standing(actor, record.school_id)
    record = PersonRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    # What nobody touched is not judged: files bring telephones that no one can read.
    touched = {name: value for name, value in values.items() if _as_typed(value) != as_said(record, name)}
    read = read_values(touched, today=standing.day)
    changes = {name: value for name, value in read.items() if value != getattr(record, name)}
    if not changes:
        return record
    if record.version != base_version:
        raise Superseded(
            _("Quelqu’un a modifié cette fiche depuis l’ouverture de la page : rien n’a été enregistré."),
            theirs=_told({name: as_said(record, name) for name in changes}),
            wanted=_told({name: _as_typed(value) for name, value in changes.items()}),
        )
    require_ine_free(changes.get("ine", ""), but=record)
    said = said_of(sources_of(record))
    author = own_record(actor, record.school_id)
    before = {name: as_said(record, name) for name in changes}
    _change(record, changes)
    for name in changes:
        kept = as_said(record, name)
        if name in said and said[name].value == kept:
            Override.objects.filter(record=record, field=name).delete()
        else:
            told = {"value": kept, "was": before[name], "by": author, "at": timezone.now()}
            Override.objects.update_or_create(record=record, field=name, defaults=told)
        audit.record(actor, "directory.person_corrected", record, values={"field": name})
    return record


@transaction.atomic
def take_correction_back(*, actor: Actor, record: PersonRecord, field: str) -> PersonRecord:
    """The field follows its sources again, and shows at once what the best of them says; where none speaks,
    it stays as it is until one does. Done twice, it changes nothing."""
    standing = open_standing(actor, record.school_id)
    record = PersonRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if field not in PERSON_FIELDS:
        return record
    removed, _each = Override.objects.filter(record=record, field=field).delete()
    said = said_of(sources_of(record)).get(field)
    differs = said is not None and said.value != as_said(record, field)
    if said is not None and differs:
        value: Any = date.fromisoformat(said.value) if field == "birth_date" else said.value
        if field == "ine":
            require_ine_free(value, but=record)
        if field in ("last_name", "birth_date"):
            value = read_values({field: value}, today=standing.day)[field]
        _change(record, {field: value})
    elif removed:
        _change(record, {})
    if removed or differs:
        audit.record(actor, "directory.correction_taken_back", record, values={"field": field})
    return record


def _change(record: PersonRecord, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(record, name, value)
    record.version += 1
    record.save(update_fields=[*changes, "version"])
    touch(PEOPLE, [record.pk])


def _as_typed(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "\n".join(str(value or "").splitlines())


def _told(values: Mapping[str, str]) -> str:
    """« Nom d’usage : Dupond ; courriel : rien »."""
    lines: Iterable[str] = (
        _("%(field)s : %(value)s") % {"field": LABELS[name], "value": in_words(name, value)}
        for name, value in values.items()
    )
    return " ; ".join(lines)
