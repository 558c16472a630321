from django.utils.translation import gettext_lazy as _

from preau.kernel.work.jobs import NotNow, every, job
from preau.modules.notifications import services
from preau.modules.notifications.services.telling import DELIVER


# It acts outside: no transaction of ours could take back what was sent.
@job(DELIVER, atomic=False, label=_("Envoyer un message"))
def deliver(*, delivery: int) -> None:
    wait = services.deliver(delivery_id=delivery)
    if wait is not None:
        raise NotNow(seconds=wait)


@every("20 3 * * *", for_each_school=True, label=_("Effacer les avis anciens"))
def purge() -> None:
    services.purge()
