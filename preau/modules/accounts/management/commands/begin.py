from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from preau.kernel.audit.recording import by_command
from preau.kernel.clock import today
from preau.kernel.models import SchoolUnit
from preau.kernel.rules import RuleBroken
from preau.modules.accounts.services import begin_school


class Command(BaseCommand):
    help = "Begin a school: its unit, its first year, open, and the account of its head."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--name", required=True, help="« Collège Louise-Michel »")
        parser.add_argument("--city", default="")
        parser.add_argument("--uai", required=True)
        parser.add_argument("--kind", default="college", choices=SchoolUnit.Kind.values)
        parser.add_argument("--head", required=True, nargs=2, metavar=("FIRST_NAME", "LAST_NAME"))
        parser.add_argument("--login", required=True)
        parser.add_argument(
            "--from", dest="first_day", type=date.fromisoformat, help="first day of the school year"
        )
        parser.add_argument(
            "--to", dest="last_day", type=date.fromisoformat, help="last day of the school year"
        )

    def handle(
        self, *, first_day: date | None, last_day: date | None, head: list[str], **options: Any
    ) -> None:
        autumn = today().year if today().month >= 7 else today().year - 1
        try:
            with by_command():
                school, account, password = begin_school(
                    head=(head[0], head[1]),
                    first_day=first_day or date(autumn, 9, 1),
                    last_day=last_day or date(autumn + 1, 7, 5),
                    **{name: options[name] for name in ("name", "city", "uai", "kind", "login")},
                )
        except RuleBroken as broken:
            raise CommandError(str(broken.message)) from None
        self.stderr.write(f"{school.name}: {account.login} may log in with the password below, shown once.")
        self.stdout.write(password)
