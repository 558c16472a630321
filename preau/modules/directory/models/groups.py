import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.calendar import Dated, end_rows, ends_after_it_starts, in_week_of, on, since
from preau.kernel.models import SchoolYear
from preau.kernel.names import folded
from preau.kernel.tenancy.fields import SchoolForeignKey
from preau.kernel.tenancy.owned import SchoolManager, SchoolOwned, SchoolQuerySet, YearManager, YearOwned
from preau.modules.directory.models.people import Enrolment, PersonRecord


class Source(models.TextChoices):
    """Where a row comes from: hands outrank files, files are read again."""

    HAND = "hand", _("saisie")
    SIECLE = "siecle", _("SIECLE")
    STS = "sts", _("STS-web")
    TIMETABLE = "timetable", _("emploi du temps")
    AUTOMATIC = "automatic", _("automatique")


# The youngest first; what a school names otherwise comes after.
LEVELS = (
    "TPS",
    "PS",
    "MS",
    "GS",
    "CP",
    "CE1",
    "CE2",
    "CM1",
    "CM2",
    "6e",
    "5e",
    "4e",
    "3e",
    "2de",
    "1re",
    "Tle",
)


class GroupQuerySet(SchoolQuerySet["Group"]):
    def visible_to(self, actor: Actor) -> "GroupQuerySet":
        """Staff know every group of their school; others those they or their children are in."""
        from preau.modules.directory.models.rules import groups_known_to

        return self.filter(groups_known_to(actor))

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        groups = list(objs)
        for group in groups:
            group.index_code()
        return super().bulk_create(groups, *args, **kwargs)

    def divisions(self) -> "GroupQuerySet":
        return self.filter(kind=Group.Kind.DIVISION)

    def lasting(self, actor: Actor) -> "GroupQuerySet":
        """Without those that have ended: what a list offers, of what `visible_to` lets one open."""
        from preau.modules.directory.models.rules import any_of

        return self.filter(
            any_of(
                Q(school=standing.school.pk) & (Q(ends_on=None) | Q(ends_on__gte=standing.day))
                for standing in actor.standings.values()
            )
        )


class Group(YearOwned):
    """People who belong together in a year: a division, a teaching group, a team, a club."""

    class Kind(models.TextChoices):
        DIVISION = "division", _("classe")
        TEACHING = "teaching", _("groupe d’enseignement")
        PART = "part", _("partie de classe")
        TEAM = "team", _("équipe")
        MANUAL = "manual", _("groupe")
        AUTOMATIC = "automatic", _("groupe automatique")

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    unit = SchoolForeignKey(
        "kernel.SchoolUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("nature"), max_length=10, choices=Kind)
    # As the source writes it, blanks included; `code_key` is what is compared.
    code = models.CharField(_("code"), max_length=40)
    code_key = models.CharField(max_length=40, editable=False)
    label = models.CharField(_("nom"), max_length=80)
    level = models.CharField(_("niveau"), max_length=20, blank=True)
    source = models.CharField(_("origine"), max_length=10, choices=Source, default=Source.HAND)
    # The class a part is of: who leaves the class leaves its parts.
    part_of = SchoolForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    ends_on = models.DateField(_("dernier jour"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = YearManager.from_queryset(GroupQuerySet)()

    class Meta:
        ordering = ["code_key", "id"]
        constraints = [
            models.UniqueConstraint(name="group_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(name="group_code", fields=["school", "year", "unit", "kind", "code_key"]),
            models.UniqueConstraint(
                name="group_code_without_unit",
                fields=["school", "year", "kind", "code_key"],
                condition=Q(unit=None),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def school_order(self) -> tuple[int, str]:
        """As schools list their classes: the youngest first, then by code."""
        rank = LEVELS.index(self.level) if self.level in LEVELS else len(LEVELS)
        return rank, self.code_key

    def has_ended(self, day: date) -> bool:
        return self.ends_on is not None and self.ends_on < day

    def index_code(self) -> None:
        self.code_key = folded(self.code).replace(" ", "")

    def save(self, *args: object, **kwargs: object) -> None:
        self.index_code()
        super().save(*args, **kwargs)


class GroupMemberQuerySet(SchoolQuerySet["GroupMember"]):
    def on(self, day: date) -> "GroupMemberQuerySet":
        """Members on that day, whatever the week."""
        return self.filter(on(day))

    def present(self, year: SchoolYear, day: date) -> "GroupMemberQuerySet":
        """Members on that day and in that week: the list one calls out."""
        return self.on(day).filter(in_week_of(year, day))

    def pupils(self) -> "GroupMemberQuerySet":
        return self.filter(role=GroupMember.Role.PUPIL)


class GroupMember(YearOwned, Dated):
    """Someone in a group, from a day to a day, some weeks or all."""

    class Role(models.TextChoices):
        PUPIL = "pupil", _("élève")
        STAFF = "staff", _("personnel")
        GUARDIAN = "guardian", _("responsable")
        PARTNER = "partner", _("partenaire")

    group = SchoolForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    record = SchoolForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="groups")
    enrolment = SchoolForeignKey(
        Enrolment,
        agrees_on=("record",),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="groups",
    )
    role = models.CharField(_("rôle"), max_length=8, choices=Role, default=Role.PUPIL)
    weeks = models.BigIntegerField(_("semaines"), null=True, blank=True)  # bit i: i-th week of the year
    source = models.CharField(_("origine"), max_length=10, choices=Source, default=Source.HAND)

    objects = YearManager.from_queryset(GroupMemberQuerySet)()

    class Meta:
        ordering = ["record__sort_name", "id"]
        constraints = [
            ends_after_it_starts("member_ends_after_it_starts"),
            models.CheckConstraint(
                name="member_pupil_is_enrolled", condition=~Q(role="pupil") | Q(enrolment__isnull=False)
            ),
            models.CheckConstraint(name="member_weeks_are_some", condition=Q(weeks=None) | Q(weeks__gt=0)),
            models.UniqueConstraint(
                name="member_one_from_a_day", fields=["school", "year", "group", "record", "starts_on"]
            ),
        ]
        indexes = [models.Index(name="member_of_record", fields=["school", "year", "record"])]

    def __str__(self) -> str:
        return f"{self.record_id} ∈ {self.group_id}"


class Subject(SchoolOwned):
    """A subject as the school names it, with its national code where it has one."""

    code = models.CharField(_("code national"), max_length=6, blank=True)
    short_code = models.CharField(_("code de gestion"), max_length=12)
    label = models.CharField(_("intitulé"), max_length=80)
    hue = models.PositiveSmallIntegerField(_("teinte"), default=0)

    objects = SchoolManager()

    class Meta:
        ordering = ["label", "id"]
        constraints = [models.UniqueConstraint(name="subject_short_code", fields=["school", "short_code"])]

    def __str__(self) -> str:
        return self.label


class CourseQuerySet(SchoolQuerySet["Course"]):
    def visible_to(self, actor: Actor) -> "CourseQuerySet":
        """A course is known where one of its groups is, whenever it was given to it."""
        from preau.modules.directory.models.rules import groups_known_to

        given = CourseGroup.objects.filter(groups_known_to(actor, "group"))
        return self.filter(pk__in=given.order_by().values("course"))


class Course(YearOwned):
    """A subject taught to one or several groups together, by one or several teachers."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    subject = SchoolForeignKey(Subject, on_delete=models.PROTECT, related_name="courses")
    label = models.CharField(_("intitulé"), max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = YearManager.from_queryset(CourseQuerySet)()

    class Meta:
        ordering = ["subject__label", "id"]
        constraints = [models.UniqueConstraint(name="course_uuid", fields=["school", "uuid"])]
        indexes = [models.Index(name="course_of_year", fields=["school", "year"])]

    def __str__(self) -> str:
        return self.label or str(self.subject)

    def last_day(self) -> date | None:
        """Of the group that follows it longest. None: until further notice."""
        rows = list(self.groups.values_list("ends_on", flat=True))
        return None if None in rows else max((day for day in rows if day), default=None)

    def mark_changed(self) -> None:
        self.version += 1
        self.save(update_fields=["version"])


class CourseGroup(YearOwned, Dated):
    course = SchoolForeignKey(Course, on_delete=models.CASCADE, related_name="groups")
    group = SchoolForeignKey(Group, on_delete=models.CASCADE, related_name="courses")

    class Meta:
        constraints = [
            ends_after_it_starts("coursegroup_ends_after_it_starts"),
            models.UniqueConstraint(name="coursegroup_once", fields=["school", "course", "group"]),
        ]
        indexes = [models.Index(name="coursegroup_of_group", fields=["school", "year", "group"])]

    def __str__(self) -> str:
        return f"{self.course_id} – {self.group_id}"


class CourseTeacherQuerySet(SchoolQuerySet["CourseTeacher"]):
    def on(self, day: date) -> "CourseTeacherQuerySet":
        return self.filter(on(day))

    def in_front_of_pupils(self, day: date) -> "CourseTeacherQuerySet":
        """Who really teaches that day: a teacher whose substitute is there is not."""
        replaced = CourseTeacher.objects.filter(on(day), stands_in_for=models.OuterRef("pk"))
        return self.on(day).filter(~models.Exists(replaced))

    def end(self, last_day: date) -> None:
        """Substitutes first: they hang on whom they replace."""
        end_rows(self.filter(role=CourseTeacher.Role.SUBSTITUTE), last_day)
        end_rows(self, last_day)

    def go_on(self, was: date, last_day: date | None) -> None:
        """Who taught to `was` and is still on the staff teaches on; a substitute's days were counted."""
        from preau.modules.directory.models.staff import Membership, Profile

        staff = Membership.objects.filter(
            since(was + timedelta(days=1)), record=models.OuterRef("record"), profile__kind=Profile.Kind.STAFF
        )
        stayed = self.filter(models.Exists(staff), ends_on=was)
        stayed.exclude(role=CourseTeacher.Role.SUBSTITUTE).update(ends_on=last_day)


class CourseTeacher(YearOwned, Dated):
    """Who teaches a course, and when. A substitute is a row of their own and gets their own rights."""

    class Role(models.TextChoices):
        MAIN = "main", _("enseignant")
        CO = "co", _("co-enseignant")
        SUBSTITUTE = "substitute", _("remplaçant")

    course = SchoolForeignKey(Course, on_delete=models.CASCADE, related_name="teachers")
    record = SchoolForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="courses")
    role = models.CharField(_("rôle"), max_length=10, choices=Role, default=Role.MAIN)
    stands_in_for = SchoolForeignKey(
        "self",
        agrees_on=("course",),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="substitutes",
    )

    objects = YearManager.from_queryset(CourseTeacherQuerySet)()

    class Meta:
        ordering = ["role", "record__sort_name", "id"]
        constraints = [
            ends_after_it_starts("courseteacher_ends_after_it_starts"),
            models.CheckConstraint(
                name="courseteacher_substitute_replaces_somebody",
                condition=Q(role="substitute", stands_in_for__isnull=False)
                | (~Q(role="substitute") & Q(stands_in_for=None)),
            ),
            models.UniqueConstraint(
                name="courseteacher_one_from_a_day",
                fields=["school", "year", "course", "record", "starts_on"],
            ),
        ]
        indexes = [models.Index(name="courseteacher_of_record", fields=["school", "year", "record"])]

    def __str__(self) -> str:
        return f"{self.record_id} · {self.course_id}"
