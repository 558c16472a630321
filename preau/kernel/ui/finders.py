import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder, get_finders
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

from preau.kernel.ui.accent import Accent, rule_of, sheet_of

SHEET = "ui/css/preau.css"
# Sheets a page links for who wants them (`comfort.py`): each joins the folder of its name in every `css/`.
ON_WISH = {f"ui/css/{name}.css": name for name in ("dark", "contrast", "calm", "reading")}
# What few pages have, linked by those pages: every other page goes without its weight.
ON_NEED = {"ui/css/rare.css": "rare"}
SHEETS = {SHEET: "", **ON_WISH, **ON_NEED}
ACCENTS = {sheet_of(accent): accent for accent in Accent.values}
LAYERS = "@layer reset, tokens, base, components, utilities;\n"


class StylesheetFinder(BaseFinder):
    """Joins every `*/css/*.css` of the project into one sheet: one request, and no generated file to commit.
    What stands in `*/css/dark/` makes a sheet of its own, and so for the others of `ON_WISH` and `ON_NEED`;
    each colour a school may have is a sheet of one rule.

    The layers settle which rule wins, so the order of the files never matters.
    """

    @cached_property
    def _folder(self) -> TemporaryDirectory[str]:
        return TemporaryDirectory(prefix="preau-css-")

    @cached_property
    def storage(self) -> FileSystemStorage:
        return FileSystemStorage(location=self._folder.name)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in SHEETS and path not in ACCENTS:
            return []
        found = str(self._write(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path in (*SHEETS, *ACCENTS):
            self._write(path)
            yield path, self.storage

    def _write(self, path: str) -> Path:
        sheet = Path(self.storage.path(path))
        sheet.parent.mkdir(parents=True, exist_ok=True)
        text = LAYERS + rule_of(ACCENTS[path]) if path in ACCENTS else joined(path)
        # Another thread may be reading it: a page must never get half a sheet.
        fresh = sheet.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(sheet)
        return sheet


def parts(sheet: str = SHEET) -> dict[str, str]:
    """Path of each part of a sheet → its text, those of `ui/` first."""
    folder = f"{SHEETS[sheet]}/" if SHEETS[sheet] else ""
    found: dict[str, str] = {}
    for finder in get_finders():
        if isinstance(finder, StylesheetFinder):
            continue
        for path, storage in finder.list([]):
            name = str(path)
            if re.fullmatch(rf"\w+/css/{folder}[\w-]+\.css", name) and name not in found:
                with storage.open(name, "r") as file:
                    found[name] = str(file.read())
    return dict(sorted(found.items(), key=lambda part: (not part[0].startswith("ui/"), part[0])))


def joined(sheet: str = SHEET) -> str:
    return LAYERS + "\n".join(_smaller(text) for text in parts(sheet).values()) + "\n"


def _smaller(css: str) -> str:
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "\n".join(line.strip() for line in without_comments.splitlines() if line.strip())
