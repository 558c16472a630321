from typing import Any

from preau.kernel.models import School
from preau.kernel.search.indexing import reindex
from preau.kernel.tenancy.scope import in_school


def index_everything() -> None:
    """Every school, as its rows are now."""
    for school in School.objects.all():
        with in_school(school):
            reindex()


def add_to(cast: Any) -> None:
    """The cast can be found. A module that adds rows of its own to it refreshes their kind."""
    index_everything()
