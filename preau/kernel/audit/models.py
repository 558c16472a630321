"""Who did what on what, when, as whom, from where. Rows are added, never changed, and leave only
when their time is over: the database itself refuses the rest (`append_only`)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn
from uuid import uuid4

from django.db import models
from django.utils import timezone

from preau.kernel.tenancy.owned import SchoolManager, SchoolOwned, SchoolQuerySet

# Longer than anything a seal speaks of.
KEPT_DAYS_OF_SEALS = 3 * 365


class AppendOnly(RuntimeError):
    """Something tried to change or to remove what was written down."""


class KeptQuerySet(SchoolQuerySet[Any]):
    def update(self, **values: Any) -> NoReturn:
        raise AppendOnly(f"{self.model.__name__} is never changed")

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(f"{self.model.__name__} is never changed")

    def delete(self) -> NoReturn:
        raise AppendOnly(f"{self.model.__name__} leaves only by `purge`")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("update_conflicts"):
            raise AppendOnly(f"{self.model.__name__} is never changed")
        return super().bulk_create(objs, *args, **kwargs)

    def purge(self, *, limit: int) -> int:
        """Remove at most `limit` rows of the open school whose time is over, and say how many."""
        over = self.filter(keep_until__lt=time_is_over())
        keys = list(over.order_by("keep_until", "pk").values_list("pk", flat=True)[:limit])
        if not keys:
            return 0
        # Past the refusal above, not past the guards nor past the database.
        gone, _ = SchoolQuerySet.delete(self.filter(pk__in=keys))
        return gone


class Kept(SchoolOwned):
    """A row that is added and stays until its day."""

    uuid = models.UUIDField(default=uuid4, editable=False)
    keep_until = models.DateField()

    objects = SchoolManager.from_queryset(KeptQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly(f"{type(self).__name__} is never changed")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(f"{type(self).__name__} leaves only by `purge`")


class Trace(Kept):
    """What somebody may have to answer for. It holds ids, no key and no name: whoever is erased or
    renamed elsewhere is so here, and nothing keeps them from being erased."""

    at = models.DateTimeField(default=timezone.now)
    person_id = models.BigIntegerField(null=True)  # nobody: Préau itself
    account_id = models.BigIntegerField(null=True)
    on_behalf_of = models.BigIntegerField(null=True)  # the person whose view or delegation was used
    profile = models.CharField(max_length=40, blank=True)  # as whom
    entrance = models.CharField(max_length=12)
    network = models.CharField(max_length=48, blank=True)  # never a whole address
    device = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=60, blank=True)  # of what, and which
    object_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class Entry(Trace):
    """An act."""

    act = models.CharField(max_length=60)
    # A second thing the act is about – the class, beside the teacher – so that its history finds it.
    beside_kind = models.CharField(max_length=60, blank=True)
    beside_id = models.BigIntegerField(null=True)
    # No key: a year in preparation may be taken back after its preparing was written down.
    in_year = models.BigIntegerField(null=True)
    values = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(name="audit_entry_uuid", fields=["school", "uuid"])]
        indexes = [
            models.Index(name="audit_entry_in_order", fields=["school", "at", "id"]),
            models.Index(name="audit_entry_by_act", fields=["school", "act", "at"]),
            models.Index(name="audit_entry_by_person", fields=["school", "person_id", "at"]),
            models.Index(name="audit_entry_about", fields=["school", "kind", "object_id"]),
            models.Index(name="audit_entry_beside", fields=["school", "beside_kind", "beside_id"]),
            models.Index(name="audit_entry_time_over", fields=["school", "keep_until"]),
        ]

    def __str__(self) -> str:
        return f"{self.act} · {self.at:%Y-%m-%d %H:%M}"


class Reading(Trace):
    """Somebody looked at protected fields of somebody: once a day for each two of them."""

    read = models.CharField(max_length=60)
    day = models.DateField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(name="audit_reading_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(
                name="audit_reading_once_a_day",
                fields=["school", "read", "person_id", "kind", "object_id", "day"],
            ),
        ]
        indexes = [
            models.Index(name="audit_reading_in_order", fields=["school", "at", "id"]),
            models.Index(name="audit_reading_about", fields=["school", "kind", "object_id", "at"]),
            models.Index(name="audit_reading_time_over", fields=["school", "keep_until"]),
        ]

    def __str__(self) -> str:
        return f"{self.read} · {self.day}"


class Seal(Kept):
    """What stood in the journal between two moments, as digests: changed behind the application's back,
    it no longer agrees. `digests` are by the day rows are kept until, since they leave together."""

    since = models.DateTimeField(null=True)  # of the first seal: from the beginning
    until = models.DateTimeField()
    digests = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    mark = models.CharField(max_length=64)  # over all of the above, with the instance's secret

    class Meta:
        ordering = ["until"]
        constraints = [models.UniqueConstraint(name="audit_seal_until", fields=["school", "until"])]

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d %H:%M}"


KEPT_MODELS: tuple[Any, ...] = (Entry, Reading, Seal)


def utc_today() -> date:
    return datetime.now(UTC).date()


def time_is_over() -> date:
    """Rows kept until before this day may leave. A day of grace: the database refuses by its own clock."""
    return utc_today() - timedelta(days=1)
