"""Pictures from outside are decoded and drawn anew: what hid in the file, where it was taken, and
whatever else it pretended to be, stay behind."""

import warnings
from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from preau.kernel.rules import RuleBroken

RASTER = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
MOST_PIXELS = 50_000_000  # 200 MB while it is decoded
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# Few at once: a picture takes memory in proportion to what it says it is, not to what was sent.
_decoding = BoundedSemaphore(2)


class ImageRefused(RuleBroken):
    """Nothing of the picture was kept."""


@dataclass(frozen=True)
class Redrawn:
    content: bytes
    media_type: str
    ending: str
    width: int
    height: int


def redraw(file: BinaryIO, *, longest_side: int = 4096) -> Redrawn:
    """The picture upright, at most `longest_side` wide or high, and nothing else of the file.

    JPEG stays JPEG; a picture with transparency becomes PNG; WebP stays WebP; of a moving GIF the first
    view is kept.
    """
    with _decoding:
        picture, kind = _decoded(file, longest_side)
        picture.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
        if kind in ("PNG", "GIF"):
            return _written(picture, "PNG", "image/png", "png", optimize=False)
        if kind == "WEBP":
            return _written(picture, "WEBP", "image/webp", "webp", quality=88)
        return _written(picture.convert("RGB"), "JPEG", "image/jpeg", "jpg", quality=88, progressive=True)


def square(file: BinaryIO, side: int) -> Redrawn:
    """The middle, a little towards the top where faces are, as WebP."""
    with _decoding:
        picture, _kind = _decoded(file, side * 2)
        fitted = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS, centering=(0.5, 0.35))
        return _written(fitted, "WEBP", "image/webp", "webp", quality=82)


def reduced(file: BinaryIO, side: int) -> Redrawn:
    """The whole of it, at most `side` wide or high, as WebP. A smaller one keeps its measure."""
    with _decoding:
        picture, _kind = _decoded(file, side)
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        return _written(picture, "WEBP", "image/webp", "webp", quality=82)


def _decoded(file: BinaryIO, side: int) -> tuple[Image.Image, str]:
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=_FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise ImageRefused(
                        _("Cette image est trop grande (%(width)d × %(height)d pixels). Réduisez-la d’abord.")
                        % {"width": opened.width, "height": opened.height}
                    )
                kind = opened.format or ""
                if kind == "JPEG":
                    # Decodes at a smaller scale where that is enough: six times less time and memory.
                    opened.draft("RGB", (side, side))
                opened.load()
                upright = ImageOps.exif_transpose(opened) or opened
                mode = "RGBA" if upright.has_transparency_data else "RGB"
                # Pixels only: no profile, no text, no second view.
                plain = Image.new(mode, upright.size)
                plain.paste(upright.convert(mode))
                return plain, kind
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise ImageRefused(_("Cette image est démesurément grande. Réduisez-la d’abord.")) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, EOFError) as broken:
        raise ImageRefused(
            _("Cette image est abîmée, ou n’est pas une image. Choisissez un fichier JPEG, PNG ou WebP.")
        ) from broken


def _written(picture: Image.Image, kind: str, media_type: str, ending: str, **options: object) -> Redrawn:
    made = BytesIO()
    picture.save(made, kind, **options)
    return Redrawn(made.getvalue(), media_type, ending, picture.width, picture.height)
