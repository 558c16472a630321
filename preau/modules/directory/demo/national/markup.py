"""XML by hand, piece by piece: a file is never whole in memory."""

from collections.abc import Iterator

from preau.modules.directory.demo.national.letters import latin
from preau.modules.directory.demo.national.life import September

PROLOG = '<?xml version="1.0" encoding="ISO-8859-15"?>\n'


def text(value: str) -> str:
    return latin(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(value: str) -> str:
    return text(value).replace('"', "&quot;")


def element(name: str, value: str) -> str:
    return f"<{name}>{text(value)}</{name}>" if value else f"<{name}/>"


def elements(indent: int, *fields: tuple[str, str | None]) -> str:
    """One a line; a value of None leaves its element out, an empty one writes it empty."""
    margin = " " * indent
    return "".join(f"{margin}{element(name, value)}\n" for name, value in fields if value is not None)


def capitals(name: str) -> str:
    return latin(name).upper()


def exported_on(year: int) -> str:
    return f"28/09/{year}"


def siecle(root: str, version: str, september: September, data: Iterator[str]) -> Iterator[str]:
    """A whole export of SIECLE around its data."""
    day = exported_on(september.year)
    yield f'{PROLOG}<{root} VERSION="{version}">\n  <PARAMETRES>\n'
    yield elements(
        4,
        ("UAJ", september.uai),
        ("ANNEE_SCOLAIRE", str(september.year)),
        ("DATE_EXPORT", day),
        ("HORODATAGE", f"{day} 08:00:00"),
    )
    yield "  </PARAMETRES>\n  <DONNEES>\n"
    yield from data
    yield f"  </DONNEES>\n</{root}>\n"
