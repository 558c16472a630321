"""The one table of what is still to be done: what events set off, and jobs."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TaskQuerySet(models.QuerySet["Task"]):
    def waiting(self) -> "TaskQuerySet":
        return self.filter(state__in=Task.WAITING)

    def unfinished(self) -> "TaskQuerySet":
        return self.exclude(state=Task.State.DEAD)


class Task(models.Model):
    """One thing to do once: a subscriber's answer to an event, or a job.

    Written in the transaction of whoever asks for it, deleted in the transaction of what it did: done is
    no state, and what the table holds is only what remains.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("prévue")  # waits for its hour, or for its next try
        READY = "ready", _("prête")
        BEHIND = "behind", _("à la suite")  # another of the same key comes first
        RUNNING = "running", _("en cours")
        DEAD = "dead", _("en échec")

    WAITING = (State.SCHEDULED, State.READY, State.BEHIND)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)  # of the subscriber or the job, as the registry knows it
    event = models.CharField(max_length=100, blank=True)
    payload = models.JSONField(default=dict)
    # A worker serves every school; the scope is opened when the task runs.
    school = models.ForeignKey("kernel.School", on_delete=models.CASCADE, null=True, related_name="+")
    year_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)  # in whose name, with the rights they then have
    account_id = models.BigIntegerField(null=True)
    lane = models.CharField(max_length=20)
    share = models.BigIntegerField(default=0)  # whose turn it takes: the school's id, or 0
    key = models.CharField(max_length=120, blank=True)
    once = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    run_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)  # changes with each claim: who lost it cannot settle
    leased_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)  # kind and place, never what was in it
    created_at = models.DateTimeField(default=timezone.now)
    died_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        # Not partial: SQLite does not match the condition of an index with a bound value.
        indexes = [
            models.Index(name="task_turn", fields=["state", "lane", "share", "id"]),
            models.Index(name="task_due", fields=["state", "run_at"]),
            models.Index(name="task_leased", fields=["state", "leased_until"]),
            models.Index(name="task_key", fields=["key", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="task_once_while_it_waits",
                fields=["name", "share", "once"],
                condition=~Q(once="") & Q(state__in=["scheduled", "ready", "behind"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.uuid}"


class ScheduleMark(models.Model):
    """Up to which wall-clock minute a schedule was looked at in a time zone."""

    schedule = models.CharField(max_length=100)
    zone = models.CharField(max_length=40)
    # As the wall shows it: in October an hour comes twice, and must not run twice.
    seen = models.CharField(max_length=16)  # 2026-11-20T03:15

    class Meta:
        constraints = [models.UniqueConstraint(name="schedule_mark_one", fields=["schedule", "zone"])]

    def __str__(self) -> str:
        return f"{self.schedule} {self.zone} {self.seen}"
