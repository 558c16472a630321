from typing import Any

from django.core.management.base import BaseCommand, CommandError

from preau.kernel.work import dead


class Command(BaseCommand):
    help = (
        "Work of the instance that failed for good: listed, or with `replay` or `abandon` settled."
        " What failed in a school stands in its own console."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("what", nargs="?", choices=["list", "replay", "abandon"], default="list")
        parser.add_argument("tasks", nargs="*", metavar="uuid", help="those to settle")

    def handle(self, *, what: str, tasks: list[str], **options: Any) -> None:
        found = {str(task.uuid): task for task in dead.dead_letters(None)}
        if what == "list":
            for uuid, task in found.items():
                self.stdout.write(f"{uuid}\t{task.died_at:%Y-%m-%d %H:%M}\t{task.name}\t{task.error}")
            return
        if not tasks or set(tasks) - found.keys():
            raise CommandError("name one or more of those that `preau failed` lists: nothing was done")
        settle = dead.replay if what == "replay" else dead.abandon
        for uuid in tasks:
            self.stdout.write(f"{uuid}\t{what if settle(found[uuid]) else 'was settled before'}")
