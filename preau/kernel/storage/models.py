"""Bytes of a school, and what they are attached to."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from preau.kernel.tenancy.fields import SchoolForeignKey, SchoolOneToOne
from preau.kernel.tenancy.owned import SchoolManager, SchoolOwned, SchoolQuerySet


class Blob(SchoolOwned):
    """Bytes a school keeps once, however often they are attached.

    Once *in a school*: two schools are two data controllers, and that a file is there already would
    tell one of the other.
    """

    class Scan(models.TextChoices):
        REDRAWN = "redrawn", _("image redessinée par Préau")
        WAITING = "waiting", _("vérification en cours")
        CLEAN = "clean", _("vérifié")
        INFECTED = "infected", _("contient un virus")
        UNSCANNED = "unscanned", _("non vérifié")  # no scanner, or larger than it takes

    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("taille"), editable=False)
    media_type = models.CharField(_("type"), max_length=100, editable=False)
    scan = models.CharField(_("vérification"), max_length=10, choices=Scan)
    finding = models.CharField(_("virus trouvé"), max_length=120, blank=True)
    scanned_at = models.DateTimeField(null=True, editable=False)
    stored_at = models.DateTimeField(editable=False)  # last time somebody brought these bytes
    # Its own, even for bytes that were here before: who sweeps the old ones cannot take the new ones along.
    key = models.CharField(max_length=200, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="blob_once_in_a_school", fields=["school", "sha256"]),
            models.CheckConstraint(
                name="blob_infected_says_by_what", condition=~Q(scan="infected") | ~Q(finding="")
            ),
            models.CheckConstraint(
                name="blob_scan_in_known_words",
                condition=Q(scan__in=("redrawn", "waiting", "clean", "infected", "unscanned")),
            ),
        ]
        indexes = [models.Index(name="blob_by_day", fields=["school", "stored_at"])]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.media_type})"

    @property
    def is_served(self) -> bool:
        return self.scan not in (self.Scan.WAITING, self.Scan.INFECTED)


class View(SchoolOwned):
    """A smaller view of a picture: `source` seen at `name`, kept in `blob`."""

    source = SchoolForeignKey(Blob, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=20)
    blob = SchoolForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    # In pixels, so that a page keeps its place for the picture. None: drawn before they were written down.
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="view_once", fields=["school", "source", "name"])]

    def __str__(self) -> str:
        return f"{self.source_id} · {self.name}"


class AttachmentQuerySet(SchoolQuerySet["Attachment"]):
    def standing(self) -> "AttachmentQuerySet":
        """Those nobody has removed."""
        return self.filter(removal=None)

    def of(self, kind: str, owner_ids: Any) -> "AttachmentQuerySet":
        return self.filter(kind=kind, owner_id__in=owner_ids)


class Attachment(SchoolOwned):
    """A file on a row of some module. The kind says which model `owner_id` is of, and whom to ask."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    owner_id = models.BigIntegerField()
    blob = SchoolForeignKey(Blob, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("nom"), max_length=255)
    person_id = models.BigIntegerField()  # who attached it: a number, the kernel knows no people
    attached_at = models.DateTimeField()

    objects = SchoolManager.from_queryset(AttachmentQuerySet)()

    class Meta:
        ordering = ["attached_at", "id"]
        constraints = [models.UniqueConstraint(name="attachment_uuid", fields=["school", "uuid"])]
        indexes = [
            models.Index(name="attachment_of_owner", fields=["school", "kind", "owner_id"]),
            models.Index(name="attachment_by_person", fields=["school", "person_id"]),
        ]

    def __str__(self) -> str:
        return self.name


class Removal(SchoolOwned):
    """Who took an attachment away, and when. While it stands, it can be taken back."""

    attachment = SchoolOneToOne(Attachment, on_delete=models.CASCADE, related_name="removal")
    person_id = models.BigIntegerField()
    removed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="removal_by_day", fields=["school", "removed_at"])]

    def __str__(self) -> str:
        return str(self.attachment_id)


class Allowance(SchoolOwned):
    """The room a school has. Its row is the lock under which `used` moves."""

    limit = models.PositiveBigIntegerField(_("place accordée"), null=True, blank=True)  # none: the instance's
    used = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="allowance_of_school", fields=["school"])]

    def __str__(self) -> str:
        return f"{self.used} / {self.limit}"


class Upload(SchoolOwned):
    """A file on its way, in pieces (tus 1.0). Belongs to one person; what it is for is fixed at the start."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    person_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    owner_id = models.BigIntegerField()
    name = models.CharField(max_length=255)
    length = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attachment = SchoolOneToOne(Attachment, null=True, on_delete=models.CASCADE, related_name="+")  # arrived

    class Meta:
        constraints = [
            models.UniqueConstraint(name="upload_uuid", fields=["school", "uuid"]),
            models.CheckConstraint(
                name="upload_receives_no_more_than_its_length", condition=Q(received__lte=F("length"))
            ),
        ]
        indexes = [models.Index(name="upload_by_end", fields=["school", "expires_at"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.received}/{self.length})"


class Part(SchoolOwned):
    """A piece that arrived whole. The bytes are in the store before the row, and the row with `received`."""

    upload = SchoolForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    start = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    key = models.CharField(max_length=200)

    class Meta:
        ordering = ["start"]
        constraints = [models.UniqueConstraint(name="part_once", fields=["school", "upload", "start"])]

    def __str__(self) -> str:
        return f"{self.start}+{self.size}"
