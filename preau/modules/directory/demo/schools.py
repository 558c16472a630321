"""The two schools of the demonstration: their classes and who works there. Pure data."""

from dataclasses import dataclass
from typing import Any

from preau.modules.directory.demo.cases import AT_BRES, AT_CESAIRE, SAINT_AUBIN, VILLENEUVE
from preau.modules.directory.demo.families import Child, Draw

# Management code, national code, label, hue, how a teacher of it is called.
SUBJECTS: tuple[tuple[str, str, str, int, str], ...] = (
    ("FRANC", "020700", "Français", 0, "de français"),
    ("MATHS", "061300", "Mathématiques", 7, "de mathématiques"),
    ("HI-GE", "043700", "Histoire-géographie, EMC", 2, "d’histoire-géographie"),
    ("AGL1", "030201", "Anglais LV1", 9, "d’anglais"),
    ("ESP2", "030602", "Espagnol LV2", 1, "d’espagnol"),
    ("ALL2", "030102", "Allemand LV2", 3, "d’allemand"),
    ("LCALA", "020300", "Langues et cultures de l’Antiquité (latin)", 11, "de lettres classiques"),
    ("STECH", "073800", "Sciences et technologie", 5, "de sciences"),
    ("SVT", "062900", "Sciences de la vie et de la Terre", 4, "de SVT"),
    ("PH-CH", "062300", "Physique-chimie", 8, "de physique-chimie"),
    ("TECHN", "070800", "Technologie", 6, "de technologie"),
    ("A-PLA", "090100", "Arts plastiques", 10, "d’arts plastiques"),
    ("EDMUS", "081300", "Éducation musicale", 3, "d’éducation musicale"),
    ("EPS", "100100", "Éducation physique et sportive", 5, "d’EPS"),
)


@dataclass(frozen=True)
class Colleague:
    """`teaches` reads « FRANC 6A 4A; LCALA 4LATIN »; groups taught together are joined by « + »."""

    key: str
    first_name: str
    last_name: str
    civility: str
    profile: str = "teacher"
    title: str = ""
    teaches: str = ""
    leads: str = ""  # the division they are head teacher of
    since: int = 2  # school years before this one
    segpa: bool = False
    person: str = ""  # the same somebody in the other school
    replaced_by: str = ""
    digital_lead: bool = False
    substitute: bool = False


@dataclass(frozen=True)
class Gathering:
    """A group across classes: one pupil in so many, from `first` on; or all the `others`."""

    code: str
    label: str
    level: str
    divisions: tuple[str, ...]
    one_in: int = 1
    first: int = 0
    others: bool = False


@dataclass(frozen=True)
class Plan:
    key: str
    name: str
    town: tuple[str, str]  # postal code, name
    units: tuple[tuple[str, str, str], ...]
    sizes: dict[str, int]
    staff: tuple[Colleague, ...]
    gatherings: tuple[Gathering, ...]
    families: tuple[Child, ...] = ()
    former_pupils: int = 12
    halves: str = ""  # the division that works in halves, weeks A and B
    club: str = ""

    def children(self) -> list[Child]:
        """Those written by hand, then as many drawn as the classes still hold."""
        draw = Draw(self.key, self.town)
        drawn = list(draw.fill(self.sizes, list(self.families)))
        if any(kind == "segpa" for _, kind, _ in self.units):
            # The SEGPA has no class of its own in sixième: its pupils sit in the others'.
            for child in [child for child in drawn if child.level == "6e"][::8]:
                child.segpa = True
        return [*self.families, *drawn]


def _teacher(key: str, name: str, civility: str, teaches: str, leads: str = "", **more: Any) -> Colleague:
    first_name, last_name = name.split("/")
    return Colleague(key, first_name, last_name, civility, teaches=teaches, leads=leads, **more)


def _staff(key: str, name: str, civility: str, profile: str, title: str = "", **more: Any) -> Colleague:
    first_name, last_name = name.split("/")
    return Colleague(key, first_name, last_name, civility, profile, title, **more)


BRES_STAFF = (
    _staff("head", "Catherine/Montferrat", "MME", "head", "Principale", since=3),
    _staff("deputy", "Philippe/Ghannoum", "M", "deputy", "Principal adjoint"),
    _staff("cpe", "Aurélie/Bonnard", "MME", "cpe", "Conseillère principale d’éducation", since=6),
    _staff("cpe-2", "Moussa/Tounkara-Weil", "M", "cpe", "Conseiller principal d’éducation", since=0),
    _staff("aed", "Idriss/Mbemba", "M", "aed", "Assistant d’éducation", since=1),
    _staff("aed-2", "Camille/Dos Anjos", "MME", "aed", "Assistante d’éducation", since=0),
    _staff("aed-3", "Jessica/Tribolet", "MME", "aed", "Assistante d’éducation"),
    _staff("aed-4", "Sofiane/Kerrouche", "M", "aed", "Assistant d’éducation", since=0),
    _staff("librarian", "Florence/Guilloux", "MME", "librarian", "Professeure documentaliste", since=9),
    _staff("counsellor", "Yasmina/Rahal", "MME", "counsellor", "Psychologue (PsyEN)", person="psychologist"),
    _staff("nurse", "Patricia/Maurin", "MME", "nurse", "Infirmière scolaire", since=4),
    _staff("social-worker", "Fatou/Gassama", "MME", "social_worker", "Assistante sociale", since=1),
    _staff("office", "Brigitte/Fauvel", "MME", "office", "Secrétaire de direction", since=12),
    _staff("office-2", "Loïc/Kerbrat", "M", "office", "Adjoint gestionnaire", since=5),
    _staff("technical", "José/Teixeira", "M", "technical", "Agent d’accueil", since=11),
    _staff("technical-2", "Sylvie/Hautecœur", "MME", "technical", "Cheffe de cuisine", since=7),
    _staff("technical-3", "Kofi/Amegan", "M", "technical", "Agent de maintenance", since=1),
    _staff("partner", "Nora/Pichard", "MME", "partner", "Association Ondes de l’Ourcq", since=1),
    _staff("guest", "Bruno/Salvetti", "M", "guest", "Auteur en résidence", since=0),
    _teacher("french-1", "Claire/Morvan", "MME", "FRANC 4A 3A 6A", "4A", since=8),
    _teacher("french-2", "Étienne/d’Aubrac", "M", "FRANC 6B 5A 3B; LCALA 4LATIN", "5A", since=4),
    _teacher("french-3", "Leïla/Ouahioune", "MME", "FRANC 5B 4B", "5B", since=1),
    _teacher("maths-1", "Hélène/Kowalczyk", "MME", "MATHS 6A 4A 3B", "3B", since=7),
    _teacher("maths-2", "Bertrand/Lemoal", "M", "MATHS 6B 5A 3A", since=15, replaced_by="substitute"),
    _teacher("maths-3", "Divya/Ramanadin", "MME", "MATHS 5B 4B", "4B", since=2),
    _teacher(
        "substitute", "Antonin/Vauquelin", "M", "", title="Professeur de mathématiques", substitute=True
    ),
    _teacher("history-1", "François/Le Dantec", "M", "HI-GE 6A 5A 4A 3A", "3A", since=10),
    _teacher("history-2", "Maëlle/Ngo Bassong", "MME", "HI-GE 6B 5B 4B 3B", "6B", since=3),
    _teacher("english-1", "Siobhán/O’Rourke", "MME", "AGL1 6A 5A 4A 3A", "6A", since=5),
    _teacher("english-2", "Thomas/Zerbib", "M", "AGL1 6B 5B 4B 3B", since=2),
    _teacher("spanish", "Marisol/de la Vega Prieto", "MME", "ESP2 5ESP 4ESP 3ESP", since=6),
    _teacher("german", "Ulrike/van den Berghe", "MME", "ALL2 5ALL 4ALL 3ALL", since=13),
    _teacher("science", "Nathalie/Poulain-Sy", "MME", "STECH 6A 6B; SVT 5A 5B 4A 4B 3A 3B; SVT 4A1", since=4),
    _teacher("physics", "Grégoire/Assouline", "M", "PH-CH 5A 5B 4A 4B 3A 3B", since=2),
    _teacher("technology", "Julien/Castaing", "M", "TECHN 5A 5B 4A 4B 3A 3B", since=6, digital_lead=True),
    _teacher("arts", "Ombeline/Ruffieux", "MME", "A-PLA 6A 6B 5A 5B 4A 4B 3A 3B", since=1),
    _teacher("music", "Gwendal/Tanguy", "M", "EDMUS 6A 6B 5A 5B 4A 4B 3A 3B", person="musician", since=3),
    _teacher("sport-1", "Karine/Œuvrard", "MME", "EPS 6A+6B 5A 4A 3A", since=9),
    _teacher("sport-2", "Steeve/Marie-Luce", "M", "EPS 6A+6B 5B 4B 3B", since=5),
    _teacher("segpa", "Monique/Bertaud", "MME", "FRANC 6SEGPA; MATHS 6SEGPA", since=8, segpa=True),
)

BRES_GATHERINGS = (
    Gathering("5ESP", "5e espagnol LV2", "5e", ("5A", "5B"), one_in=3, others=True),
    Gathering("5ALL", "5e allemand LV2", "5e", ("5A", "5B"), one_in=3),
    Gathering("4ESP", "4e espagnol LV2", "4e", ("4A", "4B"), one_in=3, others=True),
    Gathering("4ALL", "4e allemand LV2", "4e", ("4A", "4B"), one_in=3),
    Gathering("3ESP", "3e espagnol LV2", "3e", ("3A", "3B"), one_in=4, others=True),
    Gathering("3ALL", "3e allemand LV2", "3e", ("3A", "3B"), one_in=4),
    Gathering("4LATIN", "Latin 4e et 3e", "4e", ("4A", "4B", "3A", "3B"), one_in=6, first=1),
)


BRES = Plan(
    key="bres",
    name="Collège Madeleine-Brès",
    town=VILLENEUVE,
    units=(
        ("0999990W", "college", "Collège Madeleine-Brès"),
        ("0999991X", "segpa", "SEGPA du collège Madeleine-Brès"),
    ),
    sizes={"6A": 26, "6B": 25, "5A": 27, "5B": 25, "4A": 28, "4B": 26, "3A": 24, "3B": 25},
    staff=BRES_STAFF,
    gatherings=BRES_GATHERINGS,
    families=AT_BRES,
    halves="4A",
    club="Club radio",
)

CESAIRE_STAFF = (
    _staff("head", "Sylvaine/Rakotondrabe", "MME", "head", "Principale", since=1),
    _staff("deputy", "Marianne/Kessler", "MME", "deputy", "Principale adjointe", since=0),
    _staff("cpe", "Olivier/Desnoyers", "M", "cpe", "Conseiller principal d’éducation", since=3),
    _staff("aed", "Sonia/Medjahed", "MME", "aed", "Assistante d’éducation", since=1),
    _staff("aed-2", "Wilfried/Gbaguidi", "M", "aed", "Assistant d’éducation", since=0),
    _staff("librarian", "Pascal/Ventura", "M", "librarian", "Professeur documentaliste", since=5),
    _staff("counsellor", "Yasmina/Rahal", "MME", "counsellor", "Psychologue (PsyEN)", person="psychologist"),
    _staff("nurse", "Annick/Lossouarn", "MME", "nurse", "Infirmière scolaire"),
    _staff("social-worker", "Estelle/Vidalie", "MME", "social_worker", "Assistante sociale", since=2),
    _staff("office", "Corinne/Abadie", "MME", "office", "Secrétaire de direction", since=6),
    _staff("technical", "Ferhat/Özkan", "M", "technical", "Agent d’accueil", since=4),
    _staff("partner", "Lucie/Hénaff", "MME", "partner", "Tutrice de stage", since=0),
    _staff("guest", "Gilles/Montagnier", "M", "guest", "Intervenant cirque", since=0),
    _teacher("french-1", "Solange/Apolline-Reine", "MME", "FRANC 6A 5A", "6A", since=4),
    _teacher("french-2", "Matthieu/Ségalen-Roy", "M", "FRANC 4A 3A; LCALA 3LATIN", "4A", since=2),
    _teacher("maths-1", "Rachida/Bouhired", "MME", "MATHS 6A 5A 4A 3A", "5A", since=7),
    _teacher("history-1", "Quentin/Daumas", "M", "HI-GE 6A 5A 4A 3A", "3A", since=1),
    _teacher("english-1", "Priscilla/Hartley", "MME", "AGL1 6A 5A 4A 3A", since=3),
    _teacher("spanish", "Álvaro/Ibáñez", "M", "ESP2 5A 4A 3A", since=5),
    _teacher("science", "Jeanne/Colombani", "MME", "STECH 6A; SVT 5A 4A 3A", since=8),
    _teacher("physics", "Ousseynou/Diakhaby", "M", "PH-CH 5A 4A 3A; TECHN 5A 4A 3A", digital_lead=True),
    _teacher("arts", "Faustine/Brunet-Lévy", "MME", "A-PLA 6A 5A 4A 3A", since=0),
    _teacher("music", "Gwendal/Tanguy", "M", "EDMUS 6A 5A 4A 3A", person="musician", since=3),
    _teacher("sport-1", "Christelle/Hoarau", "MME", "EPS 6A 5A 4A 3A", since=6),
)


CESAIRE = Plan(
    key="cesaire",
    name="Collège Aimé-Césaire",
    town=SAINT_AUBIN,
    units=(("0999992Y", "college", "Collège Aimé-Césaire"),),
    sizes={"6A": 25, "5A": 27, "4A": 26, "3A": 24},
    staff=CESAIRE_STAFF,
    gatherings=(Gathering("3LATIN", "Latin 4e et 3e", "3e", ("4A", "3A"), one_in=5, first=2),),
    families=AT_CESAIRE,
    former_pupils=8,
)

PLANS = (BRES, CESAIRE)
