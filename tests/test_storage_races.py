"""Two at the same moment, each on a connection of their own."""

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from preau.kernel.access.acting import acting
from preau.kernel.access.actor import Identity
from preau.kernel.storage import uploads
from preau.kernel.storage.attachments import attach
from preau.kernel.storage.models import Allowance, Attachment, Blob, Part, Upload
from preau.kernel.storage.quota import OverQuota
from preau.kernel.storage.store import store
from preau.kernel.storage.tests.conftest import papers
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.services import found_school
from preau.modules.directory.testing import make_staff, make_year

__all__ = ["papers"]

CONTENT = b"%PDF-1.7\n" + b"x" * 90_000


def _together(*doings: Callable[[], Any]) -> list[Any]:
    """What each gave or raised."""
    start = threading.Barrier(len(doings))
    found: list[Any] = [None] * len(doings)

    def run(number: int, doing: Callable[[], Any]) -> None:
        start.wait(10)
        try:
            found[number] = doing()
        except Exception as wrong:
            found[number] = wrong
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


class Place:
    """A school with one office, and what it does in it."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.school = found_school(name="Course", city="Pantin", units=[("0930006B", "college", "Course")])
        self.year = make_year(self.school, 2026)
        with in_school(self.school, self.year), transaction.atomic():
            self.office = make_staff("Bureau", "office")
            self.owner = make_staff("Agent", "teacher")

    def within(self, doing: Callable[[Any], Any]) -> Callable[[], Any]:
        def run() -> Any:
            with acting(Identity(self.office.person_id), self.school, self.year) as actor:
                return doing(actor)

        return run

    def attaching(self, content: bytes) -> Callable[[], Any]:
        given = {"kind": self.kind, "owner": self.owner, "name": "a.pdf"}
        return self.within(lambda actor: attach(actor=actor, file=BytesIO(content), uuid=uuid4(), **given))

    def beginning(self, length: int) -> Callable[[], Any]:
        return self.within(
            lambda actor: uploads.begin(
                actor=actor,
                kind_code=self.kind.code,
                owner_uuid=self.owner.uuid,
                name="a.pdf",
                length=length,
            )
        )

    def sending(self, upload: Any, offset: int, piece: bytes) -> Callable[[], Any]:
        return self.within(
            lambda actor: uploads.receive(actor=actor, upload=upload, offset=offset, piece=piece)
        )


@pytest.fixture
def place(transactional_db: None, papers: Any, settings: Any, tmp_path: Any) -> Place:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    settings.STORAGE_URL = (tmp_path / "files").as_uri()
    papers = papers.__class__(**{**vars(papers), "may_attach": lambda actor, owner: True})
    return Place(papers)


@pytest.fixture(autouse=True)
def everybody_known(papers: Any, monkeypatch: pytest.MonkeyPatch, request: Any) -> None:
    if "place" in request.fixturenames:
        known = {papers.code: request.getfixturevalue("place").kind}
        for where in ("attachments", "uploads"):
            monkeypatch.setattr(f"preau.kernel.storage.{where}.kinds", lambda: known)


def _counted(place: Place, settings: Any) -> None:
    """The count is what is there, and what is there has its bytes."""
    with in_school(place.school, place.year):
        blobs = list(Blob.objects.all())
        used = Allowance.objects.aggregate(total=Sum("used"))["total"] or 0
    assert used == sum(blob.size for blob in blobs) <= settings.STORAGE_QUOTA
    for blob in blobs:
        assert len(b"".join(store().read(blob.key))) == blob.size
    root = store().path("x").parent  # type: ignore[union-attr]
    kept = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert kept == {blob.key for blob in blobs}


def test_files_brought_at_once_do_not_go_beyond_the_room(place: Place, settings: Any) -> None:
    settings.STORAGE_QUOTA = 2 * len(CONTENT) + 100
    found = _together(*(place.attaching(CONTENT + bytes([number])) for number in range(6)))
    names = sorted(type(each).__name__ for each in found)
    assert names == ["Attachment"] * 2 + ["OverQuota"] * 4, found
    _counted(place, settings)


def test_the_same_bytes_brought_at_once_are_kept_and_counted_once(place: Place, settings: Any) -> None:
    settings.STORAGE_QUOTA = len(CONTENT)
    found = _together(*[place.attaching(CONTENT)] * 5)
    assert all(isinstance(each, Attachment) for each in found), found
    _counted(place, settings)


def test_uploads_begun_at_once_reserve_no_more_than_there_is(place: Place, settings: Any) -> None:
    settings.STORAGE_QUOTA = 2 * len(CONTENT)
    found = _together(*[place.beginning(len(CONTENT))] * 5)
    assert sorted(isinstance(each, OverQuota) for each in found) == [False] * 2 + [True] * 3, found


def test_uploads_that_end_at_once_beside_a_form_stay_within_the_room(place: Place, settings: Any) -> None:
    settings.STORAGE_QUOTA = 3 * len(CONTENT)
    begun = [place.beginning(len(CONTENT))() for _ in range(2)]
    # The school's room is made smaller meanwhile.
    settings.STORAGE_QUOTA = 2 * len(CONTENT) + 10
    found = _together(
        place.sending(begun[0], 0, CONTENT),
        place.sending(begun[1], 0, CONTENT[:-1] + b"y"),
        place.attaching(CONTENT[:-1] + b"z"),
    )
    assert [type(each).__name__ for each in found] == ["Upload", "Upload", "OverQuota"], found
    _counted(place, settings)


def test_pieces_of_one_upload_sent_at_once_are_kept_once(place: Place, settings: Any) -> None:
    upload = place.beginning(len(CONTENT))()
    half = len(CONTENT) // 2
    found = _together(*(place.sending(upload, 0, CONTENT[:half]) for _ in range(4)))
    assert sorted(type(each).__name__ for each in found) == ["OffsetMoved"] * 3 + ["Upload"], found
    with in_school(place.school, place.year):
        assert (Part.objects.count(), Upload.objects.get(pk=upload.pk).received) == (1, half)
    # The last one too, with an empty one that asks for the end.
    found = _together(
        *(place.sending(upload, half, CONTENT[half:]) for _ in range(3)),
        place.sending(upload, len(CONTENT), b""),
        place.sending(upload, len(CONTENT), b""),
    )
    assert any(isinstance(each, Upload) and each.attachment for each in found), found
    assert all(isinstance(each, Upload | uploads.OffsetMoved) for each in found), found
    with in_school(place.school, place.year):
        made = Attachment.objects.select_related("blob").get()
    assert b"".join(store().read(made.blob.key)) == CONTENT
    _counted(place, settings)
