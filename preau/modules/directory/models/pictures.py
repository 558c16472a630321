"""What was answered about the picture of somebody. An answer is a row, kept when a newer one replaces it."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from preau.kernel.tenancy.fields import SchoolForeignKey
from preau.kernel.tenancy.owned import SchoolManager, SchoolOwned, SchoolQuerySet
from preau.modules.directory.models.people import PersonRecord


class PhotoConsentQuerySet(SchoolQuerySet["PhotoConsent"]):
    def standing(self) -> "PhotoConsentQuerySet":
        """The answers that count: the last one of each person who answered."""
        return self.filter(replaced_at=None)


class PhotoConsent(SchoolOwned):
    class Use(models.TextChoices):
        INTERNAL = "internal", _("trombinoscope interne")

    class Answer(models.TextChoices):
        GIVEN = "given", _("accord donné")
        REFUSED = "refused", _("accord refusé")
        WITHDRAWN = "withdrawn", _("accord retiré")

    uuid = models.UUIDField(
        default=uuid.uuid4, editable=False
    )  # made by the page: sent again, the same answer
    record = SchoolForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="photo_consents")
    use = models.CharField(_("usage"), max_length=12, choices=Use, default=Use.INTERNAL)
    answer = models.CharField(_("réponse"), max_length=10, choices=Answer)
    given_by = SchoolForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("répondu le"))
    replaced_at = models.DateTimeField(_("remplacé le"), null=True, editable=False)

    objects = SchoolManager.from_queryset(PhotoConsentQuerySet)()

    class Meta:
        ordering = ["answered_at", "id"]
        constraints = [
            models.UniqueConstraint(name="photo_consent_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(
                name="photo_consent_one_counts",
                fields=["school", "record", "use", "given_by"],
                condition=Q(replaced_at=None),
            ),
            models.CheckConstraint(
                name="photo_consent_in_known_words",
                condition=Q(use__in=("internal",), answer__in=("given", "refused", "withdrawn")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} · {self.answer}"


def photo_agreed(record: Any) -> Q:
    """Somebody who may agree has, and nobody who may has refused. `record`: path to the id of the person."""
    answers = PhotoConsent.objects.standing().filter(use=PhotoConsent.Use.INTERNAL, record=OuterRef(record))
    given = answers.filter(answer=PhotoConsent.Answer.GIVEN)
    against = answers.exclude(answer=PhotoConsent.Answer.GIVEN)
    return Q(Exists(given)) & ~Q(Exists(against))
