import re

from django import template
from django.utils.safestring import SafeString

from preau.kernel.richtext.render import shown

register = template.Library()

# What begins a line of a text without its form: a list's sign or number, a quotation's, a title's.
_SIGN = re.compile(r"^(?:[-*>]|#{1,4}|\d+\.)\s+")


@register.filter
def rich(html: str | None) -> SafeString:
    """`{{ announcement.body|rich }}`: a kept rich text as it is shown to whoever acts."""
    return shown(html or "")


@register.filter
def opening(text: str) -> str:
    """`{{ announcement.excerpt|opening }}`: how a text begins, as a sentence: without the signs of lists,
    and without what says nothing in one line, rows of tables and formulas."""
    said, row = "", False
    for line in text.splitlines():
        words = _SIGN.sub("", line.strip())
        # What follows a row is one, even where the text was cut before its sign.
        row = bool(words) and (row or " | " in words)
        if words and not row and not words.startswith("\\"):
            said += ("" if not said else " " if said[-1] in ".,:;?!…" else " · ") + words
    return said
