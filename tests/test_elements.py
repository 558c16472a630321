import gzip
import re
from html.parser import HTMLParser
from math import cos, radians, sin
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path

from preau.kernel.templatetags import ui
from preau.kernel.ui.comfort import Comfort
from preau.kernel.ui.finders import ON_NEED, ON_WISH, SHEET, SHEETS, joined, parts
from preau.kernel.ui.hues import HUES
from tests.real_browser import opened_chromium

PREAU = Path(ui.__file__).resolve().parents[2]
KERNEL = PREAU / "kernel"
UI = KERNEL / "ui"
STATIC = UI / "static/ui"
TEMPLATES = sorted(PREAU.rglob("templates/**/*.html"))
LONG = "Marie-Antoinette-Élisabeth de La Rochefoucauld-Montmorency de"


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


ADDRESSES = {
    "hats/": "hat_choose",
    "logout/": "logout",
    "comfort/": "comfort",
    "projection/": "project",
}
accounts = [path(address, nothing, name=name) for address, name in ADDRESSES.items()]
live = [path("", nothing, name="ticket")]
welcome = [
    path(f"welcome/{name}/", nothing, name=name)
    for name in ("notice", "personal_data", "accessibility", "status", "help_list")
]
welcome += [
    path("welcome/help/<str:page>/", nothing, name="help_page"),
    path("welcome/charter/<uuid:school>/", nothing, name="charter"),
]
offline = [path("manifest.webmanifest", nothing, name="manifest")]
urlpatterns = [
    path("accounts/", include((accounts, "accounts"))),
    path("live-ticket/", include((live, "live"))),
    path("", include((offline, "offline"))),
    path("", include((welcome, "welcome"))),
]

pytestmark = pytest.mark.urls(__name__)


class Page(HTMLParser):
    """The start tags of a page, in order, with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag, **wanted):
        return [a for t, a in self.tags if t == tag and all(a.get(k) == v for k, v in wanted.items())]

    def one(self, tag, **wanted):
        (found,) = self.all(tag, **wanted)
        return found

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]


def drawn(source, **context):
    return Template("{% load i18n ui %}" + source).render(Context(context))


class Record(forms.Form):
    name = forms.CharField(label="Nom", help_text="Tel qu’à l’état civil.")
    mail = forms.EmailField(label="Adresse électronique", required=False)
    secret = forms.CharField(label="Mot de passe", widget=forms.PasswordInput, required=False)
    born = forms.DateField(label="Naissance", required=False)
    level = forms.ChoiceField(label="Niveau", choices=[("5", "Cinquième")], required=False)
    diet = forms.ChoiceField(
        label="Régime", choices=[("d", "Demi-pension"), ("e", "Externe")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Précision", widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label="J’ai lu la charte")
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)


def everyone(**over):
    """The context of a signed-in page, with the longest names met."""
    entries = ["home", "calendar", "book-open", "mail", "users", "graduation-cap", "heart-pulse"]
    return {
        "actor": SimpleNamespace(
            person_id=1,
            name=LONG,
            hat=SimpleNamespace(label="Professeure de mathématiques", place=f"Collège {LONG}"),
            year=SimpleNamespace(label="2026-2027", state="open"),
            standings={},
        ),
        "hats": [
            {"key": "1", "label": "Enseignante", "place": f"Collège {LONG}", "current": True},
            {"key": "2", "label": "Parent d’élève", "place": "Collège Suger", "current": False},
        ],
        "navigation": [
            {"label": f"Cahier de textes {name}", "url": f"/{name}/", "icon": name, "current": name == "mail"}
            for name in entries
        ],
        "scope_field": "school.year",
        **over,
    }


CONTENT = """{% extends "ui/page.html" %}{% load i18n ui %}
{% block title %}Élèves{% endblock %}
{% block breadcrumb %}{% crumb "Annuaire" "/people/" %}{% crumb long %}{% endblock %}
{% block content %}
<header class="head head--person">{% avatar long "large" %}<div><h1 class="head__title">{{ long }}</h1>
<p class="head__lead">Élève de 5e B</p></div>
<div class="head__actions">{% button href="/x/" %}Ajouter{% endbutton %}</div></header>
<nav class="tabs" aria-label="Profils"><a class="tabs__tab" href="/a/" aria-current="page">Élèves</a><a
class="tabs__tab" href="/b/">Professeurs</a><a class="tabs__tab" href="/c/">Responsables</a></nav>
<form class="filters" method="get" role="search">
{% field filters.name type="search" %}{% field filters.level %}
{% button variant="quiet" %}Filtrer{% endbutton %}</form>
<ul class="people">{% person_line long "Élève de 5e B" "/p/" badge="Absent ce matin" kind="wrong" %}
{% person_line "Ngọc Đặng" "Élève" %}</ul>{% pages previous="/1/" next="/3/" note="51 à 100" %}
<dl class="facts"><div class="facts__row"><dt>{% icon "cake" %}Naissance</dt><dd>{{ long }}</dd></div></dl>
<ul class="classcards"><li class="classcard"><h2 class="classcard__label"><a href="/g/">{{ long }}</a></h2>
<p class="classcard__level">Cinquième</p><p class="classcard__count">27 élèves</p>
<p class="classcard__teachers">{{ long }}</p></li></ul>
<div class="blocks"><section class="block" aria-labelledby="b"><header class="block__head">
<h2 class="block__title" id="b">{{ long }}</h2><a class="block__all" href="/all/">Tout voir</a></header>
{% empty_state "Rien à signer" "Les mots du carnet apparaîtront ici." icon="check" %}</section></div>
<p class="daynote"><time class="daynote__date" datetime="2026-11-12">jeudi 12 novembre</time>
<span class="daynote__text">{{ long }}</span></p>
<table class="table table--stack" role="table"><caption>Effectifs</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Classe</th>
<th role="columnheader" scope="col">Professeur</th></tr></thead>
<tbody role="rowgroup"><tr role="row"><th role="rowheader" scope="row">5e B</th>
<td role="cell" data-label="Professeur">{{ long }}</td></tr></tbody></table>
{% for kind in kinds %}{% badge "Mot" kind %} {% endfor %}
{% for kind in signs %}{% notice kind %}<p>{{ long }}</p>{% endnotice %}{% endfor %}
<form class="form" method="post">{% scope %}{% form_errors form %}
{% for bound in form %}{% field bound %}{% endfor %}
<div class="form__actions">{% button %}Enregistrer{% endbutton %}
{% button variant="danger" %}Supprimer{% endbutton %}</div></form>
<ul class="choices"><li><form method="post">{% scope %}{% button variant="choice" name="hat" value="1" %}<span
class="choices__label">{{ long }}</span> <span class="choices__note">Collège</span>{% endbutton %}</form>
</li></ul>
{% endblock %}
{% block aside %}<p>{{ long }}</p>{% endblock %}"""


def whole_page(**over):
    context = everyone(
        long=LONG,
        form=Record({"mail": "x"}),
        filters=Record(auto_id="filter_%s"),
        kinds=list(ui.SIGNS),
        signs=[kind for kind in ui.SIGNS if kind != "quiet"],
        **over,
    )
    return Template(CONTENT).render(Context(context))


# Fields


@pytest.mark.parametrize("name", ["name", "mail", "secret", "born", "level", "note", "agreed"])
def test_every_field_has_a_label_of_its_own(name):
    page = Page(drawn("{% field form." + name + " %}", form=Record()))

    (control,) = page.all("input") + page.all("select") + page.all("textarea")
    assert page.one("label")["for"] == control["id"]


def test_help_and_errors_are_tied_to_their_field():
    page = Page(drawn("{% field form.name %}", form=Record({})))

    control = page.one("input")
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"].split() == ["id_name_helptext", "id_name_error"]
    assert set(control["aria-describedby"].split()) < set(page.ids)


def test_a_group_of_choices_is_named_and_described_by_its_fieldset():
    page = Page(drawn("{% field form.diet %}", form=Record({})))

    assert page.one("fieldset")["aria-describedby"] == "id_diet_error"
    assert "id_diet_error" in page.ids
    assert len(page.all("input", type="radio")) == len(page.all("label")) == 2
    assert page.one("legend")


def test_required_is_said_in_words():
    assert "obligatoire" in drawn("{% field form.name %}", form=Record())
    assert "obligatoire" not in drawn("{% field form.mail %}", form=Record())


def test_a_date_is_given_to_the_browser_in_its_own_writing():
    page = Page(drawn("{% field form.born %}", form=Record(initial={"born": "2014-03-02"})))

    assert page.one("input", type="date")["value"] == "2014-03-02"


def test_a_date_typed_the_french_way_is_understood_too():
    assert Record({"born": "02/03/2014"})["born"].field.clean("02/03/2014").isoformat() == "2014-03-02"


def test_keywords_become_attributes_and_the_type_is_not_written_twice():
    html = drawn(
        '{% field form.name type="search" autocomplete="off" data_behavior="filter" %}', form=Record()
    )

    control = Page(html).one("input", type="search")
    assert (control["autocomplete"], control["data-behavior"]) == ("off", "filter")
    assert html.count("type=") == 1


def test_what_was_typed_is_escaped():
    html = drawn("{% field form.name %}{% form_errors form %}", form=Record({"name": "<script>"}))

    assert "<script>" not in html


def test_the_summary_of_errors_leads_to_each_field():
    form = Record({"token": "forged"})
    page = Page(
        drawn("{% form_errors form %}{% for bound in form %}{% field bound %}{% endfor %}", form=form)
    )

    assert page.one("div", role="alert")
    links = [link["href"].removeprefix("#") for link in page.all("a")]
    assert links == ["id_name", "id_diet_0", "id_agreed"]
    assert set(links) <= set(page.ids)


@pytest.mark.parametrize("form", [Record(), Record({"name": "Zoé", "diet": "d", "agreed": "on"})])
def test_no_summary_where_nothing_is_wrong(form):
    assert drawn("{% form_errors form %}", form=form).strip() == ""


def test_a_form_carries_its_token_and_its_scope():
    request = RequestFactory().get("/")
    page = Page(drawn("{% scope %}", csrf_token=get_token(request), scope_field="school.year"))

    assert page.one("input", name="csrfmiddlewaretoken")
    assert page.one("input", name="_scope")["value"] == "school.year"


# Small elements


def test_a_button_sends_and_a_link_goes():
    assert Page(drawn("{% button %}Enregistrer{% endbutton %}")).one("button")["type"] == "submit"
    link = Page(drawn('{% button href="/a/" %}Ouvrir{% endbutton %}'))
    assert link.one("a")["href"] == "/a/"
    assert not link.all("button")


def test_the_words_of_a_button_are_escaped():
    assert "<b>" not in drawn("{% button %}{{ word }}{% endbutton %}", word="<b>")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Éloïse Lefèvre", "ÉL"),
        ("Mme Claire Dubreuil", "CD"),
        ("MARTIN-DUPONT Jean Baptiste", "MB"),
        ("Zoé", "Z"),
        ("’Ali", "A"),
        ("", ""),
    ],
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


def test_a_person_keeps_the_same_hue_and_a_school_shows_all_of_them():
    assert drawn("{% avatar n %}", n="Léa Martin") == drawn("{% avatar n %}", n="léa martin ").replace(
        "lm", "LM"
    )
    hues = {re.search(r"hue-(\d+)", drawn("{% avatar n %}", n=f"Élève {i}"))[1] for i in range(300)}
    assert hues == {str(hue) for hue in range(HUES)}


def test_pictures_are_silent_and_stand_beside_words():
    page = Page(whole_page())

    assert all(svg["aria-hidden"] == "true" for svg in page.all("svg"))
    assert 'class="icon"' not in drawn('{% badge "Brouillon" "quiet" %}')


def test_pages_of_a_list_offer_only_what_exists():
    assert drawn("{% pages previous=none next=none %}", none=None).strip() == ""
    assert [a["rel"] for a in Page(drawn('{% pages next="/2/" %}')).all("a")] == ["next"]


# Pages


def test_a_page_has_its_landmarks_one_title_and_no_id_twice():
    page = Page(whole_page())

    assert page.one("html")["lang"] == "fr"
    assert page.one("main")["id"] == "content"
    assert page.all("a")[0]["href"] == "#content"
    assert len(page.all("h1")) == len(page.all("header", **{"class": "top"})) == len(page.all("aside")) == 1
    assert sorted(set(page.ids)) == sorted(page.ids)
    assert all(nav.get("aria-label") for nav in page.all("nav"))


def test_a_page_without_aside_or_breadcrumb_leaves_no_empty_landmark():
    page = Page(Template('{% extends "ui/page.html" %}').render(Context(everyone())))

    assert not page.all("aside")
    labels = [nav["aria-label"] for nav in page.all("nav")]
    assert labels == ["Navigation principale", "À propos de cet espace"]


def test_a_phone_gets_four_places_and_a_panel_beyond_five():
    seven = Page(render_to_string("ui/page.html", everyone()))
    five = Page(render_to_string("ui/page.html", everyone(navigation=everyone()["navigation"][:5])))

    assert len(seven.all("li", **{"class": "nav__item nav__item--rest"})) == 3
    assert len(seven.all("summary")) == 2
    assert len(five.all("summary")) == 1
    assert not five.all("li", **{"class": "nav__item nav__item--rest"})


def test_the_other_hats_are_put_on_by_a_form():
    page = Page(render_to_string("ui/page.html", everyone()))

    assert page.one("form", action="/accounts/hats/")["method"] == "post"
    assert page.one("button", name="hat")["value"] == "2"
    assert page.one("form", action="/accounts/logout/")["method"] == "post"


@pytest.mark.parametrize(
    ("state", "words"),
    [("closed", "consultation seule"), ("preparing", "2026-2027 en préparation"), ("open", None)],
)
def test_a_year_that_is_not_open_says_so(state, words):
    context = everyone()
    context["actor"].year.state = state
    html = render_to_string("ui/page.html", context)

    assert ("top__state" in html) is (words is not None)
    assert words is None or words in html


def test_an_authority_has_no_year():
    context = everyone()
    context["actor"].year = None

    assert "Année" not in render_to_string("ui/page.html", context)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 422, 429, 500, 503])
def test_an_error_is_told_with_nothing_but_its_number(status):
    html = render_to_string("ui/error.html", {"status": status})

    assert len(Page(html).all("h1")) == 1
    assert f"Erreur {status}" in html
    assert Page(html).one("a", href="/")


def test_an_error_keeps_the_frame_of_the_person_and_what_they_typed():
    html = render_to_string(
        "ui/error.html",
        everyone(
            status=409,
            message="Cette page a été ouverte pour un autre établissement.",
            typed=[("comment", "Rendez-vous chez le dentiste")],
            switch={"hat": "2", "label": "Revenir à Suger", "sent": [("comment", "Rendez-vous")]},
            actions=[("Revenir", "/people/")],
        ),
    )
    page = Page(html)

    assert page.one("nav", **{"aria-label": "Navigation principale"})
    assert page.one("input", name="hat", type="hidden")["value"] == "2"
    assert page.one("input", name="comment")["value"] == "Rendez-vous"
    assert "Rendez-vous chez le dentiste" in html
    assert "Revenir à Suger" in html


# What templates may not hold


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
    drawn_icons = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons/icons.svg").read_text()))
    templates = "\n".join(path.read_text() for path in TEMPLATES)
    asked = set(re.findall(r'{% icon "([\w-]+)"', templates)) | set(
        re.findall(r' icon="([\w-]+)"', templates)
    )

    assert asked | set(filter(None, ui.SIGNS.values())) <= drawn_icons


# Weight


def gz(data):
    return len(gzip.compress(data, 6))


def test_a_first_visit_stays_under_its_weight():
    css = gz(joined().encode())
    font = (STATIC / "fonts/inter-latin.woff2").stat().st_size
    sprite = (STATIC / "icons/icons.svg").read_bytes()

    assert css <= 12_000
    assert font <= 40_000
    assert gz(sprite) <= 2_600
    assert css + font + gz(sprite) + gz(whole_page().encode()) <= 60_000
    # A page that shows every alphabet of ours at once.
    every_alphabet = sum(f.stat().st_size for f in STATIC.glob("fonts/inter-*.woff2"))
    assert css + every_alphabet + gz(sprite) <= 80_000
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


# Contrast


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


# In a browser


@pytest.fixture(scope="module")
def chromium():
    with opened_chromium() as browser:
        yield browser


def shown(browser, html, *, width, theme="light", font_size=None, **options):
    """The page, its static files read from disk; what it asks of any other host fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme, **options)
    page = context.new_page()
    strangers = []

    def answer(route):
        url = route.request.url
        if url == "http://school.test/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif url.startswith("http://school.test/static/"):
            route.fulfill(path=finders.find(url.removeprefix("http://school.test/static/")))
        else:
            strangers.append(url)
            route.abort()

    page.route("**/*", answer)
    page.goto("http://school.test/")
    page.evaluate("document.fonts.ready")
    if font_size:
        page.evaluate("size => document.documentElement.style.fontSize = size", font_size)
    assert not strangers
    return page


def in_a_closed_year(**over):
    context = everyone(**over)
    context["actor"].year.state = "closed"
    return context


PAGES = {
    "page": whole_page,
    "error": lambda: render_to_string(
        "ui/error.html", in_a_closed_year(status=409, typed=[("comment", LONG * 3)])
    ),
    "visitor": lambda: render_to_string("ui/error.html", {"status": 500}),
}


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(chromium, name, theme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = shown(chromium, PAGES[name](), width=width, theme=theme)
    for summary in page.locator("summary:visible").all():
        summary.click()

    found = axe.run(page).response["violations"]
    assert not [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("width", "font_size"), [(320, None), (390, None), (640, "200%"), (1280, None), (1280, "200%")]
)
def test_nothing_runs_off_the_side(chromium, name, width, font_size):
    page = shown(chromium, PAGES[name](), width=width, font_size=font_size)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_everything_is_reached_by_keyboard_and_shows_that_it_is(chromium, width):
    page = shown(chromium, whole_page(), width=width)
    wanted = page.evaluate(
        """selector => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility()).length""",
        "a[href], button, summary, input:not([type=hidden]), select, textarea",
    )
    seen = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => { const e = document.activeElement, all = [...document.querySelectorAll('*')];
                 const ring = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
                 const nav = document.querySelector('.nav'), inside = nav.contains(e);
                 const box = e.getBoundingClientRect(), bar = nav.getBoundingClientRect();
                 return { index: e === document.body ? null : all.indexOf(e), tag: e.outerHTML.slice(0, 80),
                   ring: ring(getComputedStyle(e)) || ring(getComputedStyle(e, '::after')),
                   hidden: innerWidth < 960 && !inside && box.top >= bar.top } }"""
        )
        if state["index"] is None:
            continue
        assert state["ring"], state["tag"]
        assert not state["hidden"], state["tag"]
        seen.add(state["index"])
    # One stop for the whole group of radio buttons.
    assert len(seen) >= wanted - 1


@pytest.mark.browser
def test_what_is_touched_is_large_enough(chromium):
    page = shown(chromium, whole_page(), width=390, has_touch=True)

    small = page.evaluate(
        """[...document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden])')]
           .filter(e => e.checkVisibility() && !e.matches('.skip, .classcard__label a, .choice input'))
           .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect().height])
           .filter(([, height]) => height < 24)"""
    )
    assert small == []
