from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from preau.kernel.audit import append_only, seals
from preau.kernel.models import School


class Command(BaseCommand):
    help = "Read the journals against their seals: says what was changed behind the application's back."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("what", choices=["verify"])

    def handle(self, *, what: str, **options: Any) -> None:
        wrong = 0
        for name in sorted(append_only.wanted_names(connection.vendor) - append_only.hung()):
            self.stdout.write(f"the database does not hold {name}: `preau migrate` hangs it again")
            wrong += 1
        for school in School.objects.order_by("pk"):
            for broken in seals.verify(school):
                self.stdout.write(f"{school.name}\tuntil {broken.until:%Y-%m-%d %H:%M}\t{broken.why}")
                wrong += 1
            self.stderr.write(f"{school.name}: read; {seals.unsealed(school)} rows are not sealed yet")
        if wrong:
            raise CommandError(f"{wrong} disagreements")
