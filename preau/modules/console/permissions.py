from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.access.permission import Permission
from preau.modules.directory.api import Duty


def manages(actor: Actor, _: None = None) -> bool:
    """One school at a time: its own journal."""
    return actor.only is not None and actor.has_duty(Duty.MANAGE, school_id=actor.only.school.pk)


def runs_the_workspace(actor: Actor, _: None = None) -> bool:
    """Management, and those who look after accounts and settings."""
    return actor.only is not None and actor.has_duty(
        Duty.MANAGE, Duty.CONFIGURE, school_id=actor.only.school.pk
    )


READ_JOURNAL: Permission[None] = Permission(
    "console.read_journal", _("Lire le journal de l’établissement"), runs_the_workspace
)
EXPORT_JOURNAL: Permission[None] = Permission("console.export_journal", _("Exporter le journal"), manages)
READ_READINGS: Permission[None] = Permission(
    "console.read_readings", _("Voir qui a consulté des coordonnées"), manages
)
CHOOSE_LOOK: Permission[None] = Permission(
    "console.choose_look", _("Choisir la couleur de l’établissement"), runs_the_workspace
)
SHARE_COMPUTERS: Permission[None] = Permission(
    "console.share_computers", _("Marquer un ordinateur comme partagé"), runs_the_workspace
)
HANDLE_WORK: Permission[None] = Permission(
    "console.handle_work", _("Relancer ou abandonner une tâche en échec"), runs_the_workspace
)
