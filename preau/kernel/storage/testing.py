"""Files for anyone's tests."""

import uuid
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from preau.kernel.storage import blobs
from preau.kernel.storage.kinds import AttachmentKind
from preau.kernel.storage.models import Attachment, Upload

# In two pieces: no scanner finds the signature in this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def make_attachment(kind: AttachmentKind, owner: Any, name: str, content: bytes, *, person_id: int) -> Any:
    """As `attach` would, asking nobody: in the open school."""
    written = blobs.write(kind, BytesIO(content), name)
    blob = blobs.keep(written)
    blobs.make_views(blob, kind)
    return Attachment.objects.create(
        kind=kind.code,
        owner_id=owner.pk,
        blob=blob,
        name=written.name,
        person_id=person_id,
        attached_at=timezone.now(),
    )


def make_upload(kind: AttachmentKind, owner: Any, name: str, *, person_id: int, length: int = 1_000) -> Any:
    now = timezone.now()
    return Upload.objects.create(
        uuid=uuid.uuid4(),
        person_id=person_id,
        kind=kind.code,
        owner_id=owner.pk,
        name=name,
        length=length,
        begun_at=now,
        expires_at=now + timedelta(days=7),
    )
