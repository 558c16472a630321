"""What files said, what hands corrected since, and what becomes of a file until « Appliquer »."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.tenancy.fields import SchoolForeignKey
from preau.kernel.tenancy.owned import (
    SchoolManager,
    SchoolOwned,
    SchoolQuerySet,
    YearManager,
    YearOwned,
)
from preau.modules.directory.models.groups import Course, Group, Subject
from preau.modules.directory.models.people import Guardianship, PersonRecord
from preau.modules.directory.models.staff import Duty

LINES_KEPT = timedelta(days=30)  # how long an import can be read line by line, and taken back


class Origin(models.TextChoices):
    """Who said it. The first outranks the next where two say something of the same person."""

    SIECLE = "siecle", _("SIECLE")
    STS = "sts", _("STS-web")
    TABLE = "table", _("tableau")


class Thing(models.TextChoices):
    """What a row of a file is about, in the order in which rows find what they hang on."""

    SUBJECT = "subject", _("matière")
    DIVISION = "division", _("classe")
    GROUP = "group", _("groupe")
    PUPIL = "pupil", _("élève")
    GUARDIAN = "guardian", _("responsable")
    CHARGE = "charge", _("lien")
    STAFF = "staff", _("personnel")
    COURSE = "course", _("cours")


# What a file says of a person and a hand may correct, in the order in which it is shown.
PERSON_FIELDS = (
    "civility",
    "last_name",
    "first_name",
    "birth_name",
    "other_first_names",
    "birth_date",
    "ine",
    "email",
    "mobile_phone",
    "home_phone",
    "work_phone",
    "address",
    "postal_code",
    "city",
    "country",
)
# Which column of a `SourceRecord` leads to the row that a thing is here.
TARGETS: dict[str, str] = {
    Thing.PUPIL: "record_id",
    Thing.GUARDIAN: "record_id",
    Thing.STAFF: "record_id",
    Thing.CHARGE: "guardianship_id",
    Thing.DIVISION: "group_id",
    Thing.GROUP: "group_id",
    Thing.COURSE: "course_id",
    Thing.SUBJECT: "subject_id",
}


class ImportQuerySet(SchoolQuerySet["Import"]):
    def visible_to(self, actor: Actor) -> "ImportQuerySet":
        """Those who keep the school's files: a list of imports is a list of its people."""
        keeps = actor.only is not None and actor.has_duty(Duty.MANAGE, Duty.ADMINISTER)
        return self if keeps else self.none()


class Import(YearOwned):
    """One drop of files, from what it would change to what it changed."""

    class State(models.TextChoices):
        READY = "ready", _("à relire")
        WAITING = "waiting", _("en attente")
        APPLYING = "applying", _("en cours")
        APPLIED = "applied", _("appliqué")
        UNDONE = "undone", _("annulé")
        GIVEN_UP = "given_up", _("abandonné")
        FAILED = "failed", _("échoué")

    BUSY = (State.READY, State.WAITING, State.APPLYING)
    RUNNING = (State.WAITING, State.APPLYING)

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.READY)
    # The record of who did it here: one school never needs to know them elsewhere. None: the command line.
    begun_by = SchoolForeignKey(PersonRecord, null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now, editable=False)
    effective_on = models.DateField(_("à compter du"))
    files = models.JSONField(default=list)  # name, kind, exported_on, counts, refused
    counts = models.JSONField(default=dict)  # lines of each act
    asks = models.JSONField(default=list)  # what must be said yes to before it is applied
    outcome = models.JSONField(default=dict)  # what was written, what was left
    applied_by = SchoolForeignKey(PersonRecord, null=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)  # undone, given up or failed
    trace = models.BinaryField(null=True, editable=False)  # rows made and changed, to take them back

    objects = YearManager.from_queryset(ImportQuerySet)()

    class Meta:
        ordering = ["-begun_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="import_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(
                name="import_one_at_a_time",
                fields=["school"],
                condition=Q(state__in=("ready", "waiting", "applying")),
            ),
        ]
        indexes = [models.Index(name="import_of_year", fields=["school", "year", "-begun_at"])]

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d %H:%M} · {self.state}"


class ImportLine(YearOwned):
    """One thing that would change, must be decided, or went wrong. Nothing of what stays as it is."""

    class Act(models.TextChoices):
        DOUBTFUL = "doubtful", _("à rapprocher")
        CONFLICT = "conflict", _("à trancher")
        ARRIVE = "arrive", _("arrivées")
        CHANGE = "change", _("changements")
        DEPART = "depart", _("départs")
        SAME = "same", _("déjà à jour")  # the source changed its mind to what stands here already
        ERROR = "error", _("non repris")
        CHECK = "check", _("à vérifier")
        REMARK = "remark", _("à savoir")

    WRITES = (Act.DOUBTFUL, Act.CONFLICT, Act.ARRIVE, Act.CHANGE, Act.DEPART, Act.SAME)

    batch = SchoolForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    rank = models.PositiveIntegerField()
    act = models.CharField(max_length=8, choices=Act)
    thing = models.CharField(max_length=8, choices=Thing, blank=True)
    origin = models.CharField(max_length=6, choices=Origin, blank=True)
    external_id = models.CharField(max_length=160, blank=True)
    uai = models.CharField(max_length=8, blank=True)
    who = models.CharField(max_length=160, blank=True)
    file = models.CharField(max_length=255, blank=True)
    line = models.PositiveIntegerField(default=0)
    # The person, group or link it is about, where it is one of here already.
    target_id = models.BigIntegerField(null=True)
    said = models.JSONField(default=dict)
    detail = models.JSONField(default=dict)  # fields, candidates or the cause
    decision = models.JSONField(default=dict)

    objects = YearManager()

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(name="importline_rank", fields=["school", "year", "batch", "rank"])
        ]
        indexes = [models.Index(name="importline_by_act", fields=["school", "year", "batch", "act", "rank"])]

    def __str__(self) -> str:
        return f"{self.act} · {self.who}"


class SourceRecord(SchoolOwned):
    """What one source said last of one thing in one year. What people see is computed from these and from
    the corrections of hands (`Override`)."""

    origin = models.CharField(_("origine"), max_length=6, choices=Origin)
    thing = models.CharField(max_length=8, choices=Thing)
    external_id = models.CharField(max_length=160)
    year = SchoolForeignKey("kernel.SchoolYear", on_delete=models.PROTECT, related_name="+")
    uai = models.CharField(max_length=8, blank=True)  # whose file: only that one's silence is a departure
    said = models.JSONField(default=dict)
    digest = models.CharField(max_length=32)  # of `said`
    # What it became; none of these: it names somebody who is not known yet.
    record = SchoolForeignKey(
        PersonRecord, null=True, on_delete=models.PROTECT, related_name="sources", db_index=False
    )
    guardianship = SchoolForeignKey(Guardianship, null=True, on_delete=models.PROTECT, related_name="sources")
    group = SchoolForeignKey(Group, null=True, on_delete=models.PROTECT, related_name="sources")
    course = SchoolForeignKey(Course, null=True, on_delete=models.PROTECT, related_name="sources")
    subject = SchoolForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="sources")
    gone_on = models.DateField(_("absent des fichiers depuis le"), null=True)
    last_import = SchoolForeignKey(
        Import, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = SchoolManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="sourcerecord_once", fields=["school", "year", "origin", "thing", "external_id"]
            )
        ]
        indexes = [
            # The same number in another year is the same person.
            models.Index(name="sourcerecord_by_id", fields=["school", "thing", "external_id", "origin"]),
            models.Index(name="sourcerecord_of_record", fields=["school", "record"]),
        ]

    def __str__(self) -> str:
        return f"{self.origin} · {self.thing} {self.external_id}"


class Override(SchoolOwned):
    """A value somebody corrected by hand: it outlasts every file until they take it back."""

    record = SchoolForeignKey(PersonRecord, on_delete=models.CASCADE, related_name="overrides")
    field = models.CharField(max_length=20)
    value = models.CharField(max_length=254, blank=True)
    was = models.CharField(max_length=254, blank=True)  # what the page showed before
    by = SchoolForeignKey(PersonRecord, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SchoolManager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(name="override_once", fields=["school", "record", "field"])]

    def __str__(self) -> str:
        return f"{self.record_id}.{self.field}"


class ColumnMapping(SchoolOwned):
    """What the columns of a school's own table mean, as somebody here said: read so the next time."""

    kind = models.CharField(max_length=10)
    headers_digest = models.CharField(max_length=32)
    columns = models.JSONField(default=list)
    by = SchoolForeignKey(PersonRecord, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SchoolManager()

    class Meta:
        ordering = ["-at", "id"]
        constraints = [
            models.UniqueConstraint(name="columnmapping_once", fields=["school", "headers_digest"])
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.headers_digest[:8]}"

    @property
    def uuid(self) -> uuid.UUID:
        """Of its headers: the same table has the same address each year."""
        return uuid.UUID(hex=self.headers_digest)
