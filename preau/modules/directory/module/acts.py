"""What the journal tells of the directory."""

from django.utils.translation import gettext_lazy as _

from preau.kernel.audit.acts import Act, Family
from preau.modules.directory.models import Function, Group
from preau.modules.directory.selectors import labels
from preau.modules.directory.selectors.provenance import LABELS

ACTS = (
    Act("directory.school_founded", _("{who} a créé l’espace de {record}"), Family.SETTINGS),
    Act(
        "directory.rules_changed",
        _("{who} a changé qui voit quoi : {given} règles ajoutées, {taken} retirées (version {number})"),
        Family.SETTINGS,
    ),
    Act("directory.rules_reset", _("{who} a rétabli les règles d’accès d’origine"), Family.SETTINGS),
    Act(
        "directory.member_appointed",
        _("{who} a ajouté {record} aux personnels, à compter du {starts_on} (profil : {profile})"),
        Family.PEOPLE,
    ),
    Act(
        "directory.head_teacher_appointed",
        _("{who} a nommé {record} professeur principal de {group}, à compter du {starts_on}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.head_teacher_ended",
        _("{who} a mis fin au {ends_on} à la mission de professeur principal de {record} en {group}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.function_ended",
        _("{who} a mis fin au {ends_on} à la mission de {record} ({function})"),
        Family.PEOPLE,
        words={"function": dict(Function.Kind.choices)},
    ),
    Act(
        "directory.digital_lead_carried_over",
        _("{who} a reconduit {record} dans la mission de référent numérique pour l’année {year}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.class_changed",
        _("{who} a mis {record} en {group}, à compter du {starts_on}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.files_read",
        _("{who} a déposé des fichiers de rentrée ({lines} lignes à relire)"),
        Family.PEOPLE,
    ),
    Act("directory.file_line_decided", _("{who} a relu des lignes d’un import"), Family.PEOPLE),
    Act(
        "directory.columns_chosen",
        _("{who} a dit ce que sont les colonnes d’un tableau"),
        Family.SETTINGS,
    ),
    Act("directory.files_confirmed", _("{who} a demandé d’appliquer {record}"), Family.PEOPLE),
    Act(
        "directory.files_applied",
        _(
            "{who} a appliqué {record} à l’année {year} (arrivées : {arrivals}, changements : {changes},"
            " départs : {departures})"
        ),
        Family.PEOPLE,
    ),
    Act("directory.files_failed", _("{record} n’a pas pu être appliqué : rien n’a changé"), Family.PEOPLE),
    Act("directory.files_given_up", _("{who} a abandonné {record}"), Family.PEOPLE),
    Act(
        "directory.files_undone",
        _("{who} a annulé {record} (remis : {restored}, retirés : {removed}, gardés : {kept})"),
        Family.PEOPLE,
    ),
    Act(
        "directory.person_corrected",
        _("{who} a corrigé la fiche de {record} ({field})"),
        Family.PEOPLE,
        words={"field": LABELS},
    ),
    Act(
        "directory.correction_taken_back",
        _("{who} a repris ce que disent les fichiers pour {record} ({field})"),
        Family.PEOPLE,
        words={"field": LABELS},
    ),
    Act(
        "directory.pupil_enrolled",
        _("{who} a inscrit {record} en {group}, à compter du {starts_on}"),
        Family.PEOPLE,
    ),
    Act("directory.pupil_left", _("{who} a noté le départ de {record}, le {ends_on}"), Family.PEOPLE),
    Act("directory.pupil_back", _("{who} a annulé le départ de {record}"), Family.PEOPLE),
    Act(
        "directory.member_left",
        _("{who} a noté le départ de {record}, le {ends_on}, et la fin de ses missions"),
        Family.PEOPLE,
    ),
    Act(
        "directory.member_back",
        _("{who} a annulé le départ de {record} et repris ses missions"),
        Family.PEOPLE,
    ),
    Act(
        "directory.guardian_added",
        _("{who} a ajouté {guardian} aux responsables de {record}, à compter du {starts_on}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.guardianship_changed",
        _("{who} a modifié le lien de {guardian} avec {record} ({what})"),
        Family.PEOPLE,
        words={"what": labels.LINK_FIELDS},
    ),
    Act(
        "directory.guardian_restricted",
        _("{who} a inscrit une décision de justice : {guardian} ne reçoit aucune information sur {record}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.restriction_lifted",
        _("{who} a levé la restriction de {guardian} pour {record}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.guardianship_ended",
        _("{who} a mis fin au {ends_on} au lien de {guardian} avec {record}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.guardianship_resumed",
        _("{who} a repris sans date de fin le lien de {guardian} avec {record}"),
        Family.PEOPLE,
    ),
    Act("directory.group_created", _("{who} a créé {record}"), Family.PEOPLE),
    Act("directory.group_changed", _("{who} a modifié {record}"), Family.PEOPLE),
    Act("directory.group_ended", _("{who} a mis fin à {record} le {ends_on}"), Family.PEOPLE),
    Act("directory.group_resumed", _("{who} a annulé la fin de {record}"), Family.PEOPLE),
    Act(
        "directory.group_deleted",
        _("{who} a supprimé {record}, resté sans usage ({kind})"),
        Family.PEOPLE,
        words={"kind": dict(Group.Kind.choices)},
    ),
    Act(
        "directory.joined_group",
        _("{who} a mis {record} dans {group}, à compter du {starts_on}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.left_group",
        _("{who} a retiré {record} de {group}, à compter du {starts_on}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.course_created",
        _("{who} a créé le cours {record} pour {group}, à compter du {starts_on}"),
        Family.PEOPLE,
    ),
    Act("directory.course_changed", _("{who} a modifié le cours {record}"), Family.PEOPLE),
    Act(
        "directory.course_group_added",
        _("{who} a donné le cours {record} à {group} aussi, à compter du {starts_on}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.course_group_ended",
        _("{who} a mis fin le {ends_on} au cours {record} pour {group}"),
        Family.PEOPLE,
    ),
    Act("directory.course_resumed", _("{who} a annulé la fin du cours {record}"), Family.PEOPLE),
    Act("directory.course_ended", _("{who} a mis fin au cours {record} le {ends_on}"), Family.PEOPLE),
    Act(
        "directory.teacher_added",
        _("{who} a confié à {record} le cours {course}, à compter du {starts_on}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.substitute_added",
        _("{who} a nommé {record} remplaçant pour le cours {course}, du {starts_on} au {ends_on}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.teacher_ended",
        _("{who} a mis fin le {ends_on} au cours {course} de {record}"),
        Family.PEOPLE,
    ),
    Act(
        "directory.digital_lead_appointed",
        _("{who} a nommé {record} référent numérique, à compter du {starts_on}"),
        Family.PEOPLE,
    ),
    Act("directory.photo_agreed", _("{who} a donné son accord pour la photo de {record}"), Family.PEOPLE),
    Act("directory.photo_refused", _("{who} a refusé la photo de {record}"), Family.PEOPLE),
    Act("directory.photo_withdrawn", _("{who} a retiré son accord pour la photo de {record}"), Family.PEOPLE),
    Act("directory.photo_attached", _("{who} a déposé la photo de {record}"), Family.PEOPLE),
    Act("directory.photo_removed", _("La photo de {record} a été retirée ({who})"), Family.PEOPLE),
    Act("directory.photo_restored", _("La photo de {record} est montrée de nouveau ({who})"), Family.PEOPLE),
)
