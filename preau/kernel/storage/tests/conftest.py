from collections.abc import Callable, Iterator
from typing import Any

import pytest

from preau.kernel.access.acting import acting
from preau.kernel.access.actor import Actor, Identity
from preau.kernel.storage.kinds import DOCUMENTS, MB, AttachmentKind, kinds
from preau.modules.directory.testing import Cast, PersonRecord, Who


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> AttachmentKind:
    """A kind that takes all documents: staff attach them to people they know, who may read them."""
    kind = AttachmentKind(
        code="directory.papers",
        owner="directory.PersonRecord",
        label="Papiers",
        visible_to=lambda actor: PersonRecord.objects.visible_to(actor),
        may_attach=lambda actor, owner: actor.has_duty("administer", "manage", school_id=owner.school_id),
        accepts=DOCUMENTS,
        largest=5 * MB,
    )
    known = {**kinds(), kind.code: kind}
    for place in ("attachments", "uploads"):
        monkeypatch.setattr(f"preau.kernel.storage.{place}.kinds", lambda: known)
    return kind


@pytest.fixture
def office(cast: Cast) -> Iterator[Actor]:
    """Acting in the own school."""
    identity = Identity(cast.people[Who.OFFICE].pk)
    with acting(identity, cast.own.school, cast.own.year) as actor:
        yield actor


@pytest.fixture
def scanner() -> Iterator[Callable[..., Any]]:
    """Starts local servers that speak clamd's protocol; stops them at the end."""
    from preau.kernel.storage.tests.clamd_server import ClamdServer

    started: list[ClamdServer] = []

    def start(**given: Any) -> ClamdServer:
        started.append(ClamdServer(**given))
        return started[-1]

    yield start
    for server in started:
        server.stop()
