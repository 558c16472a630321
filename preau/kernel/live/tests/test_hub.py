import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from django.test import override_settings

from preau.kernel.live import hub as hub_module
from preau.kernel.live import tickets
from preau.kernel.live.bus import Changed, Revoked
from preau.kernel.live.hub import Full, Hub, Refused, Stream
from preau.kernel.live.tickets import Ticket
from preau.kernel.live.topics import SchoolTopic, mark

CLASSES = str(SchoolTopic("test.classes", lambda *_: True).at(1))
MARKS = str(SchoolTopic("test.marks", lambda *_: True).at(1))
GAP = b"event: gap\ndata:\n\n"


class Clock:
    """The wall's. The loop's own goes on."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at

    def moves(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(hub_module, "now", clock)
    monkeypatch.setattr(tickets, "now", clock)
    return clock


def in_a_loop(work: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    def run(clock: Clock) -> None:
        async def begun() -> None:
            hub = Hub()
            hub.connected()
            clock.moves(10)
            hub._ahead += 10  # time has passed, by both clocks
            await work(clock, hub)

        asyncio.run(begun())

    run.__name__ = work.__name__
    return run


def ticket(clock: Clock, *topics: str, account: object = 1, session: str = "s") -> Ticket:
    return Ticket(
        mark("account", account),
        mark("session", session),
        frozenset(topics or [CLASSES]),
        clock.at,
    )


def opened(hub: Hub, ticket: Ticket, away: float = 0.0) -> Stream:
    return hub.open(ticket, away=away)


def changed(topic: str, fragment: str = "") -> bytes:
    return f"event: changed\ndata: {topic} {fragment}".rstrip().encode() + b"\n\n"


async def told(stream: Stream) -> bytes:
    """What is written next, the greeting aside."""
    async with asyncio.timeout(1):
        return (await stream.next()).removesuffix(b"event: hello\ndata:\n\n")


@in_a_loop
async def test_a_stream_hears_its_topics_and_no_others(clock, hub):
    stream = opened(hub, ticket(clock))
    await told(stream)
    hub.heard(Changed(MARKS))
    hub.heard(Changed(CLASSES, "class-4b"))
    assert await told(stream) == changed(CLASSES, "class-4b")


@in_a_loop
async def test_what_is_said_three_times_before_it_is_read_is_said_once(clock, hub):
    stream = opened(hub, ticket(clock))
    for _ in range(3):
        hub.heard(Changed(CLASSES))
    assert await told(stream) == changed(CLASSES)


@in_a_loop
async def test_a_slow_reader_is_told_to_fetch_everything_and_costs_no_more_room(clock, hub):
    stream = opened(hub, ticket(clock))
    for number in range(10_000):
        hub.heard(Changed(CLASSES, f"row-{number}"))
        assert len(stream._waiting) <= hub_module.WAITING_MOST
    assert await told(stream) == GAP


@in_a_loop
async def test_who_comes_back_within_two_minutes_hears_what_was_missed(clock, hub):
    hub.heard(Changed(CLASSES, "before"))
    clock.moves(30)
    hub.heard(Changed(CLASSES, "meanwhile"))
    hub.heard(Changed(MARKS, "not-mine"))
    clock.moves(10)
    assert await told(opened(hub, ticket(clock), away=20)) == changed(CLASSES, "meanwhile")


@in_a_loop
async def test_who_was_away_longer_than_is_remembered_fetches_everything(clock, hub):
    hub.heard(Changed(CLASSES))
    for _ in range(2 * hub_module.KEPT_MOST):
        hub.heard(Changed(MARKS, f"row-{_}"))
    assert len(hub._changes) <= hub_module.KEPT_MOST
    clock.moves(1)
    assert await told(opened(hub, ticket(clock), away=60)) == GAP
    assert await told(opened(hub, ticket(clock), away=0)) == b""


@in_a_loop
async def test_what_changed_long_ago_is_forgotten(clock, hub):
    hub.heard(Changed(CLASSES))
    clock.moves(hub_module.KEPT + 1)
    hub._ahead += hub_module.KEPT + 1
    hub.tidy()
    assert not hub._changes
    assert await told(opened(hub, ticket(clock), away=hub_module.KEPT + 5)) == GAP


@in_a_loop
async def test_logging_out_silences_that_browser_at_once_and_for_its_ticket(clock, hub):
    old = ticket(clock)
    leaves, stays = opened(hub, old), opened(hub, ticket(clock, session="another"))
    await told(leaves), await told(stays)
    clock.moves(1)
    hub.heard(Revoked(mark("session", "s"), clock.at))
    hub.heard(Changed(CLASSES))
    assert await told(leaves) == b"event: bye\ndata: 1\n\n"
    assert leaves.over
    assert await told(stays) == changed(CLASSES)
    with pytest.raises(Refused):
        opened(hub, old)
    clock.moves(1)
    opened(hub, ticket(clock))  # the same browser, signed in anew


@in_a_loop
async def test_a_changed_password_silences_every_device(clock, hub):
    streams = [opened(hub, ticket(clock, session=session)) for session in ("phone", "desk")]
    other = opened(hub, ticket(clock, account=2))
    hub.heard(Revoked(mark("account", 1), clock.at))
    assert [b"bye" in await told(stream) for stream in streams] == [True, True]
    assert b"bye" not in await told(other)
    assert len(hub) == 1


@in_a_loop
async def test_a_ticket_ends_its_stream(clock, hub):
    clock_at_issue = ticket(clock)
    clock.moves(599.95)
    stream = opened(hub, clock_at_issue)
    await told(stream)
    assert await told(stream) == b"event: bye\ndata: 1\n\n"


@in_a_loop
async def test_the_newest_stream_of_an_account_takes_the_place_of_its_oldest(clock, hub):
    streams = [opened(hub, ticket(clock, session=str(number))) for number in range(7)]
    assert b"bye" in await told(streams[0])
    assert len(hub) == 6
    assert not streams[1].over


@in_a_loop
async def test_a_full_process_sends_away_and_forgets_who_leaves(clock, hub):
    with override_settings(LIVE_STREAMS=2):
        first = opened(hub, ticket(clock, account=1))
        opened(hub, ticket(clock, account=2))
        with pytest.raises(Full):
            opened(hub, ticket(clock, account=3))
        hub.close(first)
        opened(hub, ticket(clock, account=3))
    for stream in list(hub._streams):
        hub.close(stream)
    assert (len(hub), dict(hub._on_topic), dict(hub._of_account)) == (0, {}, {})


@in_a_loop
async def test_a_process_that_hears_nothing_holds_no_stream(clock, hub):
    old = ticket(clock)
    stream = opened(hub, old)
    hub.lost()
    assert b"bye" in await told(stream)
    with pytest.raises(Full):
        opened(hub, old)
    clock.moves(60)
    hub.connected()
    with pytest.raises(Refused):
        opened(hub, old)  # it may have been revoked unheard
    assert await told(opened(hub, ticket(clock), away=61)) == GAP


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_a_clock_that_jumps_begins_everything_anew(clock, jump):
    @in_a_loop
    async def jumping(clock, hub):
        stream = opened(hub, ticket(clock))
        await told(stream)
        clock.moves(jump)
        hub.tidy()
        assert b"bye" in await told(stream)
        assert await told(opened(hub, ticket(clock), away=5)) == GAP

    jumping(clock)


@in_a_loop
async def test_when_all_end_at_once_they_come_back_one_by_one(clock, hub):
    streams = [opened(hub, ticket(clock, account=number)) for number in range(500)]
    hub.end_all()
    assert all([b"event: bye\ndata: 25\n" in await told(stream) for stream in streams])
    with pytest.raises(Full):
        opened(hub, ticket(clock))
