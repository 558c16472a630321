from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit.acts import Act, Family
from preau.kernel.audit.labels import Labels
from preau.kernel.modules import About, Entry, FirstStep, HelpPage, Keeps, Module
from preau.kernel.ui.accent import Accent
from preau.kernel.ui.days import Awaited
from preau.modules.console import permissions
from preau.modules.console.selectors import work
from preau.modules.console.services import WORK, Reason


def _visits(actor: Actor) -> bool:
    return permissions.READ_JOURNAL.allows(actor, None)


def _history(kind: str) -> Any:
    def url(actor: Actor, row: Any) -> str:
        # Who looks after the workspace would find nothing about people there.
        if not (permissions.manages(actor) and permissions.READ_JOURNAL.allows(actor, None)):
            return ""
        return f"{reverse('console:journal')}?about={kind}.{row.uuid}"

    return url


def _failed(actor: Actor) -> list[Awaited]:
    if not permissions.HANDLE_WORK.allows(actor, None):
        return []
    dead = work.dead_of(actor)
    words = ngettext("%(total)d tâche automatique a échoué", "%(total)d tâches automatiques ont échoué", dead)
    failed = Awaited(
        label=words % {"total": dead},
        action=gettext("Voir"),
        url=reverse("console:work"),
        icon="alert-triangle",
    )
    return [failed] if dead else []


MODULE = Module(
    name="console",
    label=_("Administration"),
    urls="preau.modules.console.urls",
    # A soft hyphen: the rail is narrower than the word.
    navigation=(Entry(_("Adminis\u00adtration"), "console:home", "shield", _visits, order=90),),
    help=(
        HelpPage("console.home", _("L’administration"), ("console:home",), _visits, order=70),
        HelpPage("console.journal", _("Le journal"), ("console:journal",), _visits, order=76),
        HelpPage(
            "console.readings",
            _("Les consultations enregistrées"),
            ("console:reading_list",),
            lambda actor: permissions.READ_READINGS.allows(actor, None),
            order=77,
        ),
        HelpPage(
            "console.look",
            _("La couleur de l’établissement"),
            ("console:look",),
            lambda actor: permissions.CHOOSE_LOOK.allows(actor, None),
            order=73,
        ),
        HelpPage(
            "console.device",
            _("Les ordinateurs partagés"),
            ("console:device",),
            lambda actor: permissions.SHARE_COMPUTERS.allows(actor, None),
            order=74,
        ),
        HelpPage(
            "console.work",
            _("Les tâches en échec"),
            ("console:work",),
            lambda actor: permissions.HANDLE_WORK.allows(actor, None),
            order=78,
        ),
    ),
    first_steps=(
        FirstStep(
            "console.home",
            _("Ouvrir l’administration"),
            _("Le journal, ce qui a échoué, et si l’espace se porte bien."),
            lambda actor: reverse("console:home"),
            lambda actor: _visits(actor) and not permissions.manages(actor),
            order=5,
        ),
    ),
    settings=(
        Entry(
            _("Apparence"),
            "console:look",
            "eye",
            lambda actor: permissions.CHOOSE_LOOK.allows(actor, None),
            order=50,
        ),
        Entry(
            _("Cet ordinateur est partagé"),
            "console:device",
            "lock",
            lambda actor: permissions.SHARE_COMPUTERS.allows(actor, None),
            order=60,
        ),
    ),
    awaits=(_failed,),
    permissions=(
        permissions.READ_JOURNAL,
        permissions.EXPORT_JOURNAL,
        permissions.READ_READINGS,
        permissions.HANDLE_WORK,
        permissions.CHOOSE_LOOK,
        permissions.SHARE_COMPUTERS,
    ),
    acts=(
        Act(
            "console.journal_exported",
            _("{who} a exporté le journal (lignes : {rows})"),
            Family.UPKEEP,
        ),
        Act(
            "console.accent_chosen",
            _("{who} a choisi la couleur de l’établissement : {accent}"),
            Family.SETTINGS,
            words={"accent": dict(Accent.choices)},
        ),
        Act(
            "console.computer_shared",
            _("{who} a marqué un ordinateur comme partagé (minutes sans activité : {minutes})"),
            Family.SETTINGS,
        ),
        Act(
            "console.computer_unshared",
            _("{who} a retiré à un ordinateur sa marque d’ordinateur partagé"),
            Family.SETTINGS,
        ),
        Act("console.work_replayed", _("{who} a relancé une tâche en échec : {work}"), Family.UPKEEP),
        Act("console.all_work_replayed", _("{who} a relancé les tâches en échec ({tasks})"), Family.UPKEEP),
        Act(
            "console.work_abandoned",
            _("{who} a abandonné une tâche en échec : {work} ({reason})"),
            Family.UPKEEP,
            words={"reason": dict(Reason.choices)},
        ),
    ),
    labels=(Labels(WORK, work.names, _("une tâche qui n’existe plus")),),
    about=(
        About("directory.personrecord", _("Historique"), "history", _history("person")),
        About("directory.group", _("Historique"), "history", _history("group")),
    ),
    keeps=(
        Keeps(
            "Entry",
            _("ce que vous avez fait, quand, sous quel profil, sur quel type d’appareil et quel réseau"),
            _("un an"),
        ),
        Keeps(
            "Reading", _("les coordonnées que vous avez consultées, et qui a consulté les vôtres"), _("un an")
        ),
    ),
)
