"""Pages made of elements alone, with the longest names met, and the addresses they name."""

from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import include, path

from preau.kernel.templatetags import ui

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
