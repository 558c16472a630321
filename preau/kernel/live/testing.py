"""For anyone's tests: what would have gone to the browsers."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from preau.kernel.live import changes
from preau.kernel.live.bus import Message


@contextmanager
def messages_sent() -> Iterator[list[Message]]:
    """The messages published inside, in order. A test that rolls back commits nothing: run its hooks
    with `django_capture_on_commit_callbacks(execute=True)`."""
    sent: list[Message] = []
    with mock.patch.object(changes, "bus") as bus:
        bus.return_value.publish.side_effect = sent.append
        yield sent
