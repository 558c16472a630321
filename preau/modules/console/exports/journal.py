"""The journal as a table."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from preau.kernel.audit.sentences import Told


def table(lines: Iterable[Told]) -> Iterator[list[str]]:
    yield [
        _("Date"),
        _("Heure"),
        _("Qui"),
        _("En tant que"),
        _("Au nom de"),
        _("Action"),
        _("Depuis"),
        _("Code"),
    ]
    for line in lines:
        yield [
            line.at.date().isoformat(),
            line.at.strftime("%H:%M:%S"),
            line.who,
            line.as_whom,
            line.for_whom,
            line.text,
            ", ".join(line.whence),
            line.row.act,
        ]
