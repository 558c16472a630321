"""Every night, in each school: what was written is sealed, what was kept long enough leaves."""

from django.utils.translation import gettext_lazy as _

from preau.kernel.audit import retention, seals
from preau.kernel.models import School
from preau.kernel.tenancy.scope import current_scope
from preau.kernel.work.jobs import every


def _school() -> School:
    return School.objects.get(pk=current_scope().only_school)


@every("40 3 * * *", for_each_school=True, atomic=False, label=_("Sceller le journal de la journée"))
def seal() -> None:
    seals.seal(_school())


@every(
    "55 3 * * *", for_each_school=True, atomic=False, label=_("Retirer du journal ce qui a fait son temps")
)
def purge() -> None:
    retention.purge(_school())
