"""Contrast."""

import re
from math import cos, radians, sin

import pytest

from preau.kernel.ui.comfort import Comfort
from preau.kernel.ui.hues import HUES
from tests.elements import pages
from tests.elements.pages import STATIC

pytestmark = pytest.mark.urls(pages.__name__)


def tokens():
    sheets = [(STATIC / "css" / path).read_text() for path in ("tokens.css", "dark/tokens.css")]
    light, dark = (dict(re.findall(r"--([\w-]+): ([^;]+);", sheet)) for sheet in sheets)
    return {"light": light, "dark": light | dark}


THEMES = tokens()


def rgb(lightness, chroma, hue):
    """Linear sRGB, clipped to what a screen shows."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return [min(1, max(0, channel)) for channel in channels]


def hex_of(lightness, chroma, hue):
    coded = [
        12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in rgb(lightness, chroma, hue)
    ]
    return "#" + "".join(f"{round(c * 255):02x}" for c in coded)


def colour(theme, name, hue):
    value = THEMES[theme][name].replace("var(--accent-hue)", str(hue))
    inner = re.fullmatch(r"oklch\((.+)\)", value)
    return [float(number) for number in (inner[1] if inner else f"{value} {hue}").split()]


def contrast(theme, first, second, hue=258):
    def luminance(name):
        red, green, blue = rgb(*colour(theme, name, hue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ["ground", "surface", "sunken"]
KINDS = ["ok", "warn", "wrong", "info"]
TEXTS = [
    *[(text, ground) for text in ("ink", "ink-soft") for ground in GROUNDS],
    *[("ink", f"{kind}-soft") for kind in KINDS],
    *[(kind, f"{kind}-soft") for kind in KINDS],
    *[("wrong", ground) for ground in GROUNDS],
]
OF_THE_SCHOOL = [
    *[(text, ground) for text in ("accent", "accent-strong") for ground in (*GROUNDS, "accent-soft")],
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(theme, text, ground):
    assert contrast(theme, text, ground) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), OF_THE_SCHOOL)
def test_text_can_be_read_whatever_hue_the_school_picks(theme, text, ground):
    assert min(contrast(theme, text, ground, hue) for hue in range(360)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_names_and_subjects_can_be_read_on_every_hue(theme):
    hues = [int(hue) for hue in re.findall(r"--hue: (\d+)", (STATIC / "css/hues.css").read_text())]

    assert len(hues) == HUES
    assert min(contrast(theme, "tint-ink", "tint", hue) for hue in hues) >= 4.5
    # Stronger contrast.
    assert min(contrast(theme, "tint-ink-most", "tint", hue) for hue in hues) >= 7
    # The edge of a lesson, on what it may stand on.
    grounds = ("ground", "surface", "tint")
    assert min(contrast(theme, "tint-edge", ground, hue) for hue in hues for ground in grounds) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_the_edge_of_a_field_can_be_seen(theme, ground):
    assert contrast(theme, "line-strong", ground) >= 3


def test_the_browser_bar_has_the_colour_of_the_ground():
    told = {ground.media: ground.path for ground in Comfort().grounds()}

    for theme in THEMES:
        assert told[f"(prefers-color-scheme: {theme})"] == hex_of(*colour(theme, "ground", 258))
