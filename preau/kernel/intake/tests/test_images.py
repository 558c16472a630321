import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from preau.kernel.intake.images import ImageRefused, redraw, square
from preau.kernel.intake.testing import picture


def _camera() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: turn it by a quarter
    exif[0x010F] = "AppareilDeFamille"
    exif.get_ifd(0x8825)[2] = (48.0, 54.0, 0.0)
    return exif.tobytes()


def test_where_and_with_what_it_was_taken_stays_behind_and_it_stands_upright() -> None:
    sent = picture("JPEG", (640, 480), exif=_camera())
    assert b"AppareilDeFamille" in sent

    made = redraw(BytesIO(sent))

    assert (made.width, made.height) == (480, 640)
    assert b"AppareilDeFamille" not in made.content
    assert not Image.open(BytesIO(made.content)).getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_was_added_to_a_picture_does_not_survive(kind: str) -> None:
    hidden = b"<script>alert(1)</script>"
    made = redraw(BytesIO(picture(kind) + hidden + b"PK\x03\x04"))
    assert hidden not in made.content
    assert b"PK\x03\x04" not in made.content


def test_a_comment_that_is_a_program_does_not_survive() -> None:
    drawn = Image.new("RGB", (20, 20))
    written = BytesIO()
    drawn.save(written, "JPEG", comment=b"<?php system($_GET['c']); ?>")
    assert b"php" not in redraw(BytesIO(written.getvalue())).content


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    head = struct.pack("!LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_000, 8_000), (2_000_000, 1_000)])
def test_a_picture_that_says_it_is_immense_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(ImageRefused, match="grande"):
        redraw(BytesIO(_png(*size)))


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8\xff", picture("JPEG")[:800], picture("PNG")[:200], b"GIF89a", b"<svg/>", _png(100, 100)],
)
def test_a_broken_picture_is_said(content: bytes) -> None:
    with pytest.raises(ImageRefused, match="abîmée"):
        redraw(BytesIO(content))


def test_a_large_picture_is_made_smaller_and_transparency_stays() -> None:
    clear = BytesIO()
    Image.new("RGBA", (3000, 1000), (0, 0, 0, 0)).save(clear, "PNG")
    made = redraw(clear, longest_side=600)
    assert (made.width, made.height, made.media_type) == (600, 200, "image/png")
    assert Image.open(BytesIO(made.content)).mode == "RGBA"


def test_a_small_view_is_a_square() -> None:
    made = square(BytesIO(picture("JPEG", (900, 300))), 96)
    assert (made.width, made.height, made.media_type) == (96, 96, "image/webp")
    assert len(made.content) < 4_000
