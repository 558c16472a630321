"""The pages the law asks of an instance: from the settings of its owner, and from what the modules keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.utils.translation import gettext_lazy as _

from preau.kernel.modules import Keeps, modules

# What the law on trust in the digital economy, the GDPR and the RGAA ask for by name.
NEEDED = {
    "owner": _("qui met cet espace à disposition"),
    "owner_address": _("son adresse"),
    "owner_email": _("son courriel"),
    "publisher": _("qui dirige la publication"),
    "host": _("qui l’héberge"),
    "host_address": _("l’adresse de l’hébergeur"),
    "host_phone": _("le téléphone de l’hébergeur"),
    "dpo": _("comment joindre le délégué à la protection des données"),
}


@dataclass(frozen=True)
class Kept:
    label: Any
    keeps: Sequence[Keeps]


def missing() -> list[str]:
    return [name for name in NEEDED if not settings.INSTANCE[name]]


def personal_data() -> list[Kept]:
    """By service, in the order of the floors."""
    return [Kept(module.label, module.keeps) for module in modules() if module.keeps]


def check_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    names = [f"INSTANCE_{name.upper()}" for name in missing()]
    if not names:
        return []
    return [
        Warning(
            "The legal pages say that the owner of the instance has not filled: " + ", ".join(names),
            hint="docs/visitors.md says what each is.",
            id="welcome.W001",
        )
    ]
