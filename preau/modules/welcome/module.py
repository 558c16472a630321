from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit.acts import Act, Family
from preau.kernel.modules import Entry, FirstStep, HelpPage, HomeBlock, Keeps, Module
from preau.modules.welcome import permissions
from preau.modules.welcome.selectors import closings, steps


def _edits_card(actor: Actor) -> bool:
    return permissions.EDIT_CARD.allows(actor, None)


def _announces_closing(actor: Actor) -> bool:
    return permissions.ANNOUNCE_CLOSING.allows(actor, None)


def _publishes_charter(actor: Actor) -> bool:
    return permissions.PUBLISH_CHARTER.allows(actor, None)


def _reads_charter(actor: Actor) -> bool:
    return actor.only is not None and actor.hat.profile != "authority" and not _publishes_charter(actor)


def _charter(actor: Actor) -> str:
    assert actor.only is not None
    return reverse("welcome:charter", args=[actor.only.school.uuid])


MODULE = Module(
    name="welcome",
    label=_("Accueil des visiteurs"),
    urls="preau.modules.welcome.urls",
    home_blocks=(
        HomeBlock(
            "welcome.closing",
            "welcome/_block_closing.html",
            closings.block,
            _("Fermeture"),
            order=0,
            on_top=True,
        ),
        HomeBlock(
            "welcome.first_steps",
            "welcome/_block_first_steps.html",
            steps.block,
            _("Premiers pas"),
            order=1,
            on_top=True,
        ),
    ),
    settings=(
        Entry(_("Fiche publique"), "welcome:card_edit", "school", _edits_card, order=10),
        Entry(_("Charte d’usage"), "welcome:charter_edit", "book-open", _publishes_charter, order=20),
        Entry(_("Message de fermeture"), "welcome:closing", "lock", _announces_closing, order=30),
    ),
    permissions=(permissions.EDIT_CARD, permissions.ANNOUNCE_CLOSING, permissions.PUBLISH_CHARTER),
    acts=(
        Act(
            "welcome.card_written",
            _("{who} a modifié la fiche publique de {record}"),
            Family.SETTINGS,
        ),
        Act(
            "welcome.school_listed",
            _("{who} a mis {record} dans la liste des établissements"),
            Family.SETTINGS,
        ),
        Act(
            "welcome.school_unlisted",
            _("{who} a retiré {record} de la liste des établissements"),
            Family.SETTINGS,
        ),
        Act(
            "welcome.closing_announced",
            _("{who} a annoncé une fermeture de {record}, du {first_day} au {last_day}"),
            Family.SETTINGS,
        ),
        Act(
            "welcome.closing_withdrawn",
            _("{who} a retiré le message de fermeture de {record}"),
            Family.SETTINGS,
        ),
        Act(
            "welcome.charter_published",
            _("{who} a publié la charte de {record} (version {number})"),
            Family.SETTINGS,
        ),
    ),
    help=(
        HelpPage(
            "welcome.visitors",
            _("Sans être connecté"),
            (
                *("welcome:school_card", "welcome:notice", "welcome:personal_data"),
                *("welcome:accessibility", "welcome:status", "offline:page"),
            ),
            for_visitors=True,
            order=90,
        ),
        HelpPage(
            "welcome.charter",
            _("La charte d’usage"),
            ("welcome:charter", "welcome:charter_version"),
            for_visitors=True,
            order=80,
        ),
        HelpPage(
            "welcome.help",
            _("Se servir de l’aide"),
            ("welcome:help_list", "welcome:help_page"),
            for_visitors=True,
            order=95,
        ),
        HelpPage(
            "welcome.card", _("La fiche publique"), ("welcome:card_edit",), shown_to=_edits_card, order=71
        ),
        HelpPage(
            "welcome.closing",
            _("Annoncer une fermeture"),
            ("welcome:closing",),
            shown_to=_announces_closing,
            order=72,
        ),
        HelpPage(
            "welcome.publish_charter",
            _("Publier la charte"),
            ("welcome:charter_edit",),
            shown_to=_publishes_charter,
            order=73,
        ),
    ),
    first_steps=(
        FirstStep(
            "welcome.charter",
            _("Lire la charte"),
            _("Ce que chacun peut attendre des autres ici. Cinq minutes."),
            _charter,
            _reads_charter,
            order=50,
        ),
        FirstStep(
            "welcome.card",
            _("Remplir la fiche publique"),
            _("Adresse, téléphone, quelques mots : ce que voit une famille avant de se connecter."),
            lambda actor: reverse("welcome:card_edit"),
            _edits_card,
            order=10,
        ),
        FirstStep(
            "welcome.publish_charter",
            _("Publier la charte d’usage"),
            _("Un texte est prêt, pour les élèves et pour les adultes : relisez-le et publiez."),
            lambda actor: reverse("welcome:charter_edit"),
            _publishes_charter,
            order=11,
        ),
    ),
    keeps=(
        Keeps(
            "Charter",
            _("qui a publié chaque version de la charte"),
            _("tant que l’établissement a son espace"),
        ),
    ),
    demo="preau.modules.welcome.demo.build",
)
