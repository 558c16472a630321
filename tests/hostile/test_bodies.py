"""Bodies, slow, cut, long."""

import asyncio
from typing import Any

from preau.kernel.web import body


def _feed(parts: list[Any], **headers: str) -> tuple[list[bytes], int | None]:
    """(bodies the pages were given, status answered before them) for a body that comes in `parts`."""
    given: list[bytes] = []
    answered: list[int] = []
    coming = iter(parts)

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        assert any(name == b"content-length" for name, _ in scope["headers"])
        given.append((await receive())["body"])

    async def receive() -> Any:
        part = next(coming)
        if part == "silence":
            await asyncio.sleep(30)
        return part

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    scope = {"type": "http", "headers": [(k.encode(), v.encode()) for k, v in headers.items()]}
    asyncio.run(body.WholeBody(pages)(scope, receive, send))
    return given, answered[0] if answered else None


def _part(text: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": text, "more_body": more}


GONE = {"type": "http.disconnect"}


def test_a_form_cut_off_by_a_dropped_line_is_not_executed():
    assert _feed([_part(b"ends_on=2026-12-1"), GONE], **{"content-length": "18"}) == ([], None)
    assert _feed([_part(b"ends_on=2026-12-1", more=False)], **{"content-length": "18"}) == ([], 400)
    assert _feed([_part(b"ends_on=2026-12-1"), _part(b"8", more=False)], **{"content-length": "18"}) == (
        [b"ends_on=2026-12-18"],
        None,
    )


def test_whoever_sends_slowly_takes_no_thread(monkeypatch):
    monkeypatch.setattr(body, "SLOWEST_BODY", 0.05)
    assert _feed([_part(b"a"), "silence"], **{"content-length": "9"}) == ([], 408)


def test_a_long_body_is_refused_declared_or_not(monkeypatch):
    monkeypatch.setattr(body, "LONGEST_BODY", 10)
    assert _feed([_part(b"a" * 11, more=False)], **{"content-length": "11"}) == ([], 413)
    assert _feed([*[_part(b"a" * 6)] * 3, _part(b"", more=False)]) == ([], 413)
    monkeypatch.setattr(body, "LONGEST_HEARD", 20)
    assert _feed([_part(b"a" * 6)] * 4) == ([], 413), "an endless one is heard to an end"
    assert _feed([_part(b"a" * 5), _part(b"b" * 5, more=False)]) == ([b"aaaaabbbbb"], None)
