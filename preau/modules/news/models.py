from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.richtext.models import PlainTextOf, RichTextField
from preau.kernel.tenancy.fields import SchoolForeignKey, SchoolOneToOne
from preau.kernel.tenancy.owned import SchoolQuerySet, YearManager, YearOwned
from preau.modules.directory.api import Duty, Tie

WRITERS = (Duty.MANAGE, Duty.SUPERVISE, Duty.ADMINISTER)
EXCERPT = 240


class Readership(models.TextChoices):
    STAFF = "staff", _("Personnels")
    GUARDIANS = "guardians", _("Familles")
    PUPILS = "pupils", _("Élèves")


def _any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def meant_for(standing: Standing) -> list[tuple[str, ...]]:
    """What is addressed to what somebody is in a school: columns that are all true, any of them. Partners
    are meant where everybody is."""
    meant: list[tuple[str, ...]] = []
    if Duty.OVERSEE not in standing.duties:
        meant.append(("to_staff", "to_guardians", "to_pupils"))
    if standing.duties - {Duty.OVERSEE}:
        meant.append(("to_staff",))
    if standing.tied(Tie.GUARDS) or standing.tied(Tie.CARES):
        meant.append(("to_guardians",))
    if standing.tied(Tie.ENROLLED):
        meant.append(("to_pupils",))
    return meant


def _reaches(standing: Standing) -> Q:
    return _any_of(Q(**dict.fromkeys(columns, True)) for columns in meant_for(standing))


def opened_by(actor: Actor) -> Exists:
    """Whether they have opened the announcement of the row."""
    return Exists(Reading.objects.filter(announcement=OuterRef("pk"), person=actor.person_id))


class AnnouncementQuerySet(SchoolQuerySet["Announcement"]):
    def visible_to(self, actor: Actor) -> "AnnouncementQuerySet":
        """Addressed to them and not withdrawn; those who write announcements see all of their school, and
        of the drafts their own."""
        return self.filter(
            _any_of(
                Q(school=standing.school.pk)
                & (
                    Q(is_draft=False) | Q(author__in=sorted(standing.tied(Tie.IS)))
                    if standing.duties & set(WRITERS)
                    else Q(is_draft=False, withdrawal=None) & _reaches(standing)
                )
                for standing in actor.standings.values()
            )
        )

    def published(self) -> "AnnouncementQuerySet":
        return self.filter(is_draft=False)

    def drafts(self) -> "AnnouncementQuerySet":
        return self.filter(is_draft=True)

    def current(self, actor: Actor) -> "AnnouncementQuerySet":
        """Neither withdrawn nor past, on the day it is in each school."""
        return self.filter(
            _any_of(
                Q(school=standing.school.pk) & (Q(until=None) | Q(until__gte=standing.day))
                for standing in actor.standings.values()
            ),
            withdrawal=None,
        )

    def past(self, actor: Actor) -> "AnnouncementQuerySet":
        return self.exclude(pk__in=Announcement.objects.current(actor).values("pk"))

    def listed(self, actor: Actor) -> "AnnouncementQuerySet":
        """With its author, the beginning of its text, and whether they have opened it. The texts stay
        where they are."""
        return (
            self.select_related("author", "school", "withdrawal")
            .defer("body", "body_text")
            .annotate(excerpt=Left("body_text", EXCERPT), is_read=opened_by(actor))
        )


class Announcement(YearOwned):
    """What a school tells its people, or some of them."""

    uuid = models.UUIDField()  # made by the page: sent again, it is the same announcement
    title = models.CharField(_("titre"), max_length=150)
    body = RichTextField(_("texte"))
    body_text = PlainTextOf(source="body")
    author = SchoolForeignKey("directory.PersonRecord", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, editable=False)
    until = models.DateField(_("affichée jusqu’au"), null=True)
    pinned = models.BooleanField(_("en tête de liste"), default=False)
    to_staff = models.BooleanField(default=False)
    to_guardians = models.BooleanField(default=False)
    to_pupils = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    # Files hang on a row, so the row is there before the announcement is: nobody but its author sees it.
    is_draft = models.BooleanField(default=False, db_default=False, editable=False)

    objects = YearManager.from_queryset(AnnouncementQuerySet)()

    class Meta:
        ordering = ["-pinned", "-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="announcement_uuid", fields=["school", "uuid"]),
            models.CheckConstraint(
                name="announcement_is_to_somebody",
                condition=Q(is_draft=True) | Q(to_staff=True) | Q(to_guardians=True) | Q(to_pupils=True),
            ),
        ]
        indexes = [
            models.Index(
                F("school"),
                F("year"),
                F("pinned").desc(),
                F("published_at").desc(),
                name="announcement_latest",
            )
        ]

    def __str__(self) -> str:
        return self.title or str(_("Sans titre"))

    @property
    def readership(self) -> set[str]:
        return {value for value in Readership.values if getattr(self, f"to_{value}")}

    @readership.setter
    def readership(self, chosen: Iterable[str]) -> None:
        wanted = set(chosen)
        for value in Readership.values:
            setattr(self, f"to_{value}", value in wanted)

    @property
    def addressed_to(self) -> str:
        chosen = [str(label) for value, label in Readership.choices if getattr(self, f"to_{value}")]
        return str(_("Tout l’établissement")) if len(chosen) == len(Readership) else ", ".join(chosen)

    @property
    def is_not_for_pupils(self) -> bool:
        """Then it is not seen while the page is projected before them."""
        return not self.to_pupils

    @property
    def is_withdrawn(self) -> bool:
        return getattr(self, "withdrawal", None) is not None

    def is_past(self, day: date) -> bool:
        return self.until is not None and self.until < day


class Withdrawal(YearOwned):
    """Who took an announcement back, and when: its readers do not find it any more."""

    announcement: Any = SchoolOneToOne(Announcement, on_delete=models.CASCADE, related_name="withdrawal")
    by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="withdrawal_once", fields=["school", "announcement"])]

    def __str__(self) -> str:
        return f"{self.announcement_id}"


class Reading(YearOwned):
    """Somebody opened an announcement."""

    announcement = SchoolForeignKey(Announcement, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="reading_once", fields=["school", "announcement", "person"])
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.announcement_id}"
