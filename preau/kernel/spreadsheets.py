"""Cells that a spreadsheet opens as what they are: nobody's name is a formula."""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import Any

from django.http import HttpResponse

# Behind spaces and signs without width too: some programs trim a cell before they read it.
_BEGINS_A_FORMULA = re.compile(
    r"[ \xa0\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\"']*[=+\-@\t\r\n＝＋－＠−﹣﹢﹦﹫]"
)


def safe_cell(value: Any) -> str:
    """The text, led by an apostrophe where a spreadsheet would compute it."""
    text = "" if value is None else str(value)
    return f"'{text}" if _BEGINS_A_FORMULA.match(text) else text


def csv_answer(name: str, rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """As French spreadsheets open it by a double click: semicolons, and a mark that says UTF-8."""
    written = StringIO()
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
