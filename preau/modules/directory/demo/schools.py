"""The two schools of the demonstration: their classes and groups. Pure data."""

from dataclasses import dataclass

from preau.modules.directory.demo.cases import AT_BRES, AT_CESAIRE, SAINT_AUBIN, VILLENEUVE
from preau.modules.directory.demo.families import Child, Draw
from preau.modules.directory.demo.staff import BRES_STAFF, CESAIRE_STAFF, Colleague

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
ONE_IN_SEGPA = 12  # of the pupils drawn for the sixièmes


@dataclass(frozen=True)
class Gathering:
    """A group across classes: one pupil in so many, from `first` on; or all the `others`."""

    code: str
    label: str
    divisions: tuple[str, ...]
    one_in: int = 1
    first: int = 0
    others: bool = False


@dataclass(frozen=True)
class Plan:
    """`sizes`: how many pupils each class holds in September."""

    key: str
    number: int  # of the school, in the numbers of its files
    name: str
    town: tuple[str, str]  # postal code, name
    units: tuple[tuple[str, str, str], ...]
    sizes: dict[str, int]
    staff: tuple[Colleague, ...]
    gatherings: tuple[Gathering, ...]
    families: tuple[Child, ...] = ()
    halves: str = ""  # the division that works in halves, weeks A and B
    club: str = ""

    @property
    def has_segpa(self) -> bool:
        return any(kind == "segpa" for _, kind, _ in self.units)

    def pupils(self) -> tuple[list[Child], list[Child]]:
        """Those of this year – written by hand, then as many drawn as the classes still hold – and those who
        were in troisième last year and have left."""
        draw = Draw(self.key, self.town, self.families)
        drawn = list(draw.fill(self.sizes, list(self.families)))
        if self.has_segpa:
            # The SEGPA has no class of its own in sixième: its pupils sit in the others'.
            for child in [child for child in drawn if child.level == "6e"][::ONE_IN_SEGPA]:
                child.segpa = True
        last = {division: size for division, size in self.sizes.items() if division[0] == "3"}
        return [*self.families, *drawn], list(draw.fill(last, []))


def _languages(level: str, *pairs: str) -> tuple[Gathering, ...]:
    """Spanish and German of one level, two classes at a time: the first groups have no number."""
    one_in = 4 if level == "3" else 3
    found = []
    for number, pair in enumerate(pairs, start=1):
        divisions = tuple(f"{level}{letter}" for letter in pair)
        code, label = ("", "") if number == 1 else (str(number), f", groupe {number}")
        found += [
            Gathering(f"{level}ESP{code}", f"{level}e espagnol LV2{label}", divisions, one_in, others=True),
            Gathering(f"{level}ALL{code}", f"{level}e allemand LV2{label}", divisions, one_in),
        ]
    return tuple(found)


def _classes(level: str, *sizes: int) -> dict[str, int]:
    return {f"{level}{letter}": size for letter, size in zip("ABCDEFGH", sizes, strict=False)}


BRES = Plan(
    key="bres",
    number=900,
    name="Collège Madeleine-Brès",
    town=VILLENEUVE,
    units=(
        ("0999990W", "college", "Collège Madeleine-Brès"),
        ("0999991X", "segpa", "SEGPA du collège Madeleine-Brès"),
    ),
    sizes={
        **_classes("6", 26, 25, 25, 25, 24, 25, 24, 25),
        **_classes("5", 27, 25, 25, 26, 25, 24, 25, 25),
        **_classes("4", 28, 26, 25, 26, 25, 26, 25),
        **_classes("3", 24, 25, 25, 24, 24, 23, 23),
    },
    staff=BRES_STAFF,
    gatherings=(
        *_languages("5", "AB", "CD", "EF", "GH"),
        # The last class of these two levels learns Spanish as a whole.
        *_languages("4", "AB", "CD", "EF"),
        *_languages("3", "AB", "CD", "EF"),
        Gathering("4LATIN", "Latin 4e et 3e", ("4A", "4B", "3A", "3B"), one_in=6, first=1),
    ),
    families=AT_BRES,
    halves="4A",
    club="Club radio",
)

CESAIRE = Plan(
    key="cesaire",
    number=901,
    name="Collège Aimé-Césaire",
    town=SAINT_AUBIN,
    units=(("0999992Y", "college", "Collège Aimé-Césaire"),),
    sizes={"6A": 25, "5A": 27, "4A": 26, "3A": 24},
    staff=CESAIRE_STAFF,
    gatherings=(Gathering("3LATIN", "Latin 4e et 3e", ("4A", "3A"), one_in=5, first=2),),
    families=AT_CESAIRE,
)

PLANS = (BRES, CESAIRE)
