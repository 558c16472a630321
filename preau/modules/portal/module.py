from django.utils.translation import gettext_lazy as _

from preau.kernel.modules import Entry, Module

MODULE = Module(
    name="portal",
    label=_("Accueil"),
    urls="preau.modules.portal.urls",
    navigation=(Entry(_("Accueil"), "portal:home", "home", lambda actor: True, order=0),),
)
