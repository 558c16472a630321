"""Keeps the French catalogue of plurals, which Préau needs although its screens are written in French.

Without an entry Django applies the English rule to a French source string and says "0 absences".
`python -m tools.plurals` writes the missing entries and compiles the catalogue; with `--check` it
changes nothing and fails when there was something to do.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parents[1]
CATALOGUE = PROJECT / "preau/locale/fr/LC_MESSAGES/django.po"
# Function -> where its singular stands; a context stands before it.
FUNCTIONS = {"ngettext": 0, "ngettext_lazy": 0, "npgettext": 1, "npgettext_lazy": 1}
_STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_IN_TEMPLATE = re.compile(rf"\b(np?gettext)\(((?:\s*{_STRING}\s*,)+)")


HEADER = """\
# Written by `make catalogue`: the source strings are French, only their plurals stand here.
# Without them Django applies the English rule and says « 0 élèves »."""


class French(Catalog):
    # What Babel would write here changes with the clock and with its version.
    mime_headers = [
        ("Language", "fr"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", "nplurals=2; plural=(n > 1);"),
    ]


class Plural(NamedTuple):
    singular: str
    plural: str
    context: str | None


class NotLiteral(ValueError):
    pass


def in_python(source: str) -> Iterator[Plural]:
    tree = ast.parse(source)
    names = {name: name for name in FUNCTIONS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {a.asname: a.name for a in node.names if a.asname and a.name in FUNCTIONS}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in names:
            yield _plural(FUNCTIONS[names[called]], node)


def _plural(first: int, call: ast.Call) -> Plural:
    literals = [arg.value for arg in call.args[: first + 2] if isinstance(arg, ast.Constant)]
    strings = [value for value in literals if isinstance(value, str)]
    if len(strings) != first + 2:
        raise NotLiteral(
            f"line {call.lineno}: write both forms as literals, in order, so that they can be found"
        )
    return Plural(strings[first], strings[first + 1], strings[0] if first else None)


def in_template(source: str, name: str) -> Iterator[Plural]:
    from django.utils.translation.template import templatize

    for function, text in _IN_TEMPLATE.findall(templatize(source, origin=name)):
        strings = ast.literal_eval(f"({text})")
        first = FUNCTIONS[function]
        yield Plural(strings[first], strings[first + 1], strings[0] if first else None)


def in_project() -> tuple[dict[Plural, str], list[str]]:
    """Each plural with the file it stands in, and what is wrong."""
    found: dict[Plural, str] = {}
    wrong: list[str] = []
    for path in sorted((PROJECT / "preau").rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "tests" in path.parts or "static" in path.parts:
            continue
        name = path.relative_to(PROJECT).as_posix()
        source = path.read_text(encoding="utf-8")
        try:
            plurals = list(in_python(source) if path.suffix == ".py" else in_template(source, name))
        except NotLiteral as error:
            wrong.append(f"{name}, {error}")
        else:
            found |= {plural: name for plural in plurals if plural not in found}
    return found, wrong


def main(check: bool) -> int:
    from django.conf import settings

    settings.configure(USE_I18N=True)
    found, wrong = in_project()
    catalogue = _read()
    known = {_key(message): message for message in catalogue if message.pluralizable and message.id}

    missing = [plural for plural in found if plural not in known]
    stale = [plural for plural in known if plural not in found]
    for plural in missing if check else []:
        wrong.append(f"{found[plural]}: no entry in the French catalogue for {plural.singular!r}")
    for plural in stale if check else []:
        wrong.append(f"the French catalogue has an entry nothing uses: {plural.singular!r}")
    if not check:
        for plural in missing:
            # The source strings are the French ones.
            catalogue.add(
                (plural.singular, plural.plural), (plural.singular, plural.plural), context=plural.context
            )
        for plural in stale:
            catalogue.delete((plural.singular, plural.plural), plural.context)
    for message in catalogue:
        if message.id and (message.fuzzy or not _whole(message)):
            wrong.append(f"the French catalogue does not say {message.id!r} in French")
    for message, errors in catalogue.check():
        wrong += [f"{message.id!r}: {error}" for error in errors]

    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    target = CATALOGUE.with_suffix(".mo")
    if not check:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        text = io.BytesIO()
        write_po(text, catalogue, sort_output=True, width=100)
        CATALOGUE.write_bytes(text.getvalue())
        target.write_bytes(compiled.getvalue())
    elif not target.exists() or target.read_bytes() != compiled.getvalue():
        wrong.append(f"{target.relative_to(PROJECT)} is not what its .po compiles to")

    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        if check:
            print("`make catalogue` writes the entries and compiles them.", file=sys.stderr)
        return 1
    print(f"{len(found)} plurals, all in the French catalogue.")
    return 0


def _read() -> Catalog:
    catalogue = French(locale="fr", header_comment=HEADER, fuzzy=False)
    if CATALOGUE.exists():
        with CATALOGUE.open("rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id:
                    catalogue[message.id] = message
    return catalogue


def _key(message: Message) -> Plural:
    return Plural(message.id[0], message.id[1], message.context)


def _whole(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
