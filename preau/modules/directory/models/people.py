import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.calendar import Dated, ends_after_it_starts, on
from preau.kernel.names import printable, search_name, sort_name
from preau.kernel.tenancy.fields import SchoolForeignKey
from preau.kernel.tenancy.owned import SchoolManager, SchoolOwned, SchoolQuerySet, YearManager, YearOwned


class Person(models.Model):
    """Somebody, over all schools. Thin: what a school knows of them is its `PersonRecord`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.uuid)


class PersonRecordQuerySet(SchoolQuerySet["PersonRecord"]):
    def visible_to(self, actor: Actor) -> "PersonRecordQuerySet":
        """The people this person may know exist, by the school's own rules. `fields_shown` says
        what of them."""
        from preau.modules.directory.models.rules import known_to

        return self.filter(known_to(actor))

    def written_to_by(self, actor: Actor) -> "PersonRecordQuerySet":
        """The people this person may write to, by the school's own rules."""
        from preau.modules.directory.models.rules import written_to_by

        return self.filter(written_to_by(actor))

    def named(self, text: str) -> "PersonRecordQuerySet":
        """Those of whom every word typed begins a word of their names."""
        words = search_name(text).split()
        if text.strip() and not words:
            return self.none()
        return self.filter(*(Q(search_name__contains=f" {word}") for word in words))

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        records = list(objs)
        for record in records:
            record.index_names()
        return super().bulk_create(records, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        records = list(objs)
        for record in records:
            record.index_names()
        return super().bulk_update(records, {*fields, "sort_name", "search_name"}, *args, **kwargs)

    def update(self, **values: Any) -> int:
        names = {"last_name", "first_name", "birth_name", "other_first_names"} & values.keys()
        if names and "sort_name" not in values:  # `bulk_update` writes them together
            raise TypeError("names are changed row by row: their sort and search keys follow")
        return super().update(**values)


class PersonRecord(SchoolOwned):
    """What one school knows of a person. Two schools may disagree: they are two data controllers."""

    class Civility(models.TextChoices):
        MRS = "MME", _("Mme")
        MR = "M", _("M.")

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    last_name = models.CharField(_("nom d’usage"), max_length=100)
    first_name = models.CharField(_("prénom"), max_length=100)
    birth_name = models.CharField(_("nom de famille"), max_length=100, blank=True)
    other_first_names = models.CharField(_("autres prénoms"), max_length=200, blank=True)
    civility = models.CharField(_("civilité"), max_length=3, choices=Civility, blank=True)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    ine = models.CharField(_("INE"), max_length=11, blank=True)
    email = models.EmailField(_("courriel"), blank=True)
    home_phone = models.CharField(_("téléphone fixe"), max_length=24, blank=True)
    mobile_phone = models.CharField(_("téléphone portable"), max_length=24, blank=True)
    work_phone = models.CharField(_("téléphone professionnel"), max_length=24, blank=True)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=10, blank=True)
    city = models.CharField(_("commune"), max_length=80, blank=True)
    country = models.CharField(_("pays"), max_length=60, blank=True)
    sort_name = models.CharField(max_length=210, editable=False)
    search_name = models.CharField(max_length=420, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = SchoolManager.from_queryset(PersonRecordQuerySet)()

    face = ""  # address of the photo, where the selector of a page found that this reader may see it

    class Meta:
        ordering = ["sort_name", "id"]
        constraints = [
            models.UniqueConstraint(name="record_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(name="record_one_per_person", fields=["school", "person"]),
        ]
        indexes = [
            models.Index(name="record_by_name", fields=["school", "sort_name", "uuid"]),
            models.Index(name="record_of_person", fields=["person"]),
            # The same pupil in another school of the instance: by sure keys alone. All rows: a plan made
            # without its values would not use an index of those that have an INE.
            models.Index(name="record_by_ine_and_birth", fields=["ine", "birth_date"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As one says it: first name, then name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def listed_name(self) -> str:
        """As lists are sorted: name in capitals, then first name."""
        return f"{self.last_name.upper()} {self.first_name}"

    def is_of_age(self, day: date) -> bool:
        if self.birth_date is None:
            return False
        birthday_passed = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (not birthday_passed) >= 18

    def index_names(self) -> None:
        for field in ("last_name", "first_name", "birth_name", "other_first_names"):
            setattr(self, field, printable(getattr(self, field)))
        # Folding may lengthen a name: keys are cut to their columns.
        self.sort_name = sort_name(self.last_name, self.first_name)[:210]
        self.search_name = search_name(
            self.last_name, self.first_name, self.birth_name, self.other_first_names
        )[:420]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.index_names()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_name", "search_name"}
        super().save(*args, **kwargs)


class EnrolmentQuerySet(SchoolQuerySet["Enrolment"]):
    def on(self, day: date) -> "EnrolmentQuerySet":
        return self.filter(on(day))


class Enrolment(YearOwned, Dated):
    """A pupil in a school for a year. Every fact about a pupil points here, never to the person."""

    class Boarding(models.TextChoices):
        DAY = "day", _("externe")
        HALF = "half", _("demi-pensionnaire")
        FULL = "full", _("interne")

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    record = SchoolForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="enrolments")
    unit = SchoolForeignKey("kernel.SchoolUnit", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(_("niveau"), max_length=20, blank=True)
    mef = models.CharField(
        _("MEF"), max_length=11, blank=True
    )  # national code of the course of study; may end in letters
    boarding = models.CharField(_("régime"), max_length=4, choices=Boarding, blank=True)

    objects = YearManager.from_queryset(EnrolmentQuerySet)()

    class Meta:
        ordering = ["record__sort_name", "id"]
        constraints = [
            ends_after_it_starts("enrolment_ends_after_it_starts"),
            models.UniqueConstraint(name="enrolment_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(
                name="enrolment_one_from_a_day", fields=["school", "year", "record", "starts_on"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} · {self.level}"


class GuardianshipQuerySet(SchoolQuerySet["Guardianship"]):
    def on(self, day: date) -> "GuardianshipQuerySet":
        return self.filter(on(day))

    def giving_access(self, day: date) -> "GuardianshipQuerySet":
        """Those that open something on `day`: legal or in charge, not withdrawn by a pupil of age.

        A court's restriction shuts out whatever other row of the same two people was never ended.
        """
        restricted = Guardianship.objects.on(day).filter(
            ~Q(restriction=Guardianship.Restriction.NONE),
            pupil=OuterRef("pupil"),
            guardian=OuterRef("guardian"),
        )
        return self.on(day).filter(
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=day),
            ~Exists(restricted),
            level__in=(Guardianship.Level.LEGAL, Guardianship.Level.IN_CHARGE),
        )


class Guardianship(SchoolOwned, Dated):
    """Who answers for a pupil. The national level decides what it opens."""

    class Level(models.IntegerChoices):
        LEGAL = 1, _("représentant légal")
        IN_CHARGE = 2, _("en charge de l’élève")
        CONTACT = 3, _("personne à contacter")

    class Kinship(models.TextChoices):
        """CODE_PARENTE of SIECLE since 2018."""

        MOTHER = "10", _("mère")
        FATHER = "20", _("père")
        SIBLING = "37", _("frère ou sœur")
        GRANDPARENT = "38", _("grand-parent")
        RELATIVE = "39", _("autre membre de la famille")
        EDUCATOR = "41", _("éducateur")
        FOSTER = "42", _("assistant familial")
        CHILDMINDER = "43", _("garde d’enfant")
        GUARDIAN = "50", _("tuteur")
        WELFARE = "51", _("aide sociale à l’enfance")
        SELF = "70", _("élève lui-même")
        OTHER = "90", _("autre")

    class Restriction(models.TextChoices):
        NONE = "", _("aucune")
        NO_INFORMATION = "no_information", _("aucune information (décision de justice)")

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    pupil = SchoolForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="guardianships")
    guardian = SchoolForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="wards")
    level = models.PositiveSmallIntegerField(_("niveau de responsabilité"), choices=Level)
    kinship = models.CharField(_("lien"), max_length=2, choices=Kinship)
    houses = models.BooleanField(_("héberge l’élève"), default=False)
    may_collect = models.BooleanField(_("peut venir chercher l’élève"), default=False)
    restriction = models.CharField(
        _("restriction"), max_length=20, choices=Restriction, blank=True, default=""
    )
    withdrawn_on = models.DateField(_("accès retiré par l’élève majeur le"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = SchoolManager.from_queryset(GuardianshipQuerySet)()

    class Meta:
        ordering = ["level", "kinship", "id"]
        constraints = [
            ends_after_it_starts("guardianship_ends_after_it_starts"),
            models.UniqueConstraint(name="guardianship_uuid", fields=["school", "uuid"]),
            models.UniqueConstraint(
                name="guardianship_one_from_a_day", fields=["school", "pupil", "guardian", "starts_on"]
            ),
            models.CheckConstraint(name="guardianship_of_somebody_else", condition=~Q(pupil=F("guardian"))),
            models.CheckConstraint(name="guardianship_level_is_national", condition=Q(level__in=(1, 2, 3))),
        ]
        indexes = [models.Index(name="guardianship_of_guardian", fields=["school", "guardian"])]

    def __str__(self) -> str:
        return f"{self.guardian_id} → {self.pupil_id} ({self.level})"
