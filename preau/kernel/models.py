"""The tenant, its units and its years. People and groups are the directory's."""

from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from preau.kernel.names import search_name
from preau.kernel.tenancy.owned import SchoolOwned
from preau.kernel.ui.accent import Accent


def uai_is_sound(uai: str) -> bool:
    """Seven digits and their key letter: their number modulo 23, in an alphabet without I, O and Q."""
    return len(uai) == 8 and uai[:7].isdigit() and uai[7] == "ABCDEFGHJKLMNPRSTUVWXYZ"[int(uai[:7]) % 23]


class School(models.Model):
    """The tenant: one data controller, whatever the number of its UAI."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=120)
    city = models.CharField(_("commune"), max_length=80, blank=True)
    timezone = models.CharField(_("fuseau horaire"), max_length=40, default="Europe/Paris")
    accent = models.CharField(
        _("couleur"), max_length=12, choices=Accent, default=Accent.BLUE, db_default=Accent.BLUE
    )
    # Rules, profiles and narrowings are read from memory as long as this has not moved. The database
    # moves it with each write to them (`moves_rules`). Not a number: a change that was rolled back and the
    # next one would bear the same.
    rules_version = models.UUIDField(default=uuid4, editable=False)
    # Folded words of its name and town: visitors look for their school by them.
    search_key = models.CharField(max_length=440, default="", db_default="", editable=False)
    is_listed = models.BooleanField(_("dans la liste des établissements"), default=True, db_default=True)
    # Here and not in a table of its own: each page has this row already, and the homes have no query left.
    closing_message = models.CharField(
        _("message de fermeture"), max_length=300, blank=True, default="", db_default=""
    )
    closing_from = models.DateField(_("premier jour"), null=True, editable=False)
    closing_until = models.DateField(_("dernier jour"), null=True, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="school_closing_is_whole",
                condition=Q(closing_message="", closing_from=None, closing_until=None)
                | (
                    ~Q(closing_message="")
                    # A comparison with nothing would pass for true.
                    & Q(closing_from__isnull=False, closing_until__isnull=False)
                    & Q(closing_until__gte=F("closing_from"))
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Never writes back the version of rules that have changed since."""
        self.search_key = search_name(self.name, self.city)[:440]
        if not self._state.adding and kwargs.get("update_fields") is None:
            names = (field.name for field in self._meta.concrete_fields if not field.primary_key)
            kwargs["update_fields"] = {*names} - {"rules_version"}
        elif not self._state.adding:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_key"}
        super().save(*args, **kwargs)

    def closing_on(self, day: date) -> str:
        """What the school tells about that day: « Le collège est fermé lundi ». Ends by itself."""
        if self.closing_from is None or self.closing_until is None:
            return ""
        return self.closing_message if self.closing_from <= day <= self.closing_until else ""


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

    apart_by: ClassVar = ("starts_on", "ends_on")  # a day is of one year, or of none

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
