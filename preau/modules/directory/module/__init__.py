from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit.acts import Read
from preau.kernel.audit.labels import PERSON, PROFILE, Labels
from preau.kernel.modules import Entry, FirstStep, HelpPage, HomeBlock, Keeps, Module, NoticeKind
from preau.modules.directory import permissions, topics
from preau.modules.directory.documents import DOCUMENTS
from preau.modules.directory.models import Tie
from preau.modules.directory.module.acts import ACTS
from preau.modules.directory.selectors import home, labels
from preau.modules.directory.selectors.notices import function_words
from preau.modules.directory.selectors.pictures import PHOTO
from preau.modules.directory.services.functions import carry_functions_over


def _in_a_school(actor: Actor) -> bool:
    return permissions.READ_DIRECTORY.allows(actor, None)


def _manages(actor: Actor) -> bool:
    return permissions.MANAGE_YEARS.allows(actor, None)


def _keeps_files(actor: Actor) -> bool:
    return permissions.IMPORT_FILES.allows(actor, None)


def _adds_people(actor: Actor) -> bool:
    return permissions.ADD_PEOPLE.allows(actor, None)


def _keeps_groups(actor: Actor) -> bool:
    return permissions.KEEP_GROUPS.allows(actor, None)


def _sets_rules(actor: Actor) -> bool:
    return permissions.SET_RULES.allows(actor, None)


def _oversees(actor: Actor) -> bool:
    return permissions.OVERSEE.allows(actor, None)


def _looks_people_up(actor: Actor) -> bool:
    return _in_a_school(actor) and actor.hat.profile not in ("pupil", "guardian") and not _manages(actor)


def _page(name: str, label: Any, views: str, shown_to: Callable[[Actor], bool], order: int) -> HelpPage:
    """`views`: their names, blanks between them."""
    pages = tuple(f"directory:{view}" for view in views.split())
    return HelpPage(f"directory.{name}", label, pages, shown_to, order=order)


def _block(key: str, make: Callable[[Actor], Any], label: Any, *, order: int) -> HomeBlock:
    """`directory.children` is drawn by `directory/_block_children.html`."""
    template = f"directory/_block_{key.partition('.')[2]}.html"
    return HomeBlock(key, template, lambda request, actor: make(actor), label, order=order)


_RULES = _("Qui voit quoi, qui écrit à qui")
_NOBODY = _("une personne qui n’est plus connue ici")

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
            _oversees,
            order=10,
        ),
    ),
    home_blocks=(
        # Their day is what a parent comes for: before the announcements.
        _block("directory.children", home.children, _("Mes enfants"), order=3),
        _block("directory.my_class", home.my_class, _("Ma classe et mes groupes"), order=10),
        _block("directory.groups", home.taught_groups, _("Mes classes et groupes"), order=10),
        _block("directory.levels", home.levels, _("Les classes par niveau"), order=20),
        _block("directory.school", home.school_today, _("L’établissement aujourd’hui"), order=30),
        _block("directory.schools", home.schools_overseen, _("Les établissements suivis"), order=10),
    ),
    help=(
        _page("groups", _("Les classes et les groupes"), "group_list", lambda actor: True, 20),
        _page("group", _("Une classe, un groupe"), "group_detail group_sheet", _in_a_school, 21),
        _page(
            "groups_by_hand",
            _("Tenir les classes et les groupes"),
            "group_new group_manage members_new",
            _keeps_groups,
            22,
        ),
        _page("courses_by_hand", _("Tenir les cours"), "course_new course_manage", _keeps_groups, 23),
        _page("functions", _("Les fonctions de l’année"), "function_list", _manages, 24),
        _page("people", _("L’annuaire"), "person_list", _in_a_school, 30),
        _page("person", _("La fiche d’une personne"), "person_detail", _in_a_school, 31),
        _page(
            "keeping",
            _("Corriger, ajouter, noter un départ"),
            "person_edit person_new pupil_new member_new guardian_new guardianship_edit",
            _adds_people,
            32,
        ),
        _page(
            "rules",
            _RULES,
            "rule_list rules_reset rules_version rules_why",
            _sets_rules,
            33,
        ),
        _page("years", _("L’année scolaire"), "year_list", _manages, 75),
        _page(
            "files",
            _("Les fichiers de rentrée"),
            "import_list import_detail import_lines import_undo import_columns",
            _keeps_files,
            79,
        ),
        _page("schools", _("Les établissements suivis"), "school_list", _oversees, 10),
    ),
    first_steps=(
        FirstStep(
            "directory.my_class",
            _("Voir ma classe"),
            _("Qui est dans ta classe, et qui sont tes professeurs."),
            lambda actor: reverse("directory:group_list"),
            lambda actor: actor.hat.profile == "pupil",
            order=10,
        ),
        FirstStep(
            "directory.child",
            _("Vérifier ce que l’établissement sait de vous"),
            _("Vos coordonnées et celles de vos enfants. Une erreur se signale au secrétariat."),
            lambda actor: reverse("directory:person_list"),
            lambda actor: actor.hat.profile == "guardian",
            order=10,
        ),
        FirstStep(
            "directory.groups",
            _("Ouvrir vos classes"),
            _("La liste de chaque classe et de chaque groupe, à jour d’aujourd’hui."),
            lambda actor: reverse("directory:group_list"),
            lambda actor: bool(actor.tied(Tie.TEACHES)) and actor.hat.profile != "guardian",
            order=10,
        ),
        FirstStep(
            "directory.appoint",
            _("Nommer les professeurs principaux"),
            _("Depuis la page de chaque classe ; leurs droits s’ouvrent le jour dit."),
            lambda actor: reverse("directory:group_list"),
            _manages,
            order=20,
        ),
        FirstStep(
            "directory.people",
            _("Retrouver quelqu’un"),
            _("L’annuaire trouve par les premières lettres, avec ou sans accents."),
            lambda actor: reverse("directory:person_list"),
            _looks_people_up,
            order=20,
        ),
        FirstStep(
            "directory.schools",
            _("Voir les établissements suivis"),
            _("Leurs effectifs du jour, sans aucun nom."),
            lambda actor: reverse("directory:school_list"),
            _oversees,
            order=10,
        ),
    ),
    settings=(Entry(_RULES, "directory:rule_list", "eye", _sets_rules, order=5),),
    permissions=(
        permissions.READ_DIRECTORY,
        permissions.APPOINT,
        permissions.APPOINT_LEAD,
        permissions.KEEP_GROUPS,
        permissions.KEEP_MEMBERS,
        permissions.KEEP_COURSES,
        permissions.PRINT_LIST,
        permissions.MANAGE_YEARS,
        permissions.IMPORT_FILES,
        permissions.SET_RULES,
        permissions.OVERSEE,
        permissions.CHANGE_CLASS,
        permissions.KEEP_PEOPLE,
        permissions.ADD_PEOPLE,
        permissions.ATTACH_PHOTO,
        permissions.ANSWER_FOR_PHOTO,
    ),
    live_topics=(topics.HEAD_TEACHERS, topics.IMPORTS),
    search=DOCUMENTS,
    acts=ACTS,
    reads=(
        Read(
            "directory.contact_details",
            _("Adresse et téléphone"),
            _("{who} a consulté les coordonnées de {record}"),
        ),
        Read(
            "directory.import_exported",
            _("Liste d’un import"),
            _("{who} a téléchargé la liste de {record}"),
        ),
    ),
    labels=(
        Labels(PERSON, labels.people, _NOBODY),
        Labels("directory.personrecord", labels.records, _NOBODY),
        Labels("directory.import", labels.imports, _("un import qui n’est plus gardé")),
        Labels("directory.group", labels.groups, _("un groupe qui n’existe plus")),
        Labels("directory.course", labels.courses, _("un cours qui n’existe plus")),
        Labels(PROFILE, labels.profiles, _("profil retiré")),
    ),
    notices=(NoticeKind("directory.function", _("Vos fonctions : début et fin"), function_words),),
    attachments=(PHOTO,),
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
        Keeps(
            "PhotoConsent",
            _("accords et refus pour la photo, par qui et quand"),
            _("la scolarité ou le service, puis un an"),
        ),
        Keeps(
            "Attachment",
            _("photo, là où un accord est donné"),
            _("jusqu’au retrait de l’accord, puis 7 jours"),
        ),
        Keeps(
            "SourceRecord",
            _("ce que les fichiers de SIECLE et de STS-web disent de vous et de vos liens"),
            _("la scolarité ou le service, puis un an"),
        ),
        Keeps(
            "Override",
            _("corrections faites à la main, par qui et quand"),
            _("la scolarité ou le service, puis un an"),
        ),
        Keeps("RulesVersion", _("règles d’accès, changées par qui et quand"), _("la vie de l’établissement")),
        Keeps("Import", _("imports de fichiers, par qui et quand"), _("l’année scolaire, puis un an")),
        Keeps("ImportLine", _("ce qu’un import change, ligne par ligne"), _("30 jours")),
        Keeps("ColumnMapping", _("colonnes d’un tableau, et qui les a reconnues"), _("jusqu’à son retrait")),
        Keeps("AuthorityMember", _("nom et fonction dans une collectivité"), _("la durée de la fonction")),
    ),
    on_year_opened=carry_functions_over,
    demo="preau.modules.directory.demo.build",
)
