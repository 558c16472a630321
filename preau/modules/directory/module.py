from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.modules import Entry, HomeBlock, Keeps, Module
from preau.modules.directory import permissions
from preau.modules.directory.selectors import home
from preau.modules.directory.services.functions import carry_functions_over


def _in_a_school(actor: Actor) -> bool:
    return permissions.READ_DIRECTORY.allows(actor, None)


def _manages(actor: Actor) -> bool:
    return permissions.MANAGE_YEARS.allows(actor, None)


def _block(make: Any) -> Any:
    def content(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
        found: dict[str, Any] | None = make(actor)
        return found

    return content


MODULE = Module(
    name="directory",
    label=_("Annuaire"),
    urls="preau.modules.directory.urls",
    navigation=(
        Entry(_("Classes"), "directory:group_list", "graduation-cap", _in_a_school, order=20),
        Entry(_("Annuaire"), "directory:person_list", "users", _in_a_school, order=30),
        Entry(_("Année"), "directory:year_list", "calendar", _manages, order=80),
        Entry(
            # A soft hyphen: the rail is narrower than the word.
            _("Établis\u00adsements"),
            "directory:school_list",
            "building",
            lambda actor: permissions.OVERSEE.allows(actor, None),
            order=10,
        ),
    ),
    home_blocks=(
        HomeBlock("directory.children", "directory/_block_children.html", _block(home.children), order=10),
        HomeBlock("directory.my_class", "directory/_block_my_class.html", _block(home.my_class), order=10),
        HomeBlock("directory.groups", "directory/_block_groups.html", _block(home.taught_groups), order=10),
        HomeBlock("directory.levels", "directory/_block_levels.html", _block(home.levels), order=20),
        HomeBlock("directory.school", "directory/_block_school.html", _block(home.school_today), order=30),
        HomeBlock(
            "directory.schools", "directory/_block_schools.html", _block(home.schools_overseen), order=10
        ),
    ),
    permissions=(
        permissions.READ_DIRECTORY,
        permissions.APPOINT,
        permissions.MANAGE_YEARS,
        permissions.OVERSEE,
    ),
    keeps=(
        Keeps(
            "Person",
            _("un numéro sans autre sens, commun à vos établissements"),
            _("tant qu’un établissement vous connaît"),
        ),
        Keeps(
            "PersonRecord", _("nom, naissance, coordonnées, INE"), _("la scolarité ou le service, puis un an")
        ),
        Keeps("Enrolment", _("années, niveau, régime"), _("la scolarité, puis un an")),
        Keeps(
            "Guardianship",
            _("lien avec l’élève, responsabilité, restrictions"),
            _("la scolarité, puis un an"),
        ),
        Keeps("Membership", _("fonctions exercées dans l’établissement"), _("le service, puis un an")),
        Keeps("Function", _("missions particulières"), _("le service, puis un an")),
        Keeps("GroupMember", _("classes et groupes"), _("la scolarité, puis un an")),
        Keeps("CourseTeacher", _("enseignements assurés"), _("le service, puis un an")),
        Keeps("AuthorityMember", _("nom et fonction dans une collectivité"), _("la durée de la fonction")),
    ),
    on_year_opened=carry_functions_over,
    demo="preau.modules.directory.demo.build",
)
