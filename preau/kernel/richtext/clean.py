"""The one door: whatever was typed, pasted or sent becomes HTML of the allow-list, and plain text."""

from dataclasses import dataclass

import nh3

from preau.kernel.richtext import allowed
from preau.kernel.richtext.allowed import TooLong
from preau.kernel.richtext.document import Block, plain, write
from preau.kernel.richtext.reading import blocks_of

__all__ = ["RichText", "TooLong", "clean", "kept", "sanitised"]


@dataclass(frozen=True)
class RichText:
    """`html` as it is kept: not yet shown. `text` for mail, search and notices."""

    html: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.html)


_cleaner = nh3.Cleaner(
    tags=set(allowed.TAGS),
    attributes={tag: set(names) for tag, names in allowed.ATTRIBUTES.items()},
    attribute_filter=allowed.attribute,
    url_schemes=set(allowed.SCHEMES),
    link_rel=None,
    clean_content_tags={"script", "style"},
)


def sanitised(html: str) -> str:
    """What nh3 leaves of it. Only for HTML that `write` has made: it bounds depth and size."""
    return _cleaner.clean(html)


def clean(html: str) -> RichText:
    """The same text cleaned twice is the same. Raises `TooLong`."""
    if len(html) > allowed.LONGEST_PASTE:
        raise TooLong()
    return kept(blocks_of(html))


def kept(blocks: list[Block]) -> RichText:
    """Raises `TooLong`."""
    written = write(blocks)
    if len(written.encode()) > allowed.LONGEST_TEXT:
        raise TooLong()
    return RichText(sanitised(written), plain(blocks))
