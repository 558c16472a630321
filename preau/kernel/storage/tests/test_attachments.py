import errno
import os
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from preau.kernel.access.acting import acting
from preau.kernel.access.actor import Identity
from preau.kernel.intake.testing import picture
from preau.kernel.rules import Refused, RuleBroken
from preau.kernel.storage import quota
from preau.kernel.storage.attachments import attach, attachments_of, remove, restore
from preau.kernel.storage.blobs import FileRefused, TooLarge
from preau.kernel.storage.models import Allowance, Attachment, Blob, Upload, View
from preau.kernel.storage.store import StoreFull, store
from preau.kernel.storage.sweeping import sweep
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import OTHER_SCHOOL, PHOTO, Cast, Who, make_staff


def _attach(
    actor: Any, kind: Any, owner: Any, content: bytes = b"Un devoir", name: str = "a.txt", **given: Any
) -> Attachment:
    given.setdefault("uuid", uuid4())
    return attach(actor=actor, kind=kind, owner=owner, file=BytesIO(content), name=name, **given)


def _bytes(attachment: Attachment) -> bytes:
    return b"".join(store().read(attachment.blob.key))


def test_the_same_bytes_are_kept_once_in_a_school(office: Any, papers: Any, cast: Cast) -> None:
    before = quota.room().used
    first = _attach(office, papers, cast.own["pupil"])
    second = _attach(office, papers, cast.own["teacher"], name="b.txt")
    assert first.blob == second.blob
    assert (first.name, second.name) == ("a.txt", "b.txt")
    assert quota.room().used == before + 9
    assert _bytes(second) == b"Un devoir"


def test_two_schools_keep_the_same_bytes_each_for_itself(office: Any, papers: Any, cast: Cast) -> None:
    here = _attach(office, papers, cast.own["pupil"])
    there = cast.places[OTHER_SCHOOL]
    with in_school(there.school, there.year):
        head = make_staff("Voisine", "head")
    with acting(Identity(head.person_id), there.school, there.year) as actor:
        elsewhere = _attach(actor, papers, there["pupil"])
        assert elsewhere.blob.sha256 == here.blob.sha256
        assert elsewhere.blob_id != here.blob_id
        assert elsewhere.blob.key != here.blob.key


def test_sent_twice_it_is_the_same_attachment_and_for_another_owner_it_is_refused(
    office: Any, papers: Any, cast: Cast
) -> None:
    uuid = uuid4()
    first = _attach(office, papers, cast.own["pupil"], uuid=uuid)
    assert _attach(office, papers, cast.own["pupil"], uuid=uuid) == first
    with pytest.raises(RuleBroken, match="déjà servi"):
        _attach(office, papers, cast.own["teacher"], uuid=uuid)


def test_who_may_not_attach_is_refused_before_a_byte_is_kept(papers: Any, cast: Cast) -> None:
    with acting(Identity(cast.people[Who.TEACHER].pk), cast.own.school, cast.own.year) as teacher:
        with pytest.raises(Refused):
            _attach(teacher, papers, cast.own["pupil"])
        assert not Blob.objects.filter(sha256=sha256(b"Un devoir").hexdigest()).exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><script>alert(1)</script></html>", "type attendu"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "type attendu"),
        (b"MZ\x90\x00", "programme"),
        (b"\x00\x00\x00\x18ftypheic" + b"\0" * 40, "HEIC"),
        (b"\xff\xd8\xff\xe0 not a picture", "abîmée"),
        (b"\x00\x01\x02\x03", "type attendu"),
    ],
)
def test_what_a_file_pretends_to_be_does_not_count(
    office: Any, papers: Any, cast: Cast, content: bytes, words: str
) -> None:
    with pytest.raises(RuleBroken, match=words):
        _attach(office, papers, cast.own["pupil"], content, "vacances.jpg")
    assert not Attachment.objects.standing().of(papers.code, [cast.own["pupil"].pk]).exists()


def test_a_picture_takes_the_ending_of_what_it_is(office: Any, papers: Any, cast: Cast) -> None:
    made = _attach(office, papers, cast.own["pupil"], picture("PNG"), "../../photo.jpg.exe")
    assert (made.name, made.blob.media_type) == ("photo.jpg.png", "image/png")


def test_a_file_too_large_for_its_kind_says_how_much_is_taken(office: Any, papers: Any, cast: Cast) -> None:
    with pytest.raises(TooLarge, match="le plus grand accepté ici pèse"):
        _attach(office, papers, cast.own["pupil"], b"%PDF-" + b"x" * 5_000_001, "a.pdf")


def test_a_full_school_says_what_is_left_and_room_given_back_counts(
    office: Any, papers: Any, cast: Cast
) -> None:
    Upload.objects.all().delete()  # they reserve room
    used = quota.room().used
    Allowance.objects.update(limit=used + 100)
    kept = _attach(office, papers, cast.own["pupil"], b"x" * 80)
    with pytest.raises(quota.OverQuota, match="Il ne reste que 20"):
        _attach(office, papers, cast.own["pupil"], b"y" * 30)
    remove(actor=office, attachment=kept)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        sweep()
        assert quota.room().left == 100
        _attach(office, papers, cast.own["pupil"], b"y" * 30)


def test_what_is_removed_can_be_taken_back_for_seven_days_and_is_then_deleted(
    office: Any, papers: Any, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    made = _attach(office, papers, cast.own["pupil"])
    key = made.blob.key
    remove(actor=office, attachment=made)
    remove(actor=office, attachment=made)
    assert attachments_of(papers, [cast.own["pupil"].pk]) == {}
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        sweep()
        restore(actor=office, attachment=made)
        assert attachments_of(papers, [cast.own["pupil"].pk]) == {cast.own["pupil"].pk: [made]}
        made = Attachment.objects.get(pk=made.pk)
        remove(actor=office, attachment=made)
    with time_machine.travel(timezone.now() + timedelta(days=14)):
        with pytest.raises(RuleBroken, match="trop longtemps"):
            restore(actor=office, attachment=Attachment.objects.get(pk=made.pk))
        with django_capture_on_commit_callbacks(execute=True):
            assert sweep() == 9
    assert not store().exists(key)
    assert not Attachment.objects.filter(pk=made.pk).exists()


def test_bytes_attached_elsewhere_too_outlive_a_removal(office: Any, papers: Any, cast: Cast) -> None:
    first, second = (_attach(office, papers, cast.own[who]) for who in ("pupil", "teacher"))
    remove(actor=office, attachment=first)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        sweep()
    assert _bytes(Attachment.objects.get(pk=second.pk)) == b"Un devoir"


def test_of_a_kind_that_takes_one_the_new_file_takes_the_place_of_the_old(
    office: Any, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    pupil = cast.own["pupil"]
    made = _attach(office, PHOTO, pupil, picture(hue=90), "nouvelle.jpg")
    assert attachments_of(PHOTO, [pupil.pk]) == {pupil.pk: [made]}
    with pytest.raises(RuleBroken, match="Un autre fichier a pris sa place"):
        restore(actor=office, attachment=cast.own["photo"])
    old = cast.own["photo"].blob
    assert {view.name for view in old.views.all()} == {"96", "384"}
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        freed = sweep()
    assert freed > old.size
    assert not Blob.objects.filter(pk=old.pk).exists()
    assert not View.objects.filter(source_id=old.pk).exists()
    assert made.blob.views.count() == 2


def test_a_full_disk_says_so_and_leaves_nothing_half_written(
    office: Any, papers: Any, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(Path(settings.STORAGE_ROOT).rglob("*"))

    def no_room(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StoreFull, match="Rien n’est perdu"):
        _attach(office, papers, cast.own["pupil"], b"plein")
    assert {path for path in Path(settings.STORAGE_ROOT).rglob("*") if path.is_file()} <= before
    assert not Blob.objects.filter(size=5).exists()

    monkeypatch.undo()
    assert _bytes(_attach(office, papers, cast.own["pupil"], b"plein")) == b"plein"


def test_a_row_that_cannot_be_made_takes_its_bytes_along(
    office: Any, papers: Any, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(**given: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Attachment.objects, "create", breaks)
    before = {path for path in Path(settings.STORAGE_ROOT).rglob("*") if path.is_file()}
    with pytest.raises(KeyboardInterrupt):
        _attach(office, papers, cast.own["pupil"], b"jamais")
    assert {path for path in Path(settings.STORAGE_ROOT).rglob("*") if path.is_file()} == before


def test_a_kind_that_accepts_what_acts_is_refused_when_it_is_declared(papers: Any) -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match="acts in a browser"):
        replace(papers, accepts=frozenset({"text/html"}))


def test_a_refused_picture_is_said_with_what_is_taken(office: Any, cast: Cast) -> None:
    with pytest.raises(FileRefused, match="une image JPEG, PNG ou WebP"):
        _attach(office, PHOTO, cast.own["pupil"], b"%PDF-1.7", "photo.jpg")
