from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.clock import today, today_in
from preau.kernel.modules import Entry, FirstStep, HelpPage, HomeBlock, Module
from preau.modules.portal import permissions, selectors


def _day(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    line = selectors.day_line(actor)
    return {"line": line} if line else None


def _awaited(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    things = selectors.awaited(actor)
    day = today_in(actor.only.school) if actor.only else today()
    return {"things": things, "today": day} if things else None


MODULE = Module(
    name="portal",
    label=_("Accueil"),
    urls="preau.modules.portal.urls",
    navigation=(Entry(_("Accueil"), "portal:home", "home", lambda actor: True, order=0),),
    home_blocks=(
        HomeBlock("portal.day", "portal/_block_day.html", _day, _("Ma journée"), order=1, rare=True),
        HomeBlock(
            "portal.awaited", "portal/_block_awaited.html", _awaited, _("Ce qui m’attend"), order=2, rare=True
        ),
    ),
    permissions=(permissions.SEE_GALLERY,),
    help=(
        HelpPage("portal.home", _("L’accueil"), ("portal:home",), for_visitors=True, order=5),
        HelpPage("portal.arrange", _("Arranger son accueil"), ("portal:home_arrange",), order=6),
        HelpPage(
            "portal.search",
            _("Chercher"),
            ("portal:search",),
            shown_to=lambda actor: actor.hat.profile != "authority",
            order=40,
        ),
        HelpPage(
            "portal.gallery",
            _("La galerie des éléments d’interface"),
            ("portal:gallery", "portal:gallery_try"),
            shown_to=lambda actor: permissions.SEE_GALLERY.allows(actor, None),
            order=79,
        ),
    ),
    first_steps=(
        FirstStep(
            "portal.arrange",
            _("Arranger l’accueil"),
            _("Mettez en haut ce qui vous sert le plus, masquez le reste."),
            lambda actor: reverse("portal:home_arrange"),
            lambda actor: bool(actor.standings),
            done=lambda account, actor: actor.hat.profile in account.home,
            order=70,
        ),
    ),
)
