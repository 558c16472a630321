from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from preau.kernel.idempotency import answers
from preau.kernel.work.jobs import every


@every("17 * * * *", label=_("oublier les réponses gardées plus de deux jours"))
def forget_answers() -> None:
    answers.purge()


@every("40 3 * * *", label=_("oublier les sessions finies"))
def forget_sessions() -> None:
    call_command("clearsessions")
