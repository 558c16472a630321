from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit.acts import Act, Family
from preau.kernel.modules import Channel, FirstStep, HelpPage, Keeps, Module, NoticeKind, TopItem, Urgency
from preau.modules.notifications import permissions, topics
from preau.modules.notifications.selectors import files, top


def _bell(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    return top.bell(actor)


MODULE = Module(
    name="notifications",
    label=_("Avis"),
    urls="preau.modules.notifications.urls",
    top_items=(TopItem("notifications.bell", "notifications/_bell.html", _bell, order=20),),
    permissions=(permissions.SET_HOURS,),
    help=(
        HelpPage("notifications.notices", _("Les avis"), ("notifications:notice_list",), order=50),
        HelpPage("notifications.preferences", _("Être prévenu"), ("notifications:preferences",), order=51),
        HelpPage(
            "notifications.unsubscribe",
            _("Ne plus recevoir une sorte de courriel"),
            ("notifications:unsubscribe",),
            for_visitors=True,
            order=52,
        ),
        HelpPage(
            "notifications.hours",
            _("Les heures d’envoi"),
            ("notifications:school_hours",),
            lambda actor: permissions.SET_HOURS.allows(actor, None),
            order=74,
        ),
    ),
    first_steps=(
        FirstStep(
            "notifications.preferences",
            _("Choisir comment être prévenu"),
            _("Par courriel, sur vos appareils, en un résumé par jour, et à quelles heures."),
            lambda actor: reverse("notifications:preferences"),
            lambda actor: bool(actor.standings),
            order=40,
        ),
    ),
    notices=(
        NoticeKind(
            "notifications.trial",
            _("Essai"),
            top.trial_words,
            urgency=Urgency.URGENT,
            channels=(Channel.EMAIL, Channel.PUSH),
            may_be_silenced=False,  # one asks for it oneself
            kept_days=7,
        ),
        NoticeKind(
            files.INFECTED,
            _("Un fichier refusé"),
            files.infected_words,
            urgency=Urgency.NORMAL,
            may_be_silenced=False,  # the computer it came from needs care
        ),
    ),
    acts=(
        Act(
            "notifications.infected_file",
            _("Un fichier déposé par {record} contient un virus : il ne s’ouvre à personne ({who})"),
            Family.UPKEEP,
        ),
        Act(
            "notifications.hours_set",
            _("{who} a fixé les heures d’envoi des messages et le nombre de SMS par mois ({sms})"),
            Family.SETTINGS,
        ),
    ),
    keeps=(
        Keeps("Notice", _("ce qui vous a été annoncé, et quand vous l’avez lu"), _("un an")),
        Keeps("Delivery", _("les messages qui vous ont été envoyés, sans leur texte"), _("un an")),
        Keeps("Preference", _("ce que vous voulez recevoir, et comment"), _("tant que vous avez un accès")),
        Keeps("PersonHours", _("vos heures de tranquillité"), _("tant que vous avez un accès")),
        Keeps(
            "PushSubscription",
            _("les navigateurs qui montrent vos avis"),
            _("jusqu’à ce que vous les retiriez, ou qu’ils ne répondent plus"),
        ),
        Keeps(
            "AddressDoubt",
            _("celles de vos adresses qui ne reçoivent plus"),
            _("tant que l’adresse est au dossier"),
        ),
    ),
    live_topics=(topics.NOTICES,),
    demo="preau.modules.notifications.demo.build",
)
