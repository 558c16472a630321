"""What the columns of a school's own tables mean: seen once, corrected by somebody, read so from then on."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.modules.directory.models import ColumnMapping, PersonRecord


@transaction.atomic
def notice_columns(*, kind: str, digest: str, columns: dict[str, Any]) -> None:
    """Keep how a table was recognised, to be looked at. `columns`: `TableMapping.to_json`, as an object."""
    ColumnMapping.objects.get_or_create(headers_digest=digest, defaults={"kind": kind, "columns": columns})


@transaction.atomic
def choose_columns(
    *, actor: Actor, by: PersonRecord | None, mapping: ColumnMapping, kind: str, columns: dict[str, Any]
) -> ColumnMapping:
    """What this table's columns are, the next time it is brought. Said again, it changes nothing."""
    mapping = ColumnMapping.objects.select_for_update(of=("self",)).get(pk=mapping.pk)
    if (mapping.kind, mapping.columns) == (kind, columns) and mapping.by_id is not None:
        return mapping
    mapping.kind, mapping.columns, mapping.by, mapping.at = kind, columns, by, timezone.now()
    mapping.save(update_fields=["kind", "columns", "by", "at"])
    audit.record(actor, "directory.columns_chosen")
    return mapping
