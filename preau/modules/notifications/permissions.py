from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.access.permission import Permission
from preau.modules.directory.api import Duty


def _manages(actor: Actor, _: None) -> bool:
    return actor.only is not None and actor.has_duty(Duty.MANAGE)


SET_HOURS: Permission[None] = Permission(
    "notifications.set_hours", _("Choisir les heures d’envoi des messages de l’établissement"), _manages
)
