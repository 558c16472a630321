"""What templates may not hold."""

import re

import pytest

from preau.kernel.templatetags import ui
from tests.elements import pages
from tests.elements.pages import KERNEL, PREAU, STATIC, TEMPLATES, UI

pytestmark = pytest.mark.urls(pages.__name__)


RAW = re.compile(r"<(button|input|select|textarea)\b", re.IGNORECASE)
INLINE = re.compile(
    r"<style\b|<script\b(?! type=\"module\" src=\"{% static '[^']+' %}\"></script>)"
    r"|\sstyle\s*=|\son[a-z]+\s*=|javascript:",
    re.IGNORECASE,
)
# What `css/rare/` draws.
RARE = re.compile(r"{% (chart|grid|filtered|day_line|awaited|sheet|sheet_boxes|letter)\b")
# The elements themselves, and the field people write texts in, which its editor takes over.
MAKES_ELEMENTS = (UI / "templates/ui", KERNEL / "richtext/templates/richtext/textarea.html")


def faults(template, source):
    """What a template may not hold. What is hidden is no widget."""
    # Mail programs read no sheet: a letter carries its style with it.
    shown = source if "emails" not in template.parts else re.sub(r"\sstyle=", " ", source)
    if INLINE.search(shown):
        yield "inline style or script"
    if "https://" in source.replace("https://www.w3.org", ""):
        yield "another host"
    makes = any(place == template or place in template.parents for place in MAKES_ELEMENTS)
    visible = re.sub(r"<input type=.hidden.[^>]*>", "", source)
    if RAW.search(visible) and not makes:
        yield "a raw widget"
    linked = "{% static 'ui/css/rare.css' %}" in source
    if RARE.search(source) and not linked and not _part(template):
        yield "a rare element without the sheet it is drawn with"
    for form in re.findall(r"<form\b.*?</form>", source, re.DOTALL):
        if re.search(r"method=.post.", form) and not re.search(r"\{% scope( \w+)? %\}", form):
            yield "a POST form without its scope"


def _part(template):
    """Of a page, which links what its parts need."""
    return template.name.startswith("_") or "gallery" in template.parts


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PREAU)))
def test_a_template(template):
    assert not list(faults(template, template.read_text()))


@pytest.mark.parametrize(
    "source",
    [
        '<button class="button">Envoyer</button>',
        '<INPUT name="q">',
        "<select></select>",
        "<textarea></textarea>",
        '<p style="color: red">',
        "<style>p { color: red }</style>",
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)">',
        '<p\nonclick = "go()">',
        '<img src="https://elsewhere.test/a.png">',
        "{% chart line %}",
        "{% grid grid %}",
        '{% sheet "5e B" %}{% endsheet %}',
        '{% day_line day free="x" %}',
        '<form method="post"></form>',
    ],
)
def test_what_a_page_may_not_hold_is_found(source):
    assert list(faults(PREAU / "modules/news/templates/news/page.html", source))
    assert not list(faults(PREAU / "modules/news/templates/news/page.html", '<input type="hidden" name="q">'))


def test_every_icon_that_is_asked_for_is_in_the_sprite():
    usual, rare = (
        set(re.findall(r'<symbol id="([^"]+)"', (STATIC / f"icons/{sprite}.svg").read_text()))
        for sprite in ("icons", "rare")
    )
    assert rare == ui.RARE_ICONS and not usual & rare
    templates = "\n".join(path.read_text() for path in TEMPLATES)
    asked = set(re.findall(r'{% icon "([\w-]+)"', templates)) | set(
        re.findall(r' icon="([\w-]+)"', templates)
    )

    assert asked | set(filter(None, ui.SIGNS.values())) <= usual | rare
