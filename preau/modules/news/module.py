from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit.acts import Act, Family
from preau.kernel.audit.labels import Labels
from preau.kernel.modules import (
    Channel,
    Entry,
    FirstStep,
    HelpPage,
    HomeBlock,
    Keeps,
    Module,
    NoticeKind,
    Urgency,
)
from preau.kernel.ui.days import Awaited
from preau.modules.directory.api import Duty
from preau.modules.news import permissions, selectors

AT_MOST = 3  # drafts on the home: all of them stand among the announcements


def _reads(actor: Actor) -> bool:
    return bool(actor.standings) and not actor.has_duty(Duty.OVERSEE)


def _writes(actor: Actor) -> bool:
    return permissions.WRITE.allows(actor, None)


def _latest(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    latest = selectors.latest(actor) if _reads(actor) else None
    if latest and latest["unread"]:
        words = ngettext("%(total)d nouvelle annonce", "%(total)d nouvelles annonces", latest["unread"])
        latest |= {"news": words % {"total": latest["unread"]}, "anchor": "block-news"}
    return latest


def _drafts(actor: Actor) -> list[Awaited]:
    """What they began to write and have not published."""
    if not _writes(actor):
        return []
    return [
        Awaited(
            label=gettext("Brouillon : %(title)s") % {"title": draft},
            action=gettext("Continuer"),
            url=reverse("news:announcement_edit", args=[draft.uuid]),
            icon="pencil",
        )
        for draft in selectors.drafts_of(actor)[:AT_MOST]
    ]


MODULE = Module(
    name="news",
    label=_("Annonces"),
    urls="preau.modules.news.urls",
    navigation=(Entry(_("Annonces"), "news:announcement_list", "megaphone", _reads, order=15),),
    home_blocks=(HomeBlock("news.latest", "news/_block_latest.html", _latest, _("Annonces"), order=5),),
    awaits=(_drafts,),
    permissions=(permissions.WRITE,),
    help=(
        HelpPage(
            "news.read",
            _("Lire les annonces"),
            ("news:announcement_list", "news:announcement_detail"),
            order=15,
        ),
        HelpPage(
            "news.write",
            _("Écrire une annonce"),
            ("news:announcement_new", "news:announcement_edit"),
            _writes,
            order=16,
        ),
    ),
    first_steps=(
        FirstStep(
            "news.write",
            _("Écrire une première annonce"),
            _("Aux personnels, aux familles, aux élèves ; un brouillon n’est vu que de vous."),
            lambda actor: reverse("news:announcement_new"),
            _writes,
            order=30,
        ),
        FirstStep(
            "news.read",
            _("Lire les annonces"),
            _("Ce que l’établissement vous dit. Les nouvelles sont marquées."),
            lambda actor: reverse("news:announcement_list"),
            lambda actor: _reads(actor) and not _writes(actor),
            order=30,
        ),
    ),
    notices=(
        # A class outing is no reason to ring: it comes in the summary, unless one wants it at once.
        NoticeKind(
            selectors.ANNOUNCED,
            _("Annonces de l’établissement"),
            selectors.announcement_words,
            urgency=Urgency.DIGEST,
            default=(Channel.EMAIL,),
        ),
    ),
    acts=(
        Act("news.announcement_published", _("{who} a publié l’annonce « {record} »"), Family.EXCHANGES),
        Act("news.announcement_revised", _("{who} a modifié l’annonce « {record} »"), Family.EXCHANGES),
        Act("news.file_attached", _("{who} a joint un fichier à l’annonce « {record} »"), Family.EXCHANGES),
        Act(
            "news.file_removed", _("{who} a supprimé un fichier de l’annonce « {record} »"), Family.EXCHANGES
        ),
        Act("news.file_restored", _("{who} a repris un fichier de l’annonce « {record} »"), Family.EXCHANGES),
        Act("news.announcement_withdrawn", _("{who} a retiré l’annonce « {record} »"), Family.EXCHANGES),
        Act(
            "news.announcement_restored", _("{who} a remis en ligne l’annonce « {record} »"), Family.EXCHANGES
        ),
    ),
    attachments=(selectors.FILE,),
    labels=(Labels("news.announcement", selectors.titles, _("effacée depuis")),),
    keeps=(
        Keeps("Announcement", _("ce que vous avez publié, et votre nom"), _("l’année scolaire, puis un an")),
        Keeps(
            "Attachment",
            _("les fichiers que vous avez joints à une annonce"),
            _("l’année scolaire, puis un an ; supprimés, 7 jours"),
        ),
        Keeps("Withdrawal", _("qui a retiré une annonce, et quand"), _("l’année scolaire, puis un an")),
        Keeps("Reading", _("le jour où vous avez ouvert une annonce"), _("l’année scolaire")),
    ),
    demo="preau.modules.news.demo.build",
)
