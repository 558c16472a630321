from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from preau.kernel.intake.testing import picture
from preau.kernel.storage import clamd, jobs
from preau.kernel.storage.attachments import attach
from preau.kernel.storage.blobs import FileRefused
from preau.kernel.storage.models import Attachment, Blob
from preau.kernel.storage.testing import EICAR
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.jobs import NotNow
from preau.kernel.work.testing import run_all
from preau.modules.directory.testing import Cast, Who


def _attach(actor: Any, kind: Any, owner: Any, content: bytes, name: str = "devoir.txt") -> Attachment:
    return attach(actor=actor, kind=kind, owner=owner, file=BytesIO(content), name=name, uuid=uuid4())


def _get(client: Any, attachment: Attachment) -> Any:
    return client.get(reverse("storage:attachment_download", args=[attachment.uuid]))


@pytest.mark.parametrize("by_path", [True, False])
def test_a_clean_stream_is_clean_and_the_known_one_is_found(
    scanner: Any, tmp_path: Path, by_path: bool
) -> None:
    server = scanner(path=tmp_path / "clamd.sock" if by_path else None)
    assert clamd.scan(server.url, [b"un", b"", b"deux"]).is_clean
    assert server.chunks == [0, 2, 4]
    assert clamd.scan(server.url, [EICAR[:20], EICAR[20:]]).finding == "Eicar-Test-Signature"


def test_a_stream_over_the_scanners_limit_is_told_apart(scanner: Any) -> None:
    with pytest.raises(clamd.TooLarge):
        clamd.scan(scanner(limit=1_000).url, [b"x" * 100_000] * 40)


def test_a_scanner_that_hangs_up_is_silent_or_is_not_there_is_asked_again_later(scanner: Any) -> None:
    with pytest.raises(clamd.NotScanned):
        clamd.scan(scanner(manner="hangs_up").url, [b"x" * 100_000] * 40)
    with pytest.raises(clamd.NotScanned):
        clamd.scan(scanner(manner="silent").url, [b"x"], timeout=0.2)
    with pytest.raises(clamd.NotScanned):
        clamd.scan("tcp://127.0.0.1:1", [b"x"], timeout=0.5)
    with pytest.raises(clamd.NotScanned):
        clamd.scan("unix:/nowhere/clamd.sock", [b"x"])


def test_a_file_waits_for_its_scan_and_then_opens(
    office: Any, papers: Any, scanner: Any, settings: Any, cast: Cast, as_person: Any
) -> None:
    settings.CLAMD_URL = scanner().url
    attachment = _attach(office, papers, cast.own["pupil"], b"Un devoir")
    client = as_person(Who.OFFICE)
    assert attachment.blob.scan == Blob.Scan.WAITING
    assert _get(client, attachment).status_code == 409

    run_all()

    answer = _get(client, attachment)
    assert (answer.status_code, b"".join(answer)) == (200, b"Un devoir")


def test_an_infected_file_opens_to_nobody_and_is_not_taken_a_second_time(
    office: Any, papers: Any, scanner: Any, settings: Any, cast: Cast, as_person: Any
) -> None:
    settings.CLAMD_URL = scanner().url
    attachment = _attach(office, papers, cast.own["pupil"], EICAR)
    run_all()

    answer = _get(as_person(Who.OFFICE), attachment)
    assert answer.status_code == 410
    assert "Eicar-Test-Signature" in answer.content.decode()
    with in_school(cast.own.school), pytest.raises(FileRefused, match="virus"):
        _attach(office, papers, cast.own["pupil"], EICAR, "autre nom.txt")


def test_a_scanner_that_is_down_puts_the_scan_off_and_after_a_day_the_file_is_a_download(
    office: Any, papers: Any, settings: Any, cast: Cast
) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    attachment = _attach(office, papers, cast.own["pupil"], b"Un devoir")
    with pytest.raises(NotNow):
        jobs.scan(blob_id=attachment.blob_id)

    Blob.objects.filter(pk=attachment.blob_id).update(
        stored_at=attachment.attached_at - jobs.LONGEST_WAIT - timedelta(minutes=1)
    )
    jobs.scan_what_still_waits()

    assert Blob.objects.get(pk=attachment.blob_id).scan == Blob.Scan.UNSCANNED


def test_a_file_larger_than_the_scanner_takes_is_a_download_that_was_not_checked(
    office: Any, papers: Any, scanner: Any, settings: Any, cast: Cast
) -> None:
    settings.CLAMD_URL = scanner(limit=10).url
    attachment = _attach(office, papers, cast.own["pupil"], b"x" * 1_000)
    jobs.scan(blob_id=attachment.blob_id)
    assert Blob.objects.get(pk=attachment.blob_id).scan == Blob.Scan.UNSCANNED


def test_a_picture_that_was_redrawn_needs_no_scan(
    office: Any, papers: Any, scanner: Any, settings: Any, cast: Cast
) -> None:
    server = scanner()
    settings.CLAMD_URL = server.url
    attachment = _attach(office, papers, cast.own["pupil"], picture(), "photo.jpg")
    run_all()
    assert (attachment.blob.scan, server.asked) == (Blob.Scan.REDRAWN, 0)
