"""The tenant, its units and its years. People and groups are the directory's."""

from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from preau.kernel.tenancy.owned import SchoolOwned


def uai_is_sound(uai: str) -> bool:
    """Seven digits and their key letter: their number modulo 23, in an alphabet without I, O and Q."""
    return len(uai) == 8 and uai[:7].isdigit() and uai[7] == "ABCDEFGHJKLMNPRSTUVWXYZ"[int(uai[:7]) % 23]


class School(models.Model):
    """The tenant: one data controller, whatever the number of its UAI."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=120)
    city = models.CharField(_("commune"), max_length=80, blank=True)
    timezone = models.CharField(_("fuseau horaire"), max_length=40, default="Europe/Paris")
    # Rules, profiles and narrowings are read from memory as long as this has not moved. Not a number:
    # a change that was rolled back and the next one would bear the same.
    rules_version = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class SchoolUnit(SchoolOwned):
    """What the ministry numbers: the collège, its SEGPA, an annex, the lycée of the same site."""

    class Kind(models.TextChoices):
        COLLEGE = "college", _("collège")
        SEGPA = "segpa", _("SEGPA")
        LYCEE = "lycee", _("lycée")
        LYCEE_PRO = "lycee_pro", _("lycée professionnel")
        PRIMARY = "primary", _("école")
        ANNEX = "annex", _("annexe")

    uuid = models.UUIDField(default=uuid4, editable=False)
    # Public and national: unique over all schools tells nothing that is not published.
    uai = models.CharField(_("UAI"), max_length=8, unique=True, validators=[RegexValidator(r"^\d{7}[A-Z]$")])
    kind = models.CharField(_("nature"), max_length=12, choices=Kind)
    name = models.CharField(_("nom"), max_length=120)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(name="unit_uuid", fields=["school", "uuid"])]

    def __str__(self) -> str:
        return self.name


class SchoolYear(SchoolOwned):
    """The second scope. Codes are used again each year; a closed year is readable, no more."""

    class State(models.TextChoices):
        PREPARING = "preparing", _("en préparation")
        OPEN = "open", _("ouverte")
        CLOSED = "closed", _("close")

    uuid = models.UUIDField(default=uuid4, editable=False)
    label = models.CharField(_("année"), max_length=12)
    starts_on = models.DateField(_("premier jour"))
    ends_on = models.DateField(_("dernier jour"))
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.PREPARING)
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(name="year_ends_after_it_starts", condition=Q(ends_on__gt=F("starts_on"))),
            models.UniqueConstraint(name="year_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(name="year_label", fields=["school", "label"]),
            models.UniqueConstraint(
                name="year_one_preparing", fields=["school"], condition=Q(state="preparing")
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED
