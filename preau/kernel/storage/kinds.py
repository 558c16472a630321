"""What may be attached to what: declared by a module in its `module.py`, asked here by its code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.intake import images
from preau.kernel.intake.types import ACTIVE, PDF, TEXT, ZIP
from preau.kernel.modules import modules

MB: Final = 1_000_000

IMAGES: Final = images.RASTER
OFFICE: Final = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.oasis.opendocument.graphics",
        "application/rtf",
    }
)
SOUNDS: Final = frozenset({"audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav"})
FILMS: Final = frozenset({"video/mp4", "video/webm", "video/quicktime"})
DOCUMENTS: Final = IMAGES | OFFICE | SOUNDS | FILMS | {PDF, TEXT, ZIP}

_WORDS: Final = ((IMAGES, _("une image JPEG, PNG ou WebP")), (frozenset({PDF}), _("un PDF")))


@dataclass(frozen=True)
class Variant:
    """A smaller view of a picture, WebP, made when it is attached: its middle, or `whole` and at most
    `side` wide or high."""

    name: str
    side: int
    whole: bool = False


@dataclass(frozen=True)
class AttachmentKind:
    """Files of one kind, on rows of one model. All rights are asked of the owner row.

    `visible_to`: the owners whose files of this kind the actor may read, as a queryset; elsewhere 404.
    `may_attach`: of an owner they may read or `known_to` them, whether they may add and remove; else 403.
    `check`: raises `RuleBroken` where the owner's state forbids a new file. Called before the first byte
    and again before the row.
    """

    code: str
    owner: str  # "app.Model", school-owned, with a uuid
    label: Any
    visible_to: "Callable[[Actor], QuerySet[Any]]"
    may_attach: Callable[[Actor, Any], bool]
    known_to: "Callable[[Actor], QuerySet[Any]] | None" = None  # to attach to; `visible_to` if not given
    check: "Callable[[Actor, Any], None] | None" = None
    attached: "Callable[[Actor, Any], None] | None" = None  # told in the transaction, however the file came
    accepts: frozenset[str] = DOCUMENTS
    largest: int = 20 * MB
    only_one: bool = False  # a new file takes the place of the one before
    longest_side: int = 4096  # of a picture, in pixels; larger ones are made smaller
    variants: tuple[Variant, ...] = ()
    # The variant a rich text shows of a picture. Files of a kind without one stand in no text.
    in_texts: str = ""

    def __post_init__(self) -> None:
        if self.accepts & ACTIVE:
            raise ValueError(f"{self.code} accepts what acts in a browser")

    @property
    def model(self) -> "type[Model]":
        return apps.get_model(self.owner)

    def owners_to_attach_to(self, actor: Actor) -> "QuerySet[Any]":
        return (self.known_to or self.visible_to)(actor)

    @property
    def what_it_takes(self) -> Any:
        """In words, for a refusal and beside the button."""
        for accepted, words in _WORDS:
            if self.accepts <= accepted:
                return words
        return _(
            "une image, un PDF, un document de bureautique, un texte, un son, un film ou une archive ZIP"
        )


@cache
def kinds() -> Mapping[str, AttachmentKind]:
    found: dict[str, AttachmentKind] = {}
    for module in modules():
        for kind in module.attachments:
            if kind.code in found or not kind.code.startswith(f"{module.name}."):
                raise ValueError(f"{kind.code}: a kind is declared once, by the module its code begins with")
            found[kind.code] = kind
    return found
