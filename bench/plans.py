"""What PostgreSQL does for each page: `python -m bench.plans`, on a database that `bench.fill` filled.

Times depend on the machine; pages of data touched (`buffers`) do not: a plan that went wrong shows there.
`planning` is what a statement costs the first times a connection sees it.
`--school` chooses whose head, teacher, guardian and pupil look; the last one filled is the one the planner
knows least about.
"""

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

TIMES = 15
_PLACEHOLDER = re.compile(r"%%|%(?:\((\w+)\))?s")
WHO = ("head", "teacher", "guardian", "pupil")


@dataclass(frozen=True)
class Plan:
    sql: str
    planning_ms: float
    execution_ms: float
    buffers: int
    scanned: tuple[str, ...]  # tables read from end to end


class Noted:
    """An execute wrapper that keeps what was asked."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, Any]] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if sql.lstrip()[:6].upper() == "SELECT":
            self.statements.append((sql, params))
        return execute(sql, params, many, context)


def plans_of(ask: Callable[[], object]) -> list[Plan]:
    """The plan of each query `ask` makes, run once more. PostgreSQL only, the wall off."""
    from django.db import connection

    noted = Noted()
    with connection.execute_wrapper(noted):
        ask()
    with connection.cursor() as cursor:
        return [_explained(cursor.connection, sql, params) for sql, params in noted.statements]


def _explained(connection: Any, statement: str, params: Any) -> Plan:
    """As the page runs it: prepared, so planned without looking at the values."""
    from psycopg import ClientCursor, sql

    values: list[Any] = []

    def number(placeholder: re.Match[str]) -> str:
        if placeholder[0] == "%%":
            return "%"
        values.append(params[placeholder[1]] if placeholder[1] else params[len(values)])
        return f"${len(values)}"

    prepared = _PLACEHOLDER.sub(number, statement)
    with ClientCursor(connection) as cursor:
        cursor.execute(f"PREPARE preau_plan AS {prepared}".encode())
        given = sql.SQL(", ").join(map(sql.Literal, values))
        execute = (
            sql.SQL("EXECUTE preau_plan ({})").format(given) if values else sql.SQL("EXECUTE preau_plan")
        )
        cursor.execute(sql.SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {}").format(execute))
        ((row,),) = cursor.fetchall()
        cursor.execute("DEALLOCATE preau_plan")
    (plan,) = json.loads(row) if isinstance(row, str) else row
    top = plan["Plan"]
    scanned = tuple(node["Relation Name"] for node in _nodes(top) if node["Node Type"] == "Seq Scan")
    return Plan(
        statement,
        plan["Planning Time"],
        plan["Execution Time"],
        top["Shared Hit Blocks"] + top["Shared Read Blocks"],
        scanned,
    )


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def pages_of(number: int) -> dict[str, str]:
    from preau.kernel.tenancy.scope import in_every_school
    from preau.modules.directory.models import GroupMember

    with in_every_school(reason="a class of this school, and a pupil of it"):
        member = (
            GroupMember.objects.filter(
                record__first_name=f"École{number}",
                record__last_name="Pupil0",
                group__kind="division",
                year__state="open",
            )
            .select_related("group", "record")
            .get()
        )
    return {
        "home": "/",
        "class": f"/groups/{member.group.uuid}/",
        "person": f"/people/{member.record.uuid}/",
        "people": "/people/",
        "search": "/people/?q=pupil12",
    }


def _get(client: "Client", path: str) -> None:
    if client.get(path).status_code != 200:
        raise SystemExit(f"{path} did not answer as meant")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--school", type=int, default=0, help="the number of the school")
    parser.add_argument("--worst", type=int, default=0, help="show so many of each page's queries")
    given = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "preau.config.settings"
    os.environ.setdefault("PREAU_DEMO_DAY", "2026-11-17")
    os.environ |= {"PREAU_SQL_WALL": "0", "DEBUG": "0"}
    import django

    django.setup()
    from django.test import Client

    from preau.modules.accounts.models import Account

    print(f"{'page':<18}{'p50 ms':>8}{'queries':>9}{'planning':>10}{'execution':>11}{'buffers':>9}  scanned")
    for who in WHO:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(Account.objects.get(login=f"{who}.{given.school}"))
        for page, path in pages_of(given.school).items():
            ask = partial(_get, client, path)
            found, lasted = plans_of(ask), []
            for _ in range(TIMES):
                begun = time.perf_counter()
                ask()
                lasted.append((time.perf_counter() - begun) * 1000)
            scanned = sorted({table for plan in found for table in plan.scanned})
            print(
                f"{who + ' ' + page:<18}{median(lasted):>8.1f}{len(found):>9}"
                f"{sum(plan.planning_ms for plan in found):>10.1f}"
                f"{sum(plan.execution_ms for plan in found):>11.1f}"
                f"{sum(plan.buffers for plan in found):>9}  {' '.join(scanned)}"
            )
            for plan in sorted(found, key=lambda plan: -plan.execution_ms - plan.planning_ms)[: given.worst]:
                print(
                    f"    {plan.planning_ms:6.1f} {plan.execution_ms:6.1f} {plan.buffers:8}  {plan.sql[:140]}"
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
