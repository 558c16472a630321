from argparse import ArgumentParser
from time import monotonic
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from preau.kernel.models import School, SchoolUnit
from preau.kernel.search.indexing import reindex
from preau.kernel.tenancy.scope import in_every_school, in_school


class Command(BaseCommand):
    help = "Make the search index anew, while people search. Stopped, it can be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", help="one school: its UUID, or the UAI of one of its units")

    def handle(self, *args: Any, school: str | None = None, **options: Any) -> None:
        for each in _schools(school):
            began = monotonic()
            with in_school(each):
                count = reindex()
            self.stdout.write(f"{each.name}: {count} in {monotonic() - began:.1f} s")


def _schools(named: str | None) -> list[School]:
    if named is None:
        return list(School.objects.order_by("pk"))
    try:
        found = School.objects.filter(uuid=UUID(named))
    except ValueError:
        with in_every_school(reason="the school of a unit named on the command line"):
            unit = SchoolUnit.objects.filter(uai=named.upper()).first()
        found = School.objects.filter(pk=unit.school_id) if unit else School.objects.none()
    if not found:
        raise CommandError(f"no school {named}")
    return list(found)
