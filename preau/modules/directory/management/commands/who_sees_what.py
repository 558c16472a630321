"""The default rules as the tables a family may read. `docs/fr/qui-voit-quoi.md` holds what this prints."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from preau.modules.directory.models import Duty, Relation, Right
from preau.modules.directory.models.defaults import PROFILES, RULES
from preau.modules.directory.models.rules import Subject

BEGINNING, END = "<!-- preau who_sees_what -->", "<!-- fin -->"


def tables() -> str:
    """Markdown: one table for each kind of person looked at, then who does what."""
    parts = [_of_whom(subject) for subject in Subject]
    return "\n\n".join([*parts, _missions()])


def _of_whom(subject: Subject) -> str:
    rules = {right: relations for (right, about), relations in RULES.items() if about == subject}
    rights = [right for right in Right if right in rules]
    lines = [
        f"### Sur {subject.label}",
        "",
        _row("Qui regarde", *(_capital(right.label) for right in rights)),
        _row("---", *("---" for _ in rights)),
    ]
    for relation in Relation:
        if any(relation in rules[right] for right in rights):
            cells = ("oui" if relation in rules[right] else "–" for right in rights)
            lines.append(_row(_capital(relation.label), *cells))
    return "\n".join(lines)


def _missions() -> str:
    lines = [
        "### Les profils et leurs missions",
        "",
        _row("Profil", "Missions", "Connu de toutes les familles"),
        _row("---", "---", "---"),
    ]
    for _, label, _, _, _, duties, known in PROFILES:
        missions = ", ".join(str(Duty(duty).label) for duty in duties)
        lines.append(_row(label, missions or "–", "oui" if known else "–"))
    return "\n".join(lines)


def _row(*cells: Any) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _capital(words: Any) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]


def parted(page: str) -> tuple[str, str, str]:
    """What stands before the tables, the tables, what stands after. Raises `ValueError` without the marks."""
    before, mark, rest = page.partition(BEGINNING)
    held, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"no place marked {BEGINNING} … {END}")
    return before, held.strip("\n"), after


class Command(BaseCommand):
    help = "Print who may see what by default, as Markdown tables."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--write", type=Path, metavar="PAGE", help="put them in this page, between its marks"
        )

    def handle(self, *, write: Path | None, **options: Any) -> None:
        if write is None:
            self.stdout.write(tables())
            return
        try:
            before, _, after = parted(write.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        write.write_text(f"{before}{BEGINNING}\n\n{tables()}\n\n{END}{after}", encoding="utf-8")
        self.stderr.write(f"{write}: written")
