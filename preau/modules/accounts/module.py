from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from preau.kernel.audit.acts import Act, Family
from preau.kernel.modules import FirstStep, HelpPage, Keeps, Module

MODULE = Module(
    name="accounts",
    label=_("Comptes"),
    urls="preau.modules.accounts.urls",
    keeps=(
        Keeps(
            "Account",
            _(
                "identifiant, courriel, empreinte du mot de passe, réglages de confort et d’accueil,"
                " premiers pas vus"
            ),
            _("tant que la personne a un accès, puis un an"),
        ),
    ),
    help=(
        HelpPage(
            "accounts.login",
            _("Se connecter"),
            ("accounts:login", "accounts:session"),
            for_visitors=True,
            order=1,
        ),
        HelpPage("accounts.comfort", _("Confort de lecture"), ("accounts:comfort",), order=60),
    ),
    first_steps=(
        FirstStep(
            "accounts.comfort",
            _("Régler l’affichage"),
            _("Couleurs, taille du texte, lecture facilitée : sur tous vos appareils."),
            lambda actor: reverse("accounts:comfort"),
            lambda actor: True,
            done=lambda account, actor: bool(account.comfort),
            order=60,
        ),
    ),
    acts=(
        Act("accounts.opened", _("{who} a ouvert un compte à {record}"), Family.ACCOUNTS),
        Act("accounts.session_opened", _("{who} a ouvert une session"), Family.ACCOUNTS),
        Act(
            "accounts.tries_refused",
            _(
                "Trop de mots de passe erronés pour le compte de {record} :"
                " les essais suivants ont été refusés"
            ),
            Family.ACCOUNTS,
        ),
    ),
    demo="preau.modules.accounts.demo.build",
)
