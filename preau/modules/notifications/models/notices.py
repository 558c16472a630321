"""What a person is told, and each message that carries it outside."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.modules import Channel, Told
from preau.kernel.tenancy.fields import SchoolForeignKey
from preau.kernel.tenancy.owned import SchoolManager, SchoolOwned, SchoolQuerySet


class NoticeQuerySet(SchoolQuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> "NoticeQuerySet":
        """One's own, and nobody else's: not a child's, not the other guardian's."""
        return self.filter(person=actor.person_id)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)


class Notice(SchoolOwned):
    """One thing told to one person. It keeps no words: `NoticeKind.words` makes them each time, as the
    person who reads, so that what they may no longer know is not told any more."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    # The year it is about, to be read in; empty: of no year.
    year = SchoolForeignKey(
        "kernel.SchoolYear", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=60)
    once = models.CharField(max_length=120)  # told again under the same key, it is the same notice
    about = models.UUIDField(null=True)  # what may be withdrawn, with everything said of it
    values = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    digest = SchoolForeignKey(
        "notifications.Delivery", null=True, on_delete=models.SET_NULL, related_name="collected"
    )

    objects = SchoolManager.from_queryset(NoticeQuerySet)()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="notice_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(name="notice_once", fields=["school", "kind", "once", "person"]),
        ]
        indexes = [
            models.Index(name="notice_of_person", fields=["school", "person", "-created_at"]),
            models.Index(name="notice_unread", fields=["school", "person"], condition=Q(read_at=None)),
            models.Index(name="notice_about", fields=["school", "about"], condition=Q(about__isnull=False)),
            models.Index(name="notice_by_age", fields=["school", "created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.once}"

    @property
    def told(self) -> Told:
        return Told(self.pk, self.school_id, self.created_at, self.values)


class Delivery(SchoolOwned):
    """One message to one person on one channel: about a notice, or the summary of a day.

    `sending` is written before the outside is asked and `sent` after it answered: a row found in
    `sending` later is one of which nobody knows, and is treated as such (docs/notices.md).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        SENDING = "sending", _("en cours d’envoi")
        SENT = "sent", _("envoyé")
        UNKNOWN = "unknown", _("envoyé, sans confirmation")
        FAILED = "failed", _("refusé")
        SUPPRESSED = "suppressed", _("sans objet")

    class Why(models.TextChoices):
        """For those who ask why somebody was not told."""

        READ = "read", _("déjà lu")
        LEFT = "left", _("la personne a quitté l’établissement")
        HIDDEN = "hidden", _("la personne n’y a plus accès")
        WITHDRAWN = "withdrawn", _("retiré")
        OFF = "off", _("la personne ne le souhaite pas")
        NO_ADDRESS = "no_address", _("aucune adresse")
        DOUBTFUL = "doubtful", _("l’adresse ne reçoit plus")
        EMPTY = "empty", _("rien à résumer")
        CAP = "cap", _("plafond de SMS du mois atteint")
        REFUSED = "refused", _("refusé par le destinataire")
        EXHAUSTED = "exhausted", _("trop d’essais")
        CRASHED = "crashed", _("interrompu pendant l’envoi")
        NO_ANSWER = "no_answer", _("sans réponse")

    # The reference outside: Message-ID, the operator's client reference. Never changes.
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Channel])
    notice = SchoolForeignKey(Notice, null=True, on_delete=models.CASCADE, related_name="deliveries")
    digest_on = models.DateField(null=True)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    why = models.CharField(max_length=12, choices=Why, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    segments = models.PositiveSmallIntegerField(default=0)  # of an SMS: what the operator counts
    provider_id = models.CharField(max_length=120, blank=True)
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(name="delivery_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(name="delivery_once", fields=["school", "notice", "channel"]),
            models.UniqueConstraint(
                name="delivery_one_digest_a_day",
                fields=["school", "person", "channel", "digest_on"],
                condition=Q(digest_on__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_of_a_notice_or_a_day",
                condition=Q(notice=None, digest_on__isnull=False) | Q(notice__isnull=False, digest_on=None),
            ),
        ]
        indexes = [
            models.Index(name="delivery_due", fields=["school", "due_at"], condition=Q(state="waiting")),
            models.Index(name="delivery_sms_of_month", fields=["school", "channel", "claimed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.channel} · {self.state} · {self.uuid}"

    def settle(self, state: str, why: str = "", **known: Any) -> None:
        self.state, self.why = state, why
        for name, value in known.items():
            setattr(self, name, value)
        self.settled_at = None if state == self.State.WAITING else timezone.now()
        self.save(update_fields=["state", "why", "settled_at", *known])
