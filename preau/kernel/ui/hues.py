"""Twelve soft hues that people and subjects keep everywhere: `css/hues.css`, tokens `--tint…`."""

from binascii import crc32
from typing import Final

HUES: Final = 12


def hue_of(name: str) -> int:
    """The same for one name in every place and year: case and blanks around it do not count."""
    return crc32(name.strip().casefold().encode()) % HUES
