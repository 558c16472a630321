from json import dumps
from typing import Any

from django.core.management.base import BaseCommand

from preau.modules.accounts.demo import demo_accounts


class Command(BaseCommand):
    help = "List the demonstration's accounts and their public password. Real ones are never listed."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="as a JSON list")

    def handle(self, *, json: bool, **options: Any) -> None:
        found = demo_accounts()
        if json:
            self.stdout.write(dumps(found, ensure_ascii=False, indent=2))
            return
        if not found:
            self.stderr.write("No demonstration here: nothing to list.")
            return
        widths = {key: max(len(key), *(len(row[key]) for row in found)) for key in found[0]}
        for row in [{key: key for key in widths}, *found]:
            self.stdout.write("  ".join(row[key].ljust(width) for key, width in widths.items()).rstrip())
