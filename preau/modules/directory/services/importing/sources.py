"""What was said becomes what the next file is compared with."""

import json
from hashlib import blake2b
from typing import Any

from preau.modules.directory.models import TARGETS, SourceRecord
from preau.modules.directory.services.importing.writing import Act, Writing


def digest_of(said: dict[str, Any]) -> str:
    """128 bits of what is said, whatever the order it was said in."""
    written = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(written.encode(), digest_size=16).hexdigest()


def write_sources(writing: Writing) -> None:
    new = []
    for lines in writing.lines.values():
        for line in lines:
            target = writing.targets.get((line.origin, line.thing, line.external_id))
            key = (line.origin, line.thing, line.external_id)
            stored = writing.stored.get(key)
            if line.act == Act.DEPART and not line.said:
                if stored is not None:
                    writing.trace.change(stored, gone_on=writing.day, last_import_id=writing.batch.pk)
                continue
            if line.act == Act.DOUBTFUL and line.target_id is None:
                continue  # nobody has said who it is
            column = TARGETS[line.thing]
            if stored is not None:
                writing.trace.change(
                    stored,
                    said=line.said,
                    digest=digest_of(line.said),
                    uai=line.uai,
                    gone_on=None,
                    last_import_id=writing.batch.pk,
                    **{column: target},
                )
                continue
            new.append(
                SourceRecord(
                    year=writing.year,
                    origin=line.origin,
                    thing=line.thing,
                    external_id=line.external_id,
                    uai=line.uai,
                    said=line.said,
                    digest=digest_of(line.said),
                    last_import=writing.batch,
                    **{column: target},
                )
            )
    writing.trace.flush()
    writing.trace.make(SourceRecord, new)
