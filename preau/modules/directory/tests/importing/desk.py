"""A school whose secretary brings files: what each drop plans, applies, takes back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from preau.kernel.models import School, SchoolYear
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.imports.staging import Staged, staged
from preau.modules.directory.models import GroupMember, Import, ImportLine, PersonRecord
from preau.modules.directory.services import found_school, importing
from preau.modules.directory.testing import make_year

UAI = "0999990W"
TODAY = date(2026, 11, 20)
Act = ImportLine.Act


@dataclass
class Desk:
    school: School
    year: SchoolYear

    @classmethod
    def of_a_new_school(cls, uai: str = UAI, name: str = "Collège des Essais") -> "Desk":
        school = found_school(name=name, city="Bobigny", units=[(uai, "college", name)])
        return cls(school, make_year(school, 2026))

    @contextmanager
    def open(self) -> Iterator[None]:
        with in_school(self.school, self.year):
            yield

    def read(self, *files: bytes, day: date = TODAY) -> Staged:
        uploads = [(f"fichier-{rank}", BytesIO(content)) for rank, content in enumerate(files, start=1)]
        with self.open():
            return staged(uploads, actor=None, begun_by=None, year=self.year, day=day)

    def bring(self, *files: bytes, day: date = TODAY) -> Import:
        """Read and applied, whatever is asked."""
        batch = self.read(*files, day=day).batch
        assert batch is not None, "nothing would change"
        return self.apply(batch)

    def apply(self, batch: Import) -> Import:
        with self.open():
            asked = [ask["code"] for ask in batch.asks]
            importing.ask_to_apply(actor=None, applied_by=None, batch=batch, said_yes=asked)
            return importing.apply_import(actor=None, batch=batch)

    def lines(self, batch: Import, act: str = "") -> list[ImportLine]:
        with self.open():
            lines = batch.lines.all()
            return list(lines.filter(act=act) if act else lines)

    def decide(self, line: ImportLine, **decision: Any) -> None:
        with self.open():
            importing.decide_line(actor=None, line=line, decision=decision)

    def person(self, last_name: str) -> PersonRecord:
        with self.open():
            found: PersonRecord = PersonRecord.objects.get(last_name=last_name)
            return found

    def names(self) -> list[str]:
        with self.open():
            return [record.listed_name for record in PersonRecord.objects.all()]

    def classes_of(self, last_name: str, day: date = TODAY) -> list[str]:
        with self.open():
            rows = GroupMember.objects.on(day).filter(record__last_name=last_name)
            return sorted(row.group.label for row in rows.select_related("group"))

    def count(self, *models: Any) -> dict[str, int]:
        with self.open():
            return {model.__name__: model.objects.count() for model in models}


def acts(lines: Iterable[ImportLine]) -> list[tuple[str, str]]:
    return [(line.act, line.thing) for line in lines]
