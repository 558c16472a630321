import logging
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.models import SchoolYear
from preau.kernel.rules import RuleBroken
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.jobs import every, job
from preau.modules.directory.models import Import
from preau.modules.directory.services import importing

log = logging.getLogger("preau.imports")


# Its rows and its state are one transaction; killed before that, it runs again from the start.
@job("directory.apply_files", lane="urgent", attempts=3, atomic=False, label=_("Appliquer un import"))
def apply_files(*, batch: str, actor: Actor | None) -> None:
    found = Import.objects.filter(uuid=UUID(batch)).first()
    if found is None:
        return
    try:
        importing.apply_import(actor=actor, batch=found)
    except RuleBroken:
        # Given up, or the year was closed: trying again changes nothing.
        importing.fail_import(batch=found)
    except Exception:
        importing.fail_import(batch=found)
        raise


@every("40 3 * * *", for_each_school=True, label=_("Effacer le détail des anciens imports"))
def forget_old_lines() -> None:
    for year in SchoolYear.objects.exclude(state=SchoolYear.State.CLOSED):
        with in_school(year.school_id, year), transaction.atomic():
            importing.forget_lines()
