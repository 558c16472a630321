"""The colour of a school: a hue among twelve, by name. Lightness is ours, so text can be read on each."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Accent(TextChoices):
    BLUE = "blue", _("Bleu")
    INDIGO = "indigo", _("Indigo")
    VIOLET = "violet", _("Violet")
    RASPBERRY = "raspberry", _("Framboise")
    BRICK = "brick", _("Brique")
    COPPER = "copper", _("Cuivre")
    OCHRE = "ochre", _("Ocre")
    OLIVE = "olive", _("Olive")
    GREEN = "green", _("Vert")
    EMERALD = "emerald", _("Émeraude")
    LAGOON = "lagoon", _("Lagon")
    AZURE = "azure", _("Azur")


HUES: Final = {  # degrees of OKLCH, as `console/css/swatch.css` shows them
    Accent.BLUE: 258,
    Accent.INDIGO: 280,
    Accent.VIOLET: 305,
    Accent.RASPBERRY: 350,
    Accent.BRICK: 25,
    Accent.COPPER: 50,
    Accent.OCHRE: 80,
    Accent.OLIVE: 115,
    Accent.GREEN: 145,
    Accent.EMERALD: 165,
    Accent.LAGOON: 195,
    Accent.AZURE: 232,
}


def sheet_of(accent: str) -> str:
    """Path of the static file a page links after its own sheet."""
    return f"ui/css/accent-{accent}.css"


def rule_of(accent: str) -> str:
    """What that file holds. Raises `ValueError` for a colour nobody offers."""
    return f"@layer tokens {{\n:root {{\n--accent-hue: {HUES[Accent(accent)]};\n}}\n}}\n"
