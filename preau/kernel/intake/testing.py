"""Pictures for anyone's tests, of nobody."""

from io import BytesIO

from PIL import Image, ImageDraw


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (640, 480), *, exif: bytes = b"", hue: int = 200
) -> bytes:
    """A drawn face, with `exif` as a camera would write it."""
    drawn = Image.new("RGB", size, (hue, 210, 235))
    pen, (width, height) = ImageDraw.Draw(drawn), size
    pen.ellipse((width * 0.3, height * 0.1, width * 0.7, height * 0.7), fill=(236, 200, 170))
    pen.rectangle((width * 0.2, height * 0.75, width * 0.8, height), fill=(60, 90, hue))
    written = BytesIO()
    drawn.save(written, kind, **({"exif": exif} if exif else {}))
    return written.getvalue()
