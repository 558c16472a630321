import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder, get_finders
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

SHEET = "ui/css/preau.css"
LAYERS = "@layer reset, tokens, base, components, utilities;\n"


class StylesheetFinder(BaseFinder):
    """Joins every `*/css/*.css` of the project into one sheet: one request, and no generated file to commit.

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
        if path != SHEET:
            return []
        found = str(self._write())
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        self._write()
        yield SHEET, self.storage

    def _write(self) -> Path:
        sheet = Path(self.storage.path(SHEET))
        sheet.parent.mkdir(parents=True, exist_ok=True)
        text = joined()
        # Another thread may be reading it: a page must never get half a sheet.
        fresh = sheet.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(sheet)
        return sheet


def parts() -> dict[str, str]:
    """Path of each part → its text, those of `ui/` first."""
    found: dict[str, str] = {}
    for finder in get_finders():
        if isinstance(finder, StylesheetFinder):
            continue
        for path, storage in finder.list([]):
            name = str(path)
            if re.fullmatch(r"\w+/css/[\w-]+\.css", name) and name not in found:
                with storage.open(name, "r") as file:
                    found[name] = str(file.read())
    return dict(sorted(found.items(), key=lambda part: (not part[0].startswith("ui/"), part[0])))


def joined() -> str:
    return LAYERS + "\n".join(_smaller(text) for text in parts().values()) + "\n"


def _smaller(css: str) -> str:
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "\n".join(line.strip() for line in without_comments.splitlines() if line.strip())
