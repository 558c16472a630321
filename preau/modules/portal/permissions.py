from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.access.permission import Permission
from preau.modules.directory.api import Duty


def _looks_after_the_workspace(actor: Actor, _: None = None) -> bool:
    return actor.only is not None and actor.has_duty(
        Duty.MANAGE, Duty.CONFIGURE, school_id=actor.only.school.pk
    )


SEE_GALLERY: Permission[None] = Permission(
    "portal.see_gallery", _("Voir la galerie des éléments d’interface"), _looks_after_the_workspace
)
