from django.db import transaction
from django.utils.translation import gettext_lazy as _

from preau.kernel.models import SchoolYear
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.jobs import every
from preau.modules.news import services


@every("50 3 * * *", for_each_school=True, label=_("Effacer les brouillons d’annonces oubliés"))
def discard_forgotten_drafts() -> None:
    # Those of a closed year stay with it: it does not change.
    for year in SchoolYear.objects.exclude(state=SchoolYear.State.CLOSED):
        with in_school(year.school_id, year), transaction.atomic():
            services.discard_forgotten_drafts()
