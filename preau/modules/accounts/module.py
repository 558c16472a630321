from django.utils.translation import gettext_lazy as _

from preau.kernel.modules import Keeps, Module

MODULE = Module(
    name="accounts",
    label=_("Comptes"),
    urls="preau.modules.accounts.urls",
    keeps=(
        Keeps(
            "Account",
            _("identifiant, courriel, empreinte du mot de passe"),
            _("tant que la personne a un accès, puis un an"),
        ),
    ),
    demo="preau.modules.accounts.demo.build",
)
