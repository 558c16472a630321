"""What an address of the visitors' pages may point to: a school, a version of its charter, a help page."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from preau.kernel.models import School
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import Cast
from preau.modules.welcome.models import Card, Charter


def make_charter(school: School, *, number: int = 1, word: str = "Respect") -> Any:
    with in_school(school):
        return Charter.objects.create(
            uuid=uuid4(),
            number=number,
            pupils=f"<p>{word} pour tous</p>",
            adults=f"<p>{word} entre adultes</p>",
        )


def make_card(school: School, **written: str) -> Any:
    with in_school(school):
        return Card.objects.create(**written)


def add_to(cast: Cast) -> None:
    """Each school has a charter. What is published has no canary: everybody may read it."""
    charters: dict[int, Any] = {}
    for place in cast.places.values():
        school = place.school
        charters[school.pk] = charters.get(school.pk) or make_charter(school)
        place.things["school"] = school
        place.things["charter"] = charters[school.pk]
        place.things["help_page"] = SimpleNamespace(uuid="welcome.visitors")
