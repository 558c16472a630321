"""Announcements of a school month, by its people."""

from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from preau.kernel.clock import today_in
from preau.kernel.models import School, SchoolYear
from preau.kernel.richtext.clean import clean
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.modules.directory.api import PersonRecord
from preau.modules.news.models import Announcement

OPENING_DAY = """<p>Le collège ouvre ses portes
aux futurs élèves de 6<sup>e</sup> et à leurs familles <strong>samedi
matin, de 9&nbsp;h à 12&nbsp;h</strong>.</p>
<h2>Le parcours de la matinée</h2>
<table><tr><th>Heure</th><th>Où</th><th>Quoi</th></tr>
<tr><td>9 h</td><td>Préau</td><td>Accueil par la direction</td></tr>
<tr><td>9 h 30</td><td>CDI</td><td>Lectures par les élèves de 6<sup>e</sup> B</td></tr>
<tr><td>10 h 30</td><td>Salle 12</td><td>Expériences de physique</td></tr>
<tr><td>11 h 15</td><td>Gymnase</td><td>Association sportive</td></tr></table>
<p>Des <mark class="tint-yellow">élèves volontaires</mark> sont attendus pour guider les visiteurs :
inscription à la vie scolaire.</p>"""

CANTEEN = """<p>La fiche d’inscription à la demi-pension du trimestre prochain est à rendre au
secrétariat.</p>
<ul><li><p>Changement de régime : avec la signature <strong>des deux responsables</strong>
;</p></li>
<li><p>bourses et aides : dossier à demander au secrétariat, ou au service social ;</p></li>
<li><p>allergies : joindre le projet d’accueil (PAI) signé par le médecin.</p></li></ul>
<p>Les menus sont sur <a href="https://www.exemple.fr/restauration">la page de la restauration</a>.
<span class="ink-red">Sans fiche rendue, l’élève reste externe.</span></p>"""

PUZZLE = """<p>L’énigme de la semaine, proposée par les professeurs de mathématiques :</p>
<blockquote><p>Pour quels entiers <span data-tex="n"></span> cette fraction est-elle un
entier&nbsp;?</p></blockquote>
<div data-tex="\\frac{n^2 + 7}{n + 1}"></div>
<ol><li><p>Cherchez seul, puis à deux.</p></li><li><p>Écrivez <em>comment</em> vous avez
trouvé.</p></li><li><p>Déposez votre feuille dans la boîte du CDI avant vendredi.</p></li></ol>"""

COUNCILS = """<p>Les conseils de classe du premier trimestre se tiennent en salle des actes. Les appréciations
sont attendues <strong>deux jours avant</strong>.</p>
<h3>Ordre de passage</h3>

<ul><li><p>lundi : niveau 6<sup>e</sup></p></li><li><p>mardi : niveau
5<sup>e</sup></p></li><li><p>jeudi : niveaux 4<sup>e</sup> et 3<sup>e</sup></p></li></ul>"""

# title, body, author among the head, the CPE …, to whom, days ago, days it stays
TOLD = (
    ("Portes ouvertes : samedi matin au collège", OPENING_DAY, "head", ("staff", "guardians",
"pupils"), 1, 12, True),
    ("Demi-pension : inscriptions du deuxième trimestre", CANTEEN, "office", ("guardians",), 3, 20, False),
    ("L’énigme de la semaine", PUZZLE, "cpe", ("pupils", "staff"), 4, 10, False),
    ("Conseils de classe : ordre de passage", COUNCILS, "head", ("staff",), 6, 25, False),
)  # fmt: skip


def _id(path: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"https://demo.preau.invalid/{path}")


@transaction.atomic
def build() -> None:
    """Told before the day the demonstration is opened on. Run twice, it changes nothing."""
    with in_every_school(reason="which demonstration schools have an open year"):
        years = list(SchoolYear.objects.filter(state=SchoolYear.State.OPEN).select_related("school"))
        authors = {
            (record.school_id, key): record
            for key, people in _AUTHORS.items()
            for record in PersonRecord.objects.filter(
                person__uuid__in=[_id(f"person/{who}") for who in people]
            )
        }
    for year in years:
        if any((year.school_id, key) in authors for key in _AUTHORS):
            _tell(year.school, year, {key: authors.get((year.school_id, key)) for key in _AUTHORS})


_AUTHORS = {
    "head": ("bres/head", "cesaire/head"),
    "office": ("bres/office", "cesaire/office"),
    "cpe": ("bres/cpe", "cesaire/cpe"),
}


def _tell(school: School, year: SchoolYear, authors: dict[str, PersonRecord | None]) -> None:
    day = today_in(school)
    day = min(max(day, year.starts_on + timedelta(days=7)), year.ends_on)
    zone = ZoneInfo(school.timezone)
    with in_school(school, year):
        for title, body, key, to, ago, stays, pinned in TOLD:
            author = authors[key] or authors["head"]
            uuid = _id(f"announcement/{school.uuid}/{year.label}/{title}")
            if author is None or Announcement.objects.filter(uuid=uuid).exists():
                continue
            announcement = Announcement(
                uuid=uuid,
                title=title,
                body=clean(body).html,
                author=author,
                pinned=pinned,
                until=min(day + timedelta(days=stays), year.ends_on),
            )
            announcement.readership = to
            announcement.save()
            told = datetime.combine(day - timedelta(days=ago), time(8, 5), tzinfo=zone)
            Announcement.objects.filter(pk=announcement.pk).update(published_at=told)
