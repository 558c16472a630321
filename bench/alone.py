"""One page at a time inside one process: statements, processor time. And how much data there is.

`python -m bench.alone`, with the environment of a server, reads `Ask`s as JSON and writes a `Found`.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

WARM_UP = 5
TIMES = 40


@dataclass(frozen=True)
class Ask:
    name: str
    path: str
    cookie: str
    shows: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    queries: int
    cpu_ms: float
    wall_ms: float


@dataclass(frozen=True)
class Found:
    python: str
    django: str
    database: str
    data: dict[str, int]
    costs: dict[str, Cost]


def in_own_process(asks: list[Ask], env: dict[str, str]) -> Found:
    done = subprocess.run(
        [sys.executable, "-m", "bench.alone"],
        env=env,
        check=True,
        input=json.dumps([asdict(ask) for ask in asks]),
        stdout=subprocess.PIPE,
        text=True,
    )
    found = json.loads(done.stdout)
    costs = {name: Cost(**cost) for name, cost in found.pop("costs").items()}
    return Found(**found, costs=costs)


def measure(ask: Ask) -> Cost:
    """Medians, through every middleware, compression included; the wall must be off."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1", headers={"cookie": ask.cookie, "accept-encoding": "gzip"})
    for _ in range(WARM_UP):
        _get(client, ask)
    with CaptureQueriesContext(connection) as captured:
        _get(client, ask)
        queries = len(captured)
    spent, lasted = [], []
    for _ in range(TIMES):
        cpu, wall = time.process_time(), time.perf_counter()
        _get(client, ask)
        spent.append((time.process_time() - cpu) * 1000)
        lasted.append((time.perf_counter() - wall) * 1000)
    return Cost(queries, round(median(spent), 2), round(median(lasted), 2))


def _get(client: "Client", ask: Ask) -> None:
    from gzip import decompress

    response = client.get(ask.path)
    body = response.content
    if response.headers.get("Content-Encoding") == "gzip":
        body = decompress(body)
    if response.status_code != 200 or not all(text in body.decode() for text in ask.shows):
        raise SystemExit(f"{ask.path} is not the page that was meant: {response.status_code}")


def counted() -> dict[str, int]:
    from preau.kernel.models import School
    from preau.kernel.tenancy.scope import in_every_school
    from preau.modules.directory.models import Enrolment, Group, GroupMember, PersonRecord

    with in_every_school(reason="how much data the bench ran on"):
        return {
            "schools": School.objects.count(),
            "pupils": Enrolment.objects.filter(year__state="open").values("record").distinct().count(),
            "people": PersonRecord.objects.count(),
            "groups": Group.objects.filter(year__state="open").count(),
            "group_members": GroupMember.objects.filter(year__state="open").count(),
        }


def versions() -> dict[str, str]:
    import platform

    import django
    from django.db import connection

    number = ".".join(map(str, connection.get_database_version()))
    database = f"{connection.display_name} {number}"
    return {
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": database,
    }


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "preau.config.settings"
    import django

    django.setup()
    asks = [Ask(**{**row, "shows": tuple(row["shows"])}) for row in json.load(sys.stdin)]
    costs = {ask.name: measure(ask) for ask in asks}
    print(json.dumps(asdict(Found(data=counted(), costs=costs, **versions()))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
