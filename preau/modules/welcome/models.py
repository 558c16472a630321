import uuid
from typing import Any

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from preau.kernel.richtext.models import RichTextField
from preau.kernel.tenancy.owned import SchoolManager, SchoolOwned, SchoolQuerySet

PHONE = RegexValidator(r"\A\+?[0-9][0-9 .()-]{5,19}\Z", _("Des chiffres et des espaces : 01 23 45 67 89."))
POSTAL_CODE = RegexValidator(r"\A[0-9A-Za-z -]{4,10}\Z", _("Un code postal, comme 93000."))


class Card(SchoolOwned):
    """What a school tells its visitors besides its name and its town."""

    about = models.CharField(_("en quelques mots"), max_length=400, blank=True)
    street = models.CharField(_("adresse"), max_length=160, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=10, blank=True, validators=[POSTAL_CODE])
    phone = models.CharField(_("téléphone"), max_length=20, blank=True, validators=[PHONE])
    email = models.EmailField(_("courriel"), blank=True)
    website = models.URLField(_("site"), blank=True, validators=[URLValidator(schemes=["https", "http"])])
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(name="card_one_per_school", fields=["school"])]

    def __str__(self) -> str:
        return f"{self.school_id}"


class CharterQuerySet(SchoolQuerySet["Charter"]):
    def latest_first(self) -> "CharterQuerySet":
        return self.order_by("-number")


class Frozen(RuntimeError):
    """A published charter was about to be changed: people have agreed to what it said."""


class Charter(SchoolOwned):
    """One published version of a school's charter of use. It does not change: the next one replaces it."""

    uuid = models.UUIDField(default=uuid.uuid4)  # made by the page: sent again, it is the same version
    number = models.PositiveIntegerField()
    pupils = RichTextField(_("pour les élèves"))
    adults = RichTextField(_("pour les adultes"))
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        "directory.Person", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = SchoolManager.from_queryset(CharterQuerySet)()

    class Meta:
        ordering = ["-number", "id"]
        constraints = [
            models.UniqueConstraint(name="charter_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(name="charter_number", fields=["school", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Frozen
        super().save(*args, **kwargs)
