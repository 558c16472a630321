"""Every element of the pages, in each of its states, beside the lines that make it: for who writes a page."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.clock import today_in
from preau.kernel.models import School
from preau.kernel.names import folded
from preau.kernel.ui.charts import Bars, Distribution, Kind, Line, Mark, Month
from preau.kernel.ui.days import Awaited, Change, DayLine, Slot
from preau.kernel.web.guards import access
from preau.modules.portal import permissions
from preau.modules.portal.forms import LONG, PeopleSpecimen, Specimen, grid_specimen

# What each kind of field refuses.
REFUSED = {
    "mail": "x",
    "site": "club de judo",
    "born": "31/02/2014",
    "trip": "2027-08-15",
    "leaves_at": "midi",
    "seats": "deux",
    "mark": "20,5",
    "days": ["9"],
}
REFUSED_CELLS = {
    "cell.11.first": "douze",
    "cell.11.second": "21",
    "cell.12.first": "14,255",
    "cell.13.first": "abs",
    "cell.99.first": "8",
}
GRID = _("Notes de 5e B")
NAMES = ["Anaïs Œuvrard", "Zoé Ba", "Ngọc Đặng", "Jean-Pierre de La Tour", LONG]


class Part(NamedTuple):
    label: Any
    specimens: Mapping[str, Any]  # template in portal/gallery/ -> title


PARTS = {
    "forms": Part(
        _("Saisir"),
        {
            "button": _("Boutons"),
            "field": _("Champs"),
            "field_errors": _("Champs refusés"),
            "people": _("Choix de personnes"),
            "grid": _("Grille de saisie"),
            "grid_errors": _("Grille refusée"),
            "filters": _("Filtres d’une liste"),
        },
    ),
    "words": Part(
        _("Dire"),
        {
            "badge": _("Étiquettes"),
            "notice": _("Avis"),
            "empty_state": _("Rien à montrer"),
            "state": _("Attente, coupure, accès réservé"),
            "progress": _("Avancement"),
            "icon": _("Icônes"),
        },
    ),
    "lists": Part(
        _("Lister"),
        {
            "day_line": _("Ligne du jour"),
            "awaited": _("Ce qui m’attend"),
            "person_line": _("Personnes"),
            "avatar": _("Visages et initiales"),
            "filtered": _("Liste qui se filtre"),
            "facts": _("Faits"),
            "tabs": _("Onglets"),
            "table": _("Tableau large"),
            "table_stack": _("Tableau en fiches"),
            "pages": _("Pages d’une liste"),
        },
    ),
    "above": Part(
        _("Ouvrir"),
        {
            "fold": _("Volet"),
            "dialog": _("Dialogue"),
            "drawer": _("Tiroir"),
            "toast": _("Confirmation avec retour"),
        },
    ),
    "frame": Part(
        _("Encadrer"),
        {
            "frame": _("Page, rail, barre du téléphone"),
            "home": _("Accueil rempli"),
            "crumbs": _("Fil d’Ariane"),
        },
    ),
    "charts": Part(
        _("Figurer, imprimer"),
        {
            "line": _("Courbe et repère"),
            "bars": _("Barres"),
            "distribution": _("Répartition"),
            "month": _("Mois"),
            "prints": _("Bouton d’impression"),
            "sheet": _("Feuille à cases"),
            "letter": _("Lettre"),
        },
    ),
}


@require_safe
@access(permissions.SEE_GALLERY)
def gallery(request: Any) -> HttpResponse:
    key = request.GET.get("part", "forms")
    if key not in PARTS:
        raise Http404
    return _shown(request, key)


def _shown(request: Any, key: str, *, status: int = 200, **sent: Any) -> HttpResponse:
    """`sent`: forms that came back."""
    typed = request.GET.get("q", "")[:100]
    context = {
        "long": LONG,
        "tried": reverse("portal:gallery_try"),
        "form": Specimen(),
        "refused": Specimen(REFUSED, auto_id="refused_%s"),
        "filters": Specimen(auto_id="filter_%s"),
        "people": PeopleSpecimen(actor=request.actor),
        "grid": grid_specimen(GRID),
        "grid_refused": grid_specimen(_("Notes refusées"), REFUSED_CELLS, first=11),
        "typed": typed,
        "names": [name for name in NAMES if _has(name, typed)],
        "total": len(NAMES),
        **_charts(),
        **(day := _day()),
        **_home(day),
        **sent,
    }
    specimens = []
    for name, title in PARTS[key].specimens.items():
        template: Any = get_template(f"portal/gallery/{name}.html")
        shown = {"name": name, "title": title, "code": template.template.source.strip()}
        specimens.append({**shown, "html": template.render(context, request)})
    parts = [
        {"label": part.label, "url": f"?part={name}", "current": name == key} for name, part in PARTS.items()
    ]
    page = {"parts": parts, "part": PARTS[key].label, "specimens": specimens, "key": key}
    if key == "frame":
        page |= {"navigation": _places(request), "long": LONG}
    return render(request, "portal/gallery.html", page, status=status)


@require_POST
@access(permissions.SEE_GALLERY)
def gallery_try(request: Any) -> HttpResponse:
    """Where the forms of the gallery lead: nothing is saved."""
    people = PeopleSpecimen(request.POST, actor=request.actor)
    if people.seeking:
        return _shown(request, "forms", people=people)
    if request.POST.get("specimen") == "people" and not people.is_valid():
        return _shown(request, "forms", status=422, people=people)
    grid = grid_specimen(GRID, request.POST)
    if request.POST.get("specimen") == "grid" and not grid.is_valid():
        return _shown(request, "forms", status=422, grid=grid)
    return redirect(f"{reverse('portal:gallery')}?part=above&tried=1")


def _has(name: str, typed: str) -> bool:
    words = folded(name).split()
    return all(any(word.startswith(each) for word in words) for each in folded(typed).split())


def _places(request: Any) -> list[dict[str, Any]]:
    """As many places as the rail and the phone's bar are tried with."""
    icons = [
        "home",
        "calendar",
        "book-open",
        "mail",
        "users",
        "graduation-cap",
        "bell",
        "megaphone",
        "settings",
    ]
    labels = [
        *(_("Accueil"), _("Emploi du temps"), _("Cahier de textes"), _("Messages"), _("Annuaire"), LONG),
        *(_("Avis"), _("Annonces"), _("Repères")),
    ]
    few = request.GET.get("places") == "3"
    return [
        {
            "label": labels[place],
            "url": f"?part=frame&at={place}",
            "icon": icon,
            "current": place == (0 if few else 6),
        }
        for place, icon in enumerate(icons[:3] if few else icons)
    ]


def _home(day: Mapping[str, Any]) -> dict[str, Any]:
    """Full, whatever the modules of this instance bring."""
    message = gettext("L’établissement ferme mardi à midi. %(who)s répond au téléphone.") % {"who": LONG}
    closed = School(name=LONG, closing_message=message)
    closed.closing_from, closed.closing_until = today_in(closed), today_in(closed) + timedelta(days=3)
    return {
        "closed_school": closed,
        "day_block": {"line": day["day"]},
        "awaited_block": {"things": day["things"], "today": day["today"]},
    }


def _day() -> dict[str, Any]:
    now = datetime(2026, 11, 17, 10, 12)

    def at(clock: str) -> datetime:
        hour, minute = clock.split(":")
        return now.replace(hour=int(hour), minute=int(minute))

    def slot(title: str, start: str, end: str, where: str = "", **more: Any) -> Slot:
        return Slot(title, at(start), at(end), where=where, **more)

    slots = [
        slot("Mathématiques", "8:05", "9:00", "Salle 104", who="M. Ferrand"),
        slot("Français", "9:00", "9:55", "Salle 12", change=Change(gettext("Annulé"), "wrong", gone=True)),
        slot("Histoire-géographie", "10:10", "11:05", "Salle 7", who=LONG, url="#day_line"),
        slot(
            "Anglais",
            "11:05",
            "12:00",
            "Salle 21",
            change=Change(gettext("Salle 21 au lieu de 9"), "warn"),
        ),
        slot(LONG, "13:30", "14:25", change=Change(gettext("Remplacé par %(who)s") % {"who": LONG}, "info")),
        slot("Éducation physique", "15:00", "16:50", "Gymnase"),
    ]
    label = gettext("Mardi 17 novembre")
    return {
        "today": now.date(),
        "day": DayLine(label, slots, now),
        "day_between": DayLine(gettext("Entre deux cours"), slots[3:], now.replace(hour=12, minute=30)),
        "day_empty": DayLine(gettext("Mercredi 18 novembre"), []),
        "things": [
            Awaited(
                gettext("Autorisation de sortie de %(who)s") % {"who": LONG},
                gettext("Signer"),
                "#awaited",
                now.date() - timedelta(days=2),
                gettext("Musée des Beaux-Arts, jeu. 26 novembre"),
                "pencil",
            ),
            Awaited(
                gettext("Appel de 5e B à 10:10"),
                gettext("Faire l’appel"),
                "#awaited",
                now.date(),
                "",
                "users",
            ),
            Awaited(
                gettext("Absence du 12 novembre"),
                gettext("Justifier"),
                "#awaited",
                now.date() + timedelta(days=4),
            ),
            Awaited(gettext("Règlement intérieur"), gettext("Lire"), "#awaited"),
        ],
        "rows": [(LONG, ""), ("Ba Zoé", gettext("née le 3 mai")), ("Ba Zoé", gettext("née le 30 août"))],
        "heads": [gettext("Élève"), gettext("Autorisation"), gettext("Car")],
    }


def _charts() -> dict[str, Any]:
    kinds = {
        "absent": Kind("A", gettext("Absence"), "wrong"),
        "late": Kind("R", gettext("Retard"), "warn"),
        "trip": Kind("S", gettext("Sortie scolaire"), "info"),
        "made_up": Kind("✓", gettext("Heures rattrapées"), "ok"),
    }
    marks = {
        date(2026, 11, 5): Mark("absent", gettext("matin, justifiée")),
        date(2026, 11, 12): Mark("late", LONG),
        date(2026, 11, 17): Mark("trip", gettext("journée")),
        date(2026, 11, 27): Mark("made_up", gettext("2 h")),
    }
    months = [gettext("septembre"), gettext("octobre"), gettext("novembre"), gettext("décembre"), LONG]
    classes = ["6e A", "6e B", LONG, "5e A"]
    marked_out_of_20 = ["0–4", "4–8", "8–12", "12–16", "16–20"]
    mark: dict[str, Any] = {"name": gettext("Moyenne de l’élève"), "decimals": 2}
    count: dict[str, Any] = {"heading": gettext("Classe"), "name": gettext("Absences")}
    return {
        "line": Line(
            title=gettext("Moyenne en mathématiques"),
            labels=months,
            values=[1150, 1225, None, 1300, 1475],
            reference_name=gettext("Milieu de la classe"),
            reference=[1200, 1180, 1210, 1190, 1240],
            lowest=0,
            highest=2000,
            **mark,
        ),
        "line_flat": Line(title=gettext("Toujours la même"), labels=months, values=[1200] * 5, **mark),
        "line_one": Line(title=gettext("Une seule note"), labels=[LONG], values=[1650], **mark),
        "line_empty": Line(title=gettext("Aucune note"), labels=months, values=[None] * 5, **mark),
        "bars": Bars(
            title=gettext("Absences du mois"),
            labels=classes,
            values=[12, 31, 7, None],
            unit="h",
            marked=LONG,
            **count,
        ),
        "bars_empty": Bars(title=gettext("Absences d’août"), labels=[], values=[], **count),
        "distribution": Distribution(
            title=gettext("Notes du contrôle"),
            heading=gettext("Note"),
            name=gettext("Élèves"),
            labels=marked_out_of_20,
            counts=[1, 4, 11, 9, 3],
            marked="12–16",
        ),
        "month": Month(title=gettext("Assiduité de novembre"), year=2026, month=11, kinds=kinds, marks=marks),
        "month_empty": Month(title=gettext("Assiduité de février"), year=2027, month=2, kinds=kinds),
    }
