from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.access.permission import Permission
from preau.modules.directory.api import Duty


def _manages(actor: Actor, _: None = None) -> bool:
    return actor.only is not None and actor.has_duty(Duty.MANAGE, school_id=actor.only.school.pk)


def _runs_the_workspace(actor: Actor, _: None = None) -> bool:
    return actor.only is not None and actor.has_duty(
        Duty.MANAGE, Duty.CONFIGURE, school_id=actor.only.school.pk
    )


EDIT_CARD: Permission[None] = Permission(
    "welcome.edit_card", _("Modifier la fiche publique de l’établissement"), _runs_the_workspace
)
ANNOUNCE_CLOSING: Permission[None] = Permission(
    "welcome.announce_closing", _("Annoncer une fermeture"), _manages
)
PUBLISH_CHARTER: Permission[None] = Permission(
    "welcome.publish_charter", _("Publier la charte d’usage"), _manages
)
