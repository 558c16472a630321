"""What was found, as a table to read and as a file to compare."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bench import machine


@dataclass(frozen=True)
class Parameters:
    clients: list[int]
    warm_up: float
    seconds: float
    most: int  # answers in one cell


@dataclass(frozen=True)
class Cell:
    """One page asked for by so many clients at once."""

    page: str
    clients: int
    per_second: float
    p50_ms: float
    p95_ms: float
    answers: int
    server_cpu_ms: float | None  # of the server's process, a page
    client_cpu_ms: float
    load_before: float


@dataclass(frozen=True)
class Alone:
    """One page asked for by nobody else, and what travels for it."""

    page: str
    queries: int
    cpu_ms: float
    wall_ms: float
    kb_cold: float
    kb_warm: float


@dataclass(frozen=True)
class OnDatabase:
    database: str
    python: str
    django: str
    data: dict[str, int]
    alone: list[Alone]
    cells: list[Cell]


def table(found: OnDatabase, clients: list[int]) -> str:
    data = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in found.data.items())
    head = f"{'':20}{'queries':>8}{'CPU ms':>8}{'kB cold':>9}{'kB warm':>9}"
    head += "".join(f"{f'{number} clients /s':>16}{'p50':>7}{'p95':>7}" for number in clients)
    rows = {row.page: row for row in found.alone}
    cells = {(cell.page, cell.clients): cell for cell in found.cells}
    lines = [f"{found.database}: {data}", head]
    for page in dict.fromkeys([*(cell.page for cell in found.cells), *rows]):
        row = rows.get(page)
        measures = (
            f"{row.queries:8}{row.cpu_ms:8.1f}{row.kb_cold:9.1f}{row.kb_warm:9.1f}" if row else " " * 34
        )
        for number in clients:
            if cell := cells.get((page, number)):
                measures += f"{cell.per_second:16.1f}{cell.p50_ms:7.0f}{cell.p95_ms:7.0f}"
        lines.append(f"{page:20}{measures}")
    return "\n".join(lines)


def write(
    path: Path, began: datetime, given: Parameters, ceiling: list[Cell], found: list[OnDatabase]
) -> None:
    results = {
        "date": began.isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "machine": asdict(machine.this_machine()),
        "parameters": asdict(given),
        "ceiling": [asdict(cell) for cell in ceiling],
        "databases": [asdict(each) for each in found],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
