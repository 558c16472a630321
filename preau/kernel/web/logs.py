"""Log lines without personal data.

A line has the fields of a list and no others. Its message keeps the words the programmer wrote and
loses the values put into them; a trace keeps where and which kind, never what an exception says:
« Key (email)=(…) already exists » is somebody's address.
"""

import logging
import re
import traceback
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import structlog

Line = MutableMapping[str, Any]

# What a line may say besides its time, level, logger and message.
FIELDS = dict.fromkeys((
    "request",  # X-Request-ID, which the person reads on the page that went wrong
    "route",  # the name of an address, never the address
    "method",
    "status",
    "ms",
    "queries",
    "db_ms",
    "bytes",
    "school",  # uuid
    "account",  # a mark that lasts a month
    "task",
    "lane",
    "attempt",
    "seconds",
    "limit",
    "check",
    "event_kind",
    "error",  # its kind and place
))  # fmt: skip

request_id: ContextVar[str] = ContextVar("preau_request_id", default="")

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»|`[^`]*`|\(\S[^()]*\)=\([^)]*\)")
_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_PATH = re.compile(r"(?<![\w.])/\S+")
_HIDDEN = "…"
_ROOT = __file__.removesuffix("preau/kernel/web/logs.py")
# Exceptions whose words are ours or Python's and name no value.
_SPEAKING = ("preau.kernel.tenancy.scope.", "builtins.ImportError", "builtins.ModuleNotFoundError")
_DEEPEST = 40  # frames


def allow(*fields: str) -> None:
    """For a package with fields of its own. A field never holds what a person is called or wrote."""
    FIELDS.update(dict.fromkeys(fields))


@lru_cache(maxsize=4096)
def _mark(account_id: int, month: str) -> str:
    from django.utils.crypto import salted_hmac

    return salted_hmac("preau.logs", f"{month} {account_id}").hexdigest()[:12]


def account_mark(account_id: int) -> str:
    """The same account in the lines of one month; nobody without the instance's key knows whose."""
    return _mark(account_id, datetime.now(UTC).strftime("%Y-%m"))


class _Hidden:
    def __str__(self) -> str:
        return _HIDDEN

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return _HIDDEN


def words_of(record: logging.LogRecord, given: Any = ()) -> str:
    """The message with numbers and kinds of things, without texts."""
    template = message = str(record.msg)
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    if given:
        try:
            message = template % (
                {name: _shown(value) for name, value in given.items()}
                if isinstance(given, dict)
                else tuple(_shown(value) for value in given)
            )
        except (TypeError, ValueError):
            message = template
    if not record.name.startswith("preau."):
        # Written elsewhere, perhaps with the values already in it.
        message = _PATH.sub(_HIDDEN, _MAIL.sub(_HIDDEN, _QUOTED.sub(_HIDDEN, message)))
    return message


def _shown(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, BaseException):
        return type(value).__name__
    return value.__qualname__ if isinstance(value, type) else _Hidden()


def told(exception: BaseException) -> str:
    """An exception by its kind; a database's by the rule that was broken as well."""
    kind = type(exception)
    name = f"{kind.__module__}.{kind.__qualname__}"
    rule = _rule_of(exception)
    if rule:
        return f"{name}: {rule}"
    return f"{name}: {exception}" if name.startswith(_SPEAKING) else name


def _rule_of(exception: BaseException) -> str:
    cause = exception.__cause__ or exception
    with suppress(Exception):
        diag = getattr(cause, "diag", None)  # psycopg
        if diag is not None:
            named = (diag.sqlstate, diag.table_name, diag.column_name, diag.constraint_name)
            return " ".join(part for part in named if part)
    code = getattr(cause, "sqlite_errorname", "")
    return str(code or "")


def trace_of(exception: BaseException) -> list[str]:
    """Where it happened, the outermost call first, causes after what they caused."""
    found: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = exception
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if found:
            found.append(f"because of {told(current)}")
        # Only file, line and function: no source line, no local value.
        frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(current.__traceback__)]
        found += [f"{_short(code.co_filename)}:{line} {code.co_name}" for code, line in frames[-_DEEPEST:]]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return found


def _short(filename: str) -> str:
    for root in ("/site-packages/", "/lib/python"):
        if root in filename:
            return filename.rpartition(root)[2]
    return filename.removeprefix(_ROOT)


def _from_record(_: Any, __: str, line: Line) -> Line:
    record: logging.LogRecord = line["_record"]
    made: Line = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": words_of(record, line.get("positional_args") or record.args),
    }
    if request := request_id.get():
        made["request"] = request
    for name in FIELDS:
        value = record.__dict__.get(name, _Hidden)
        if isinstance(value, str | int | float | bool | None):  # Django hangs the whole request on some
            made[name] = value
    if record.exc_info and record.exc_info[1] is not None:
        made["error"] = told(record.exc_info[1])
        made["trace"] = trace_of(record.exc_info[1])
    made["_record"], made["_from_structlog"] = record, False
    return made


def _as_line(_: Any, __: str, line: Line) -> str:
    head = f"{line.pop('at')} {line.pop('level').upper()} {line.pop('logger')} {line.pop('event')}"
    trace = line.pop("trace", [])
    fields = " ".join(f"{name}={value}" for name, value in line.items() if value != "")
    return "\n    ".join([f"{head} {fields}".rstrip(), *trace])


def formatter(kind: str = "json") -> logging.Formatter:
    """`json`: one object a line, for machines. `line`: for somebody who looks on."""
    render: Callable[..., Any] = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if kind == "json" else _as_line
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_from_record],
        pass_foreign_args=True,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
    )
