from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.access.permission import Permission
from preau.kernel.models import SchoolYear
from preau.modules.directory.models import Duty, Function, Group


def _manages(actor: Actor, thing: "Group | Function | SchoolYear | None") -> bool:
    if thing is None:  # the school one is in: not while several are read
        return actor.only is not None and actor.has_duty(Duty.MANAGE)
    return actor.has_duty(Duty.MANAGE, school_id=thing.school_id)


def _searches(actor: Actor, _: None) -> bool:
    return bool(actor.standings) and not actor.has_duty(Duty.OVERSEE)


def _oversees(actor: Actor, _: None) -> bool:
    return actor.has_duty(Duty.OVERSEE)


READ_DIRECTORY: Permission[None] = Permission("directory.read", _("Consulter l’annuaire"), _searches)
APPOINT: Permission["Group | Function"] = Permission(
    "directory.appoint", _("Nommer un professeur principal"), _manages
)
MANAGE_YEARS: Permission["SchoolYear | None"] = Permission(
    "directory.manage_years", _("Préparer, ouvrir et clore une année scolaire"), _manages
)
OVERSEE: Permission[None] = Permission("directory.oversee", _("Suivre plusieurs établissements"), _oversees)
