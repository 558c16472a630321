"""Cards and charters of the demonstration's schools. No closing: they are open."""

from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from preau.kernel.models import School, SchoolUnit
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.modules.welcome.models import Card, Charter
from preau.modules.welcome.selectors import default_charter

# UAI of the demonstration -> its card.
CARDS = {
    "0999990W": {
        "about": "Collège public de la sixième à la troisième, avec une SEGPA, une section de latin"
        " et un club radio. Le secrétariat reçoit du lundi au vendredi,"
        " de 8\u00a0h à 12\u00a0h et de 13\u00a0h\u00a030 à 17\u00a0h.",
        "street": "14 rue des Tilleuls",
        "postal_code": "99990",
        "phone": "01 99 00 12 34",
        "email": "accueil@madeleine-bres.example",
        "website": "https://madeleine-bres.example/",
    },
    "0999992Y": {
        "about": "Collège public de quartier, ouvert sur le cirque et les lettres.",
        "street": "2 place du Marché",
        "postal_code": "99992",
        "phone": "01 99 00 56 78",
    },
}


@transaction.atomic
def build() -> None:
    """Run twice, it changes nothing."""
    with in_every_school(reason="which demonstration schools there are"):
        schools = {unit.school_id: CARDS[unit.uai] for unit in SchoolUnit.objects.filter(uai__in=list(CARDS))}
    for school in School.objects.filter(pk__in=schools):
        with in_school(school):
            Card.objects.get_or_create(defaults=schools[school.pk])
            if not Charter.objects.exists():
                Charter.objects.create(
                    uuid=uuid5(NAMESPACE_URL, f"https://demo.preau.invalid/charter/{school.uuid}"),
                    number=1,
                    pupils=default_charter.PUPILS,
                    adults=default_charter.ADULTS,
                )
