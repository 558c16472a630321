"""From the HTML that is kept to the HTML that is shown: formulas drawn, files resolved, links marked."""

import re
from html import escape, unescape
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from preau.kernel.access.acting import current_actor
from preau.kernel.access.actor import Actor
from preau.kernel.richtext.allowed import MOST_DRAWN
from preau.kernel.richtext.clean import sanitised
from preau.kernel.richtext.files import ShownFile, shown_files
from preau.kernel.richtext.formulas import NotAFormula, mathml

TALLEST = 600  # pixels of a page a picture may be high

# Each as `write` and nh3 leave it: an attribute's value holds no quote.
_FORMULA = re.compile(r'<(span|div) data-tex="([^"]*)"></(?:span|div)>')
_FILE = re.compile(r'<figure data-file="([^"]*)"(?: data-alt="([^"]*)")?></figure>')
_LINK = re.compile(r'<a href="([^"]*)">')
_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)


def shown(html: str, actor: Actor | None = None) -> SafeString:
    """`actor` reads the files; without, whoever acts now. Cleaned once more on its way: a row
    changed by hand, or kept under an older list, shows no more than the list of today allows."""
    if not html:
        return SafeString("")
    text = sanitised(html)
    if "data-file" in text:
        text = _with_files(text, actor or current_actor())
    text = _with_formulas(text)
    text = _LINK.sub(_link, text)
    text = _TABLE.sub(_table, text)
    return mark_safe(f'<div class="rich">{text}</div>')  # noqa: S308 - made of the allow-list and of this file


def formula(tex: str, *, display: bool = False) -> SafeString:
    """The formula drawn, or its source where it cannot be."""
    try:
        return mark_safe(mathml(tex, display))  # noqa: S308 - written anew from a list
    except NotAFormula:
        return _source(tex)


def _source(tex: str) -> SafeString:
    return mark_safe(f'<code class="rich__tex">{escape(tex)}</code>')  # noqa: S308 - escaped


def _with_formulas(text: str) -> str:
    left = MOST_DRAWN

    def draw(found: re.Match[str]) -> str:
        nonlocal left
        display, tex = found[1] == "div", unescape(found[2])
        left -= len(tex)
        drawn = formula(tex, display=display) if left >= 0 else _source(tex)
        return f'<div class="rich__formula">{drawn}</div>' if display else drawn

    return _FORMULA.sub(draw, text)


def _link(found: re.Match[str]) -> str:
    if found[1].startswith("/"):
        return found[0]
    outside = ' class="rich__outside"' if found[1].startswith("http") else ""
    return f'<a{outside} href="{found[1]}" rel="noopener nofollow ugc">'


def _table(found: re.Match[str]) -> str:
    rows = found[1].split("<tr>")
    for at, row in enumerate(rows[1:], start=1):
        rows[at] = row.replace("<th", f'<th scope="{"col" if at == 1 else "row"}"')
    label = escape(_("Tableau"))
    # A wide table scrolls by itself, with the keyboard too; the page stays.
    return (
        f'<div class="rich__scroll" role="region" tabindex="0" aria-label="{label}">'
        f"<table>{'<tr>'.join(rows)}</table></div>"
    )


def _with_files(text: str, actor: Actor | None) -> str:
    files = shown_files(actor, {UUID(found[1]) for found in _FILE.finditer(text)})

    def figure(found: re.Match[str]) -> str:
        return _figure(files.get(UUID(found[1])), found[2] or "")

    return _FILE.sub(figure, text)


def _place(file: ShownFile) -> str:
    """The place the page keeps for a picture. One taken upright would else fill two screens."""
    if not (file.width and file.height):
        return ""
    shrunk = min(1, TALLEST / file.height)
    return f' width="{round(file.width * shrunk)}" height="{round(file.height * shrunk)}"'


def _figure(file: ShownFile | None, alt: str) -> str:
    """`alt` is escaped already."""
    if file is None:
        gone = escape(_("Ce fichier n’est pas, ou plus, disponible pour vous."))
        return f'<p class="rich__gone">{gone}</p>'
    name, url = escape(file.name), escape(file.url)
    if file.preview:
        nameless = escape(_("Image sans description"))
        picture = f'<img src="{escape(file.preview)}" alt="{alt or nameless}" loading="lazy"{_place(file)}>'
        return f'<figure class="rich__picture"><a href="{url}">{picture}</a></figure>'
    weight = f' <span class="rich__weight">{escape(file.weight)}</span>' if file.weight else ""
    return f'<p class="rich__file"><a href="{url}">{alt or name}</a>{weight}</p>'
