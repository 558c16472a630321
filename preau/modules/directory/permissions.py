from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.access.permission import Permission
from preau.kernel.models import SchoolYear
from preau.modules.directory.models import Duty, Function, Group, PersonRecord, Tie


def _manages(actor: Actor, thing: "Group | Function | SchoolYear | None") -> bool:
    if thing is None:  # the school one is in: not while several are read
        return actor.only is not None and actor.has_duty(Duty.MANAGE)
    return actor.has_duty(Duty.MANAGE, school_id=thing.school_id)


def _keeps_files(actor: Actor, _: None) -> bool:
    return actor.only is not None and actor.has_duty(Duty.MANAGE, Duty.ADMINISTER)


def _works_there(actor: Actor, group: Group) -> bool:
    standing = actor.at(group.school_id)
    return standing is not None and bool(standing.duties)


def _searches(actor: Actor, _: None) -> bool:
    return bool(actor.standings) and not actor.has_duty(Duty.OVERSEE)


def _oversees(actor: Actor, _: None) -> bool:
    return actor.has_duty(Duty.OVERSEE)


def _keeps_their_file(actor: Actor, record: PersonRecord) -> bool:
    return actor.has_duty(Duty.MANAGE, Duty.ADMINISTER, school_id=record.school_id)


def _answers_for_photo(actor: Actor, record: PersonRecord) -> bool:
    """Themselves, unless a pupil under age; for those, each legal guardian."""
    standing = actor.at(record.school_id)
    if standing is None:
        return False
    if record.pk in standing.tied(Tie.IS):
        return not standing.tied(Tie.ENROLLED) or record.is_of_age(standing.day)
    return record.pk in standing.tied(Tie.GUARDS) and not record.is_of_age(standing.day)


READ_DIRECTORY: Permission[None] = Permission("directory.read", _("Consulter l’annuaire"), _searches)
APPOINT: Permission["Group | Function"] = Permission(
    "directory.appoint", _("Nommer un professeur principal"), _manages
)
PRINT_LIST: Permission[Group] = Permission(
    "directory.print_list", _("Imprimer la liste d’une classe"), _works_there
)
MANAGE_YEARS: Permission["SchoolYear | None"] = Permission(
    "directory.manage_years", _("Préparer, ouvrir et clore une année scolaire"), _manages
)
CHECK_FILES: Permission[None] = Permission(
    "directory.check_files", _("Vérifier les fichiers de rentrée"), _keeps_files
)
OVERSEE: Permission[None] = Permission("directory.oversee", _("Suivre plusieurs établissements"), _oversees)
CHANGE_CLASS: Permission[PersonRecord] = Permission(
    "directory.change_class", _("Changer un élève de classe"), _keeps_their_file
)
ATTACH_PHOTO: Permission[PersonRecord] = Permission(
    "directory.attach_photo", _("Déposer et supprimer la photo d’une personne"), _keeps_their_file
)
ANSWER_FOR_PHOTO: Permission[PersonRecord] = Permission(
    "directory.answer_for_photo", _("Donner ou retirer son accord pour une photo"), _answers_for_photo
)
