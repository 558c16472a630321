from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from preau.kernel.tenancy.owned import SchoolOwned

WEEK = [1, 2, 3, 4, 5]


def weekdays() -> list[int]:
    return list(WEEK)


class NoticeSettings(SchoolOwned):
    """When a school's messages go out, and how many SMS it pays for. No row: the defaults."""

    opens = models.TimeField(_("À partir de"), default=time(7, 30))
    closes = models.TimeField(_("Jusqu’à"), default=time(19))
    days = models.JSONField(_("Jours"), default=weekdays)  # 1 Monday … 7 Sunday
    sms_monthly = models.PositiveIntegerField(_("SMS par mois"), default=1000)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="notice_settings_once", fields=["school"]),
            models.CheckConstraint(name="notice_settings_open_a_while", condition=Q(closes__gt=F("opens"))),
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"
