"""Families written by hand: each shows something a directory must bear."""

from typing import Any

from preau.kernel.names import folded
from preau.modules.directory.demo.families import Adult, Child, Home, Kinship, Level, Tie

VILLENEUVE = ("93999", "Villeneuve-sur-Ourcq")
SAINT_AUBIN = ("93998", "Saint-Aubin-lès-Forts")


def _home(address: str, phone: str = "", town: tuple[str, str] = VILLENEUVE) -> Home:
    return Home(address, *town, phone)


def _key(name: str) -> str:
    return folded(name).replace(" ", "-")


def _adult(name: str, civility: str, home: Home | None, mobile: str = "", **more: str) -> Adult:
    """`name` parts first name and name with a « / »."""
    first_name, last_name = name.split("/")
    key = more.pop("key", _key(name))
    return Adult(key, first_name, last_name, civility, home, mobile, **more)


def _mother(name: str, home: Home | None, mobile: str = "", **more: str) -> Adult:
    return _adult(name, "MME", home, mobile, **more)


def _father(name: str, home: Home | None, mobile: str = "", **more: str) -> Adult:
    return _adult(name, "M", home, mobile, **more)


def _child(name: str, division: str, home: Home, *ties: Tie, **more: Any) -> Child:
    first_name, last_name = name.split("/")
    more.setdefault("birthday", (5, 17))
    key = more.pop("key", _key(name))
    return Child(key, first_name, last_name, division, home, ties, **more)


def two_parents_at_one_address() -> list[Child]:
    """And two children in the school."""
    home = _home("14 rue des Tilleuls", "01 99 00 27 41")
    mother = _mother(
        "Samira/Haddouche",
        home,
        "06 39 98 12 07",
        email="samira.haddouche@example.org",
        birth_name="Belkadi",
    )
    father = _father(
        "Karim/Haddouche",
        home,
        "+33 6 39 98 55 18",
        email="famille.haddouche@example.org",
        work_phone="01 99 00 64 30",
    )
    parents = Tie(mother, Kinship.MOTHER), Tie(father, Kinship.FATHER)
    return [
        _child(
            "Lina/Haddouche",
            "4A",
            home,
            *parents,
            birthday=(3, 12),
            mobile="06 39 98 12 08",
            email="lina.haddouche@example.com",
        ),
        _child("Ilyès/Haddouche", "6B", home, *parents, birthday=(11, 3)),
    ]


def _solene(mobile: str, email: str) -> tuple[Home, Tie]:
    """One person; each school knows her by its own record, and has another number of hers."""
    home = _home("3 passage de l’Écluse")
    return home, Tie(
        _mother("Solène/Le Floc’h", home, mobile, email=email, person="solene-le-floc-h"), Kinship.MOTHER
    )


def one_parent_in_two_schools_here() -> list[Child]:
    home, mother = _solene("06.39.98.71.33", "solene.lefloch@example.org")
    return [_child("Maël/Le Floc’h", "6A", home, mother)]


def one_parent_in_two_schools_there() -> list[Child]:
    home, mother = _solene("06 39 98 71 34", "solene.lefloch@example.com")
    return [_child("Awen/Le Floc’h", "3A", home, mother, birthday=(7, 2))]


def separated_parents() -> list[Child]:
    """The child lives with her mother, who teaches in the school."""
    home = _home("27 avenue de la Fraternité")
    mother = _mother("Hélène/Kowalczyk", home, "06 39 98 40 02", key="maths-1")
    father = _father(
        "Mickaël/Ferrand", _home("61 boulevard de la Plaine"), "0639984471", email="m.ferrand@example.org"
    )
    ties = Tie(mother, Kinship.MOTHER), Tie(father, Kinship.FATHER, houses=False)
    return [_child("Anouk/Kowalczyk-Ferrand", "6B", home, *ties)]


def a_grandmother_in_charge() -> list[Child]:
    home = _home("8 allée des Marronniers", "01 99 00 18 18")
    away = _home("4 rue du Phare", town=("29999", "Port-Armel"))
    return [
        _child(
            "Théo/Lecœur",
            "5B",
            home,
            Tie(_mother("Odile/Lecœur", home, "06 39 98 30 61"), Kinship.GRANDPARENT, Level.IN_CHARGE),
            Tie(_mother("Céline/Lecœur", away, "06 39 98 30 62"), Kinship.MOTHER, houses=False),
        )
    ]


def a_foster_worker() -> list[Child]:
    """The mother keeps her authority; the welfare service's educator is only somebody to call."""
    home = _home("112 chemin du Halage", "01 99 00 83 05")
    mother = _mother("Sabrina/Vasseur", _home("9 place du Marché-aux-Fleurs"), "06 39 98 77 10")
    educator = _father(
        "Damien/Coutelle", None, work_phone="01 99 00 51 51", email="protection.enfance@example.net"
    )
    return [
        _child(
            "Enzo/Vasseur",
            "6A",
            home,
            Tie(_mother("Josiane/Quéméneur", home, "06 39 98 05 20"), Kinship.FOSTER, Level.IN_CHARGE),
            Tie(mother, Kinship.MOTHER, houses=False),
            Tie(educator, Kinship.EDUCATOR, Level.CONTACT, houses=False, may_collect=False),
            segpa=True,
        )
    ]


def a_court_restriction() -> list[Child]:
    home = _home("45 rue des Maraîchers")
    father = _father("Ruben/Okafor", _home("77 cité des Peintres, bâtiment A"), "06 39 98 66 99")
    return [
        _child(
            "Jade/Perrin-Okafor",
            "5B",
            home,
            Tie(_mother("Alice/Perrin", home, "06 39 98 66 21"), Kinship.MOTHER),
            Tie(father, Kinship.FATHER, houses=False, may_collect=False, restricted=True),
        )
    ]


def a_pupil_of_age() -> list[Child]:
    """Newly arrived; he has withdrawn his mother's access."""
    home = _home("2 résidence Les Cerisiers, escalier 1, porte 14")
    mother = Tie(_mother("Mariama/Diaby", home, "06 39 98 29 29"), Kinship.MOTHER, withdrawn=True)
    more = {"birthday": (3, 14), "late_by": 4, "mobile": "06 39 98 29 30", "new": True}
    return [_child("Alseny/Diaby", "3B", home, mother, **more)]


def twins() -> list[Child]:
    home = _home("19 rue de la Sucrerie")
    parents = (
        Tie(_mother("Bich-Ngoc/Phan", home, "06 39 98 14 15", birth_name="Huynh"), Kinship.MOTHER),
        Tie(_father("Stéphane/Phan", home, "06 39 98 14 16"), Kinship.FATHER),
    )
    return [
        _child("Zoé/Phan", "3A", home, *parents, birthday=(9, 30)),
        _child("Chloé/Phan", "3B", home, *parents, birthday=(9, 30)),
    ]


def homonyms_in_one_class() -> list[Child]:
    one, other = _home("5 square des Cordiers"), _home("88 rue du Canal")
    mother = Tie(_mother("Ludivine/Martin", one, "06 39 98 20 11"), Kinship.MOTHER)
    father = Tie(_father("Ruddy/Martin", other, "06 39 98 88 01"), Kinship.FATHER)
    return [
        _child("Lucas/Martin", "4B", one, mother, other_first_names="Paul, Émile", birthday=(1, 9)),
        _child(
            "Lucas/Martin",
            "4B",
            other,
            father,
            key="lucas-martin-2",
            other_first_names="Harold",
            birthday=(8, 22),
        ),
    ]


def names_that_break_lists() -> list[Child]:
    """Sixty characters, particles, apostrophes, signs that are not in every font."""
    rows = (
        ("4A", "Marie-Emmanuelle/de Vasconcelos Albuquerque-Montenegro Prado", "Maria da Luz", "93 93"),
        ("5A", "Basile/de La Roncière", "Hermine", "61 62"),
        ("6B", "Rosa/da Conceição", "Graça", "47 12"),
    )
    found = []
    for number, (division, name, parent, end) in enumerate(rows, start=31):
        home = _home(f"{number} résidence Les Cerisiers, escalier 4, porte {number}2")
        adult = _mother(f"{parent}/{name.partition('/')[2]}", home, f"06 39 98 {end}")
        found.append(_child(name, division, home, Tie(adult, Kinship.MOTHER)))
    return found


def comings_and_goings() -> list[Child]:
    """One changes class in October, one arrives in November, one leaves at its beginning."""
    cherif, ndoye, dang = (
        _home("70 rue du Vieux-Lavoir"),
        _home("11 rue du Canal"),
        _home("132 boulevard de la Plaine"),
    )
    return [
        _child(
            "Bilal/Ait Cherif",
            "5A",
            cherif,
            Tie(_father("Djamel/Ait Cherif", cherif, "06 39 98 34 00"), Kinship.FATHER),
            moves_to="5B",
        ),
        _child(
            "Coumba/N’Doye",
            "4B",
            ndoye,
            Tie(_mother("Rokhaya/N’Doye", ndoye, "06 39 98 70 07"), Kinship.MOTHER),
            arrives_after=75,
            new=True,
        ),
        _child(
            "Kévin/Đặng",
            "3A",
            dang,
            Tie(_mother("Thi Hoa/Đặng", dang, "06 39 98 52 25"), Kinship.MOTHER),
            leaves_after=60,
        ),
    ]


def an_ordinary_family() -> list[Child]:
    home = _home("12 rue des Cheminots", "01 99 00 40 04", SAINT_AUBIN)
    mother = Tie(_mother("Khady/Ndao", home, "06 39 98 19 45"), Kinship.MOTHER)
    return [_child("Awa/Ndao", "5A", home, mother, birthday=(2, 20))]


AT_BRES = (
    *two_parents_at_one_address(),
    *one_parent_in_two_schools_here(),
    *separated_parents(),
    *a_grandmother_in_charge(),
    *a_foster_worker(),
    *a_court_restriction(),
    *a_pupil_of_age(),
    *twins(),
    *homonyms_in_one_class(),
    *names_that_break_lists(),
    *comings_and_goings(),
)

AT_CESAIRE = (*one_parent_in_two_schools_there(), *an_ordinary_family())
