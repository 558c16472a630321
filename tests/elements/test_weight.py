"""Weight."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from preau.kernel.ui.finders import ON_NEED, ON_WISH, SHEET, SHEETS, joined, parts
from tests.elements import pages
from tests.elements.pages import (
    STATIC,
    whole_page,
)

pytestmark = pytest.mark.urls(pages.__name__)


def gz(data):
    return len(gzip.compress(data, 6))


def test_a_first_visit_stays_under_its_weight():
    css = gz(joined().encode())
    font = (STATIC / "fonts/inter-latin.woff2").stat().st_size
    sprite = (STATIC / "icons/icons.svg").read_bytes()

    assert css <= 12_000
    assert font <= 40_000
    assert len(sprite) <= 6_000
    assert (STATIC / "icons/rare.svg").stat().st_size <= 6_000
    assert css + font + gz(sprite) + gz(whole_page().encode()) <= 60_000
    # A page that shows every alphabet of ours at once, to somebody who asked for easier reading.
    every_face = sum(f.stat().st_size for f in STATIC.glob("fonts/*.woff2"))
    assert css + every_face + gz(sprite) <= 80_000
    # For who asks for easier reading, beside.
    assert (STATIC / "fonts/atkinson-hyperlegible.woff2").stat().st_size <= 20_000
    assert sum(gz(joined(sheet).encode()) for sheet in ON_WISH) <= 3_000
    # For the pages that draw figures, beside.
    assert sum(gz(joined(sheet).encode()) for sheet in ON_NEED) <= 3_000


def test_the_sheet_is_every_part_in_its_layer():
    assert len(parts()) > 20
    assert not set(SHEETS) & parts().keys(), "a part of the name of a whole sheet hides it"
    for name, css in {part: text for sheet in SHEETS for part, text in parts(sheet).items()}.items():
        bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).strip()
        assert re.match(r"@layer (reset|tokens|base|components|utilities) \{", bare), name
        assert bare.count("{") == bare.count("}"), name
        assert "prefers-" not in bare, f"{name}: a sheet of its own, which people may choose"
        assert "url(" not in css or name == "ui/css/fonts.css", name


def test_the_sheet_is_found_hashed_and_names_hashed_fonts(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)

    assert Path(finders.find(SHEET)).read_text() == joined()
    (hashed,) = (tmp_path / "ui/css").glob("preau.*.css")
    fonts = re.findall(r'url\("\.\./fonts/([^"]+)"\)', hashed.read_text())
    assert len(fonts) == 4
    for name in ON_WISH:
        assert list((tmp_path / "ui/css").glob(f"{Path(name).stem}.*.css"))
    assert all((tmp_path / "ui/fonts" / font).exists() for font in fonts)
