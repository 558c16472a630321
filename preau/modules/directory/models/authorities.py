import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from preau.kernel.calendar import Dated, ends_after_it_starts
from preau.modules.directory.models.people import Person


class Authority(models.Model):
    """A département, a région, an académie: it follows several schools, it is not one."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("département")
        REGION = "region", _("région")
        ACADEMY = "academy", _("académie")
        MUNICIPALITY = "municipality", _("commune")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=120)
    kind = models.CharField(_("nature"), max_length=12, choices=Kind)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Oversight(Dated):
    """An authority follows a school: public knowledge, kept by the instance."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="oversights")
    school = models.ForeignKey("kernel.School", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            ends_after_it_starts("oversight_ends_after_it_starts"),
            models.UniqueConstraint(name="oversight_once", fields=["authority", "school"]),
        ]

    def __str__(self) -> str:
        return f"{self.authority_id} → {self.school_id}"


class AuthorityMember(Dated):
    """Someone who works for an authority. The authority, not a school, knows their name."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    first_name = models.CharField(_("prénom"), max_length=100)
    last_name = models.CharField(_("nom d’usage"), max_length=100)
    title = models.CharField(_("fonction"), max_length=80, blank=True)

    class Meta:
        constraints = [
            ends_after_it_starts("authoritymember_ends_after_it_starts"),
            models.UniqueConstraint(name="authoritymember_once", fields=["authority", "person"]),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"
