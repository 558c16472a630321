"""How a person wants to be told. Theirs alone, whatever their schools: these tables are global and hold
nothing a school wrote – except what a school knows of its own addresses."""

import uuid
from datetime import time
from hashlib import sha256
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from preau.kernel.modules import Channel
from preau.kernel.tenancy.owned import SchoolOwned


class Preference(models.Model):
    """What a person chose for one kind on one channel. No row: the kind's default."""

    class Mode(models.TextChoices):
        NOW = "now", _("Tout de suite")
        DIGEST = "digest", _("Dans le résumé du jour")
        OFF = "off", _("Jamais")

    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Channel])
    mode = models.CharField(max_length=6, choices=Mode)

    class Meta:
        constraints = [models.UniqueConstraint(name="preference_once", fields=["person", "kind", "channel"])]

    def __str__(self) -> str:
        return f"{self.kind} · {self.channel} · {self.mode}"


class PersonHours(models.Model):
    """When a person does not want to be disturbed, and when their summary comes. No row: the defaults."""

    person = models.OneToOneField("directory.Person", on_delete=models.CASCADE, related_name="+")
    quiet_from = models.TimeField(_("À partir de"), null=True, blank=True)
    quiet_until = models.TimeField(_("Jusqu’à"), null=True, blank=True)
    quiet_days = models.JSONField(_("Jours sans message"), default=list, blank=True)  # 1 Monday … 7 Sunday
    digest_at = models.TimeField(_("Heure du résumé"), default=time(18))
    wants_digest = models.BooleanField(_("Recevoir le résumé du jour par courriel"), default=True)

    def __str__(self) -> str:
        return f"{self.quiet_from}–{self.quiet_until}, {self.digest_at}"


class PushSubscription(models.Model):
    """A browser that agreed to show notices. It belongs to whoever was signed in last when it agreed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    endpoint = models.URLField(max_length=1000)
    endpoint_hash = models.CharField(max_length=64, unique=True, editable=False)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=32)
    label = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.label or str(self.uuid)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.endpoint_hash = self.hash_of(self.endpoint)
        super().save(*args, **kwargs)

    @staticmethod
    def hash_of(endpoint: str) -> str:
        """An address may be longer than an index likes."""
        return sha256(endpoint.encode()).hexdigest()


class AddressDoubt(SchoolOwned):
    """An address of a school's file that refused a message for good. It counts as long as the file has
    that very address: a corrected one is used at once."""

    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Channel])
    address = models.CharField(max_length=254)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="doubt_once", fields=["school", "person", "channel", "address"])
        ]

    def __str__(self) -> str:
        return f"{self.channel} · {self.since:%Y-%m-%d}"
