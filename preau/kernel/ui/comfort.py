"""How a person wants every page to look: kept with their account, so that it follows them to each device."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Theme(TextChoices):
    AUTO = "auto", _("Comme l’appareil")
    LIGHT = "light", _("Clair")
    DARK = "dark", _("Sombre")


class Contrast(TextChoices):
    AUTO = "auto", _("Comme l’appareil")
    MORE = "more", _("Renforcé")


class TextSize(TextChoices):
    NORMAL = "normal", _("Normale")
    LARGE = "large", _("Grande")
    LARGER = "larger", _("Très grande")


class Reading(TextChoices):
    USUAL = "usual", _("Habituelle")
    EASIER = "easier", _("Facilitée : lettres faciles à distinguer, lignes courtes et espacées")


class Motion(TextChoices):
    AUTO = "auto", _("Comme l’appareil")
    LESS = "less", _("Sans animation")


class Sheet(NamedTuple):
    path: str  # of the static file
    media: str  # when the browser applies it; the others are fetched last


CHOICES: Final[Mapping[str, type[TextChoices]]] = {
    "theme": Theme,
    "contrast": Contrast,
    "text": TextSize,
    "reading": Reading,
    "motion": Motion,
}
_DARK = "(prefers-color-scheme: dark)"


@dataclass(frozen=True)
class Comfort:
    theme: str = Theme.AUTO
    contrast: str = Contrast.AUTO
    text: str = TextSize.NORMAL
    reading: str = Reading.USUAL
    motion: str = Motion.AUTO

    @classmethod
    def of(cls, kept: Any) -> "Comfort":
        """From what was kept. What no choice offers (any more) is left as the device has it."""
        known = kept if isinstance(kept, Mapping) else {}
        return cls(
            **{name: known[name] for name, offered in CHOICES.items() if known.get(name) in offered.values}
        )

    def kept(self) -> dict[str, str]:
        """What differs from the usual: most people keep nothing."""
        usual = asdict(Comfort())
        return {name: str(value) for name, value in asdict(self).items() if value != usual[name]}

    @property
    def schemes(self) -> str:
        """Of the browser's own parts: scroll bars, fields of dates."""
        return "light dark" if self.theme == Theme.AUTO else self.theme

    def sheets(self) -> Iterator[Sheet]:
        """Beside the one every page has. Paper stays light."""
        if self.theme != Theme.LIGHT:
            yield Sheet("ui/css/dark.css", f"screen and {_DARK}" if self.theme == Theme.AUTO else "screen")
        yield Sheet(
            "ui/css/contrast.css", "(prefers-contrast: more)" if self.contrast == Contrast.AUTO else "all"
        )
        yield Sheet(
            "ui/css/calm.css", "(prefers-reduced-motion: reduce)" if self.motion == Motion.AUTO else "all"
        )
        if self.reading == Reading.EASIER:
            yield Sheet("ui/css/reading.css", "all")

    def grounds(self) -> Iterator[Sheet]:
        """Colour of the browser's bar (as `path`), and when."""
        if self.theme != Theme.DARK:
            yield Sheet("#faf7f2", "(prefers-color-scheme: light)" if self.theme == Theme.AUTO else "all")
        if self.theme != Theme.LIGHT:
            yield Sheet("#191713", _DARK if self.theme == Theme.AUTO else "all")
