import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preau.kernel.calendar import Dated, ends_after_it_starts, on
from preau.kernel.tenancy.fields import SchoolForeignKey
from preau.kernel.tenancy.owned import SchoolManager, SchoolOwned, SchoolQuerySet, YearManager, YearOwned
from preau.modules.directory.models.people import PersonRecord


class Duty(models.TextChoices):
    """What a profile is there for. Closed: rules in code ask for duties, schools combine them."""

    MANAGE = "manage", _("diriger l’établissement")
    SUPERVISE = "supervise", _("suivre la vie scolaire")
    ADMINISTER = "administer", _("tenir les dossiers")
    TEACH = "teach", _("enseigner")
    DOCUMENT = "document", _("tenir le CDI")
    CARE = "care", _("soigner et accompagner")
    COUNSEL = "counsel", _("conseiller l’orientation")
    CONFIGURE = "configure", _("administrer l’espace numérique")
    MAINTAIN = "maintain", _("entretenir les lieux")
    OVERSEE = "oversee", _("suivre plusieurs établissements")


class Profile(SchoolOwned):
    """A kind of person in a school: national ones at first, and the school's own."""

    moves_rules: ClassVar = True

    class Kind(models.TextChoices):
        PUPIL = "pupil", _("élève")
        GUARDIAN = "guardian", _("responsable")
        STAFF = "staff", _("personnel")
        PARTNER = "partner", _("partenaire")

    code = models.SlugField(_("code"), max_length=30)
    label = models.CharField(_("intitulé"), max_length=60)
    kind = models.CharField(_("nature"), max_length=8, choices=Kind)
    national = models.CharField(_("profil national (GAR)"), max_length=12)
    audience = models.CharField(_("profil de la mesure d’audience"), max_length=24)
    duties = models.JSONField(_("missions"), default=list)
    known_to_families = models.BooleanField(_("connu des familles"), default=False)
    rank = models.PositiveSmallIntegerField(_("ordre"), default=50)

    class Meta:
        ordering = ["rank", "label"]
        constraints = [models.UniqueConstraint(name="profile_code", fields=["school", "code"])]

    def __str__(self) -> str:
        return self.label


class MembershipQuerySet(SchoolQuerySet["Membership"]):
    def on(self, day: date) -> "MembershipQuerySet":
        return self.filter(on(day))


class Membership(SchoolOwned, Dated):
    """A profile held in a school by appointment: staff, partners, guests. Pupils and guardians
    hold theirs by `Enrolment` and `Guardianship`."""

    record = SchoolForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="memberships")
    profile = SchoolForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    unit = SchoolForeignKey(
        "kernel.SchoolUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("fonction exercée"), max_length=80, blank=True)

    objects = SchoolManager.from_queryset(MembershipQuerySet)()

    class Meta:
        ordering = ["profile__rank", "record__sort_name", "id"]
        constraints = [
            ends_after_it_starts("membership_ends_after_it_starts"),
            models.UniqueConstraint(
                name="membership_one_from_a_day", fields=["school", "record", "profile", "starts_on"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} · {self.profile_id}"


class FunctionQuerySet(SchoolQuerySet["Function"]):
    def on(self, day: date) -> "FunctionQuerySet":
        return self.filter(on(day))


class Function(YearOwned, Dated):
    """What somebody is charged with for a time, beside their profile."""

    class Kind(models.TextChoices):
        HEAD_TEACHER = "head_teacher", _("professeur principal")
        DIGITAL_LEAD = "digital_lead", _("référent numérique")

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    record = SchoolForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="functions")
    kind = models.CharField(_("fonction"), max_length=16, choices=Kind)
    group = SchoolForeignKey(
        "directory.Group", null=True, blank=True, on_delete=models.PROTECT, related_name="functions"
    )
    version = models.PositiveIntegerField(default=1)

    objects = YearManager.from_queryset(FunctionQuerySet)()

    class Meta:
        ordering = ["kind", "starts_on", "id"]
        constraints = [
            ends_after_it_starts("function_ends_after_it_starts"),
            models.UniqueConstraint(name="function_uuid", fields=["school", "uuid"]),
            models.CheckConstraint(
                name="function_head_teacher_of_a_group",
                condition=Q(kind="head_teacher", group__isnull=False) | ~Q(kind="head_teacher"),
            ),
            # Two rules: to a database, two empty groups are not the same group.
            models.UniqueConstraint(
                name="function_once_at_a_time",
                fields=["school", "year", "record", "kind", "group"],
                condition=Q(ends_on=None),
            ),
            models.UniqueConstraint(
                name="function_without_group_once_at_a_time",
                fields=["school", "year", "record", "kind"],
                condition=Q(ends_on=None, group=None),
            ),
        ]
        indexes = [models.Index(name="function_of_record", fields=["school", "year", "record"])]

    def __str__(self) -> str:
        return f"{self.record_id} · {self.kind}"


FUNCTION_DUTIES: dict[str, frozenset[str]] = {Function.Kind.DIGITAL_LEAD: frozenset({Duty.CONFIGURE})}
