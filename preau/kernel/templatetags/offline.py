"""What a page says when the line is weak: docs/bad-line.md."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from preau.kernel.web.errors import logout_path

register = template.Library()


@register.inclusion_tag("offline/_waiting.html", takes_context=True)
def waiting_line(context: Context) -> dict[str, Any]:
    """Where the page says what waits to be sent, and under which mark this browser keeps it. Once a page."""
    person = str(context["actor"].person_id)
    words = {
        "waiting": [_("Hors ligne : 1 saisie en attente."), _("Hors ligne : {n} saisies en attente.")],
        "sent": [_("1 saisie en attente est enregistrée."), _("{n} saisies en attente sont enregistrées.")],
        "out": [
            _("Session terminée : 1 saisie attend que vous vous reconnectiez."),
            _("Session terminée : {n} saisies attendent que vous vous reconnectiez."),
        ],
        "leaving": [
            _("1 saisie attend encore d’être envoyée. Se déconnecter l’efface."),
            _("{n} saisies attendent encore d’être envoyées. Se déconnecter les efface."),
        ],
        "refused": _("Une saisie en attente n’a pas été acceptée. {said}"),
        "late": _("Elle a plus d’un jour : relisez-la et envoyez-la de nouveau."),
        "take": _("Reprendre cette saisie"),
        "signIn": _("Se reconnecter"),
        "leave": _("Se déconnecter et effacer"),
        "close": _("Fermer"),
        "nothing": _("Hors ligne : rien n’est parti, votre saisie reste ici."),
        "found": _("Saisie retrouvée"),
        "changed": _("Saisie retrouvée. Ces informations ont changé depuis : comparez avant d’enregistrer."),
        "drop": _("Effacer"),
    }
    return {
        "mark": salted_hmac("preau.offline.mark", person, algorithm="sha256").hexdigest()[:16],
        "words": words,
        "logout": logout_path(),
    }
