from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.access.permission import Permission
from preau.kernel.models import SchoolYear
from preau.modules.directory.models import (
    Course,
    Duty,
    Function,
    Group,
    Import,
    PersonRecord,
    RulesVersion,
    Tie,
)


def _manages(actor: Actor, thing: "Group | Function | SchoolYear | RulesVersion | None") -> bool:
    if thing is None:  # the school one is in: not while several are read
        return actor.only is not None and actor.has_duty(Duty.MANAGE)
    return actor.has_duty(Duty.MANAGE, school_id=thing.school_id)


def _keeps_files(actor: Actor, batch: "Import | None") -> bool:
    return actor.only is not None and actor.has_duty(Duty.MANAGE, Duty.ADMINISTER)


def _keeps_groups(actor: Actor, thing: "Group | Course | None") -> bool:
    if thing is None:
        return _keeps_files(actor, None)
    return actor.has_duty(Duty.MANAGE, Duty.ADMINISTER, school_id=thing.school_id)


def _works_there(actor: Actor, group: Group) -> bool:
    standing = actor.at(group.school_id)
    return standing is not None and bool(standing.duties)


def _searches(actor: Actor, _: None) -> bool:
    return bool(actor.standings) and not actor.has_duty(Duty.OVERSEE)


def _oversees(actor: Actor, _: None) -> bool:
    return actor.has_duty(Duty.OVERSEE)


def _keeps_their_file(actor: Actor, record: PersonRecord) -> bool:
    return actor.has_duty(Duty.MANAGE, Duty.ADMINISTER, school_id=record.school_id)


def _corrects(actor: Actor, record: PersonRecord) -> bool:
    standing = actor.at(record.school_id)
    return standing is not None and not standing.year.is_closed and _keeps_their_file(actor, record)


def _adds_people(actor: Actor, _: None) -> bool:
    return actor.only is not None and not actor.only.year.is_closed and _keeps_files(actor, None)


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
APPOINT_LEAD: Permission["Function | None"] = Permission(
    "directory.appoint_lead", _("Nommer le référent numérique"), _manages
)
KEEP_GROUPS: Permission["Group | None"] = Permission(
    "directory.keep_groups", _("Créer, modifier et terminer une classe ou un groupe"), _keeps_groups
)
KEEP_MEMBERS: Permission[Group] = Permission(
    "directory.keep_members", _("Ajouter et retirer les membres d’une classe ou d’un groupe"), _keeps_groups
)
KEEP_COURSES: Permission["Group | Course"] = Permission(
    "directory.keep_courses", _("Créer et terminer un cours, changer ses enseignants"), _keeps_groups
)
PRINT_LIST: Permission[Group] = Permission(
    "directory.print_list", _("Imprimer la liste d’une classe"), _works_there
)
MANAGE_YEARS: Permission["SchoolYear | None"] = Permission(
    "directory.manage_years", _("Préparer, ouvrir et clore une année scolaire"), _manages
)
IMPORT_FILES: Permission["Import | None"] = Permission(
    "directory.import_files", _("Importer les fichiers de rentrée"), _keeps_files
)
SET_RULES: Permission["RulesVersion | None"] = Permission(
    "directory.set_rules", _("Décider qui voit quoi et qui écrit à qui"), _manages
)
OVERSEE: Permission[None] = Permission("directory.oversee", _("Suivre plusieurs établissements"), _oversees)
CHANGE_CLASS: Permission[PersonRecord] = Permission(
    "directory.change_class", _("Changer un élève de classe"), _keeps_their_file
)
KEEP_PEOPLE: Permission[PersonRecord] = Permission(
    "directory.keep_people", _("Corriger la fiche d’une personne, ses liens et son départ"), _corrects
)
ADD_PEOPLE: Permission[None] = Permission("directory.add_people", _("Ajouter une personne"), _adds_people)
ATTACH_PHOTO: Permission[PersonRecord] = Permission(
    "directory.attach_photo", _("Déposer et supprimer la photo d’une personne"), _keeps_their_file
)
ANSWER_FOR_PHOTO: Permission[PersonRecord] = Permission(
    "directory.answer_for_photo", _("Donner ou retirer son accord pour une photo"), _answers_for_photo
)
