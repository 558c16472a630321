import base64
import errno
import hashlib
import os
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from preau.kernel.intake.testing import picture
from preau.kernel.storage import uploads
from preau.kernel.storage.models import Attachment, Part, Upload
from preau.kernel.storage.store import store
from preau.kernel.storage.sweeping import sweep
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.modules.directory.testing import OTHER_CLASS, OTHER_SCHOOL, Cast, Who

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 20


def _b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


class Phone:
    """A browser that speaks tus."""

    def __init__(self, client: Client, cast: Cast) -> None:
        self.client, self.cast = client, cast

    def ask(self, method: str, url: str, body: bytes = b"", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Tus-Resumable": "1.0.0", "X-Preau-Scope": self.cast.scope_field(), **named}
        sent.setdefault("Content-Type", "application/offset+octet-stream")
        return self.client.generic(method, url, body, content_type=sent["Content-Type"], headers=sent)

    def begin(
        self, owner: Any, length: int, name: str = "bulletin.pdf", kind: str = "directory.papers", **more: Any
    ) -> Any:
        metadata = f"filename {_b64(name)},kind {_b64(kind)},owner {_b64(str(owner.uuid))}"
        return self.ask("POST", "/uploads/", Upload_Length=str(length), Upload_Metadata=metadata, **more)

    def send(self, url: str, offset: int, body: bytes, **more: str) -> Any:
        return self.ask("PATCH", url, body, Upload_Offset=str(offset), **more)


@pytest.fixture
def phone(cast: Cast, as_person: Any, papers: Any) -> Phone:
    return Phone(as_person(Who.OFFICE), cast)


def _kept(cast: Cast, answer: Any) -> bytes:
    with in_school(cast.own.school):
        made = Attachment.objects.select_related("blob").get(uuid=answer["X-Preau-Attachment"])
        return b"".join(store().read(made.blob.key))


def test_a_file_in_pieces_arrives_whole(phone: Phone, cast: Cast) -> None:
    begun = phone.begin(cast.own["pupil"], len(CONTENT))
    url = begun["Location"]
    assert (begun.status_code, begun["Tus-Resumable"]) == (201, "1.0.0")
    assert begun["Upload-Expires"].endswith("GMT")

    first = phone.send(url, 0, CONTENT[:2000])
    assert (first.status_code, first["Upload-Offset"]) == (204, "2000")
    known = phone.ask("HEAD", url)
    assert (known["Upload-Offset"], known["Upload-Length"], known["Cache-Control"]) == (
        "2000",
        str(len(CONTENT)),
        "no-store",
    )
    last = phone.send(url, 2000, CONTENT[2000:])

    assert (last.status_code, _kept(cast, last)) == (204, CONTENT)
    # The answer was lost on the way: asked again, it is still known.
    assert phone.ask("HEAD", url)["X-Preau-Attachment"] == last["X-Preau-Attachment"]
    with in_school(cast.own.school):
        assert not Part.objects.exists()


def test_what_is_offered_is_said(phone: Phone) -> None:
    offers = phone.client.generic("OPTIONS", "/uploads/")
    assert offers.status_code == 204
    assert offers["Tus-Version"] == "1.0.0"
    assert offers["Tus-Extension"] == "creation,creation-with-upload,expiration,termination,checksum"
    assert offers["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_short_file_comes_with_its_creation(phone: Phone, cast: Cast) -> None:
    metadata = (
        f"filename {_b64('a.txt')},kind {_b64('directory.papers')},owner {_b64(str(cast.own['pupil'].uuid))}"
    )
    made = phone.ask("POST", "/uploads/", b"Bonjour", Upload_Length="7", Upload_Metadata=metadata)
    assert (made.status_code, made["Upload-Offset"], _kept(cast, made)) == (201, "7", b"Bonjour")


def test_an_empty_file_has_arrived_when_it_begins(phone: Phone, cast: Cast) -> None:
    made = phone.begin(cast.own["pupil"], 0, "vide.txt")
    assert (made.status_code, _kept(cast, made)) == (201, b"")


def test_an_upload_cut_off_goes_on_after_a_day(phone: Phone, cast: Cast, as_person: Any) -> None:
    url = phone.begin(cast.own["pupil"], len(CONTENT))["Location"]
    phone.send(url, 0, CONTENT[:3000])
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        with in_school(cast.own.school):
            sweep()
        tomorrow = Phone(as_person(Who.OFFICE), cast)
        offset = int(tomorrow.ask("HEAD", url)["Upload-Offset"])
        assert offset == 3000
        assert _kept(cast, tomorrow.send(url, offset, CONTENT[offset:])) == CONTENT


def test_after_its_days_it_is_gone_and_its_bytes_too(
    phone: Phone, cast: Cast, as_person: Any, django_capture_on_commit_callbacks: Any
) -> None:
    url = phone.begin(cast.own["pupil"], len(CONTENT))["Location"]
    phone.send(url, 0, CONTENT[:3000])
    with in_school(cast.own.school):
        key = Part.objects.get(upload__uuid=url.strip("/").split("/")[-1]).key
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        later = Phone(as_person(Who.OFFICE), cast)
        answer = later.send(url, 3000, CONTENT[3000:])
        assert (answer.status_code, "Recommencez" in answer.content.decode()) == (410, True)
        with in_school(cast.own.school), django_capture_on_commit_callbacks(execute=True):
            sweep()
        assert later.ask("HEAD", url).status_code == 404
        assert not store().exists(key)


def test_a_piece_that_does_not_follow_is_told_where_to_go_on(phone: Phone, cast: Cast) -> None:
    url = phone.begin(cast.own["pupil"], len(CONTENT))["Location"]
    phone.send(url, 0, CONTENT[:1000])
    for offset in (0, 2000):
        answer = phone.send(url, offset, b"x" * 10)
        assert (answer.status_code, answer["Upload-Offset"]) == (409, "1000")
    too_long = phone.send(url, 1000, b"x" * len(CONTENT))
    assert too_long.status_code == 409


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_damaged_on_its_way_is_sent_again(phone: Phone, cast: Cast, algorithm: str) -> None:
    url = phone.begin(cast.own["pupil"], len(CONTENT))["Location"]
    digest = _b64(hashlib.new(algorithm, CONTENT).digest())
    damaged = phone.send(url, 0, b"?" + CONTENT[1:], Upload_Checksum=f"{algorithm} {digest}")
    assert damaged.status_code == 460
    assert phone.ask("HEAD", url)["Upload-Offset"] == "0"
    assert _kept(cast, phone.send(url, 0, CONTENT, Upload_Checksum=f"{algorithm} {digest}")) == CONTENT


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload_Offset": "x"}, 400),
        ({"Upload_Offset": "-1"}, 400),
        ({"Upload_Offset": "١"}, 400),
        ({"Upload_Offset": "9" * 40}, 400),
        ({"Upload_Offset": "0", "Content_Type": "text/plain"}, 415),
        ({"Upload_Offset": "0", "Upload_Checksum": "md5 AAAA"}, 400),
        ({"Upload_Offset": "0", "Upload_Checksum": "sha1 §"}, 400),
        ({"Upload_Offset": "0", "Tus_Resumable": "0.2.2"}, 412),
    ],
)
def test_what_is_not_tus_is_told_so(phone: Phone, cast: Cast, headers: dict[str, str], status: int) -> None:
    url = phone.begin(cast.own["pupil"], len(CONTENT))["Location"]
    assert phone.ask("PATCH", url, b"x", **headers).status_code == status
    assert phone.ask("HEAD", url)["Upload-Offset"] == "0"


def test_a_piece_longer_than_a_page_may_bring_is_refused(phone: Phone, cast: Cast) -> None:
    url = phone.begin(cast.own["pupil"], 4_000_000)["Location"]
    assert phone.send(url, 0, b"x" * 2_000_001).status_code == 413


def test_given_up_it_is_gone(phone: Phone, cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    url = phone.begin(cast.own["pupil"], len(CONTENT))["Location"]
    phone.send(url, 0, CONTENT[:3000])
    with in_school(cast.own.school):
        key = Part.objects.latest("pk").key
    with django_capture_on_commit_callbacks(execute=True):
        assert phone.ask("DELETE", url).status_code == 204
    assert phone.ask("HEAD", url).status_code == 404
    assert not store().exists(key)


def test_somebody_elses_upload_does_not_exist(phone: Phone, cast: Cast, as_person: Any) -> None:
    url = phone.begin(cast.own["pupil"], len(CONTENT))["Location"]
    head = Phone(as_person(Who.HEAD), cast)
    for method in ("HEAD", "PATCH", "DELETE"):
        assert head.ask(method, url, Upload_Offset="0").status_code == 404


def test_for_what_one_may_not_know_or_not_attach_to_nothing_begins(
    cast: Cast, as_person: Any, papers: Any
) -> None:
    office = Phone(as_person(Who.OFFICE), cast)
    assert office.begin(cast.places[OTHER_SCHOOL]["pupil"], 10).status_code == 404
    assert office.begin(cast.own["pupil"], 10, kind="nothing.such").status_code == 404
    assert office.begin(cast.places[OTHER_CLASS]["pupil"], 10).status_code == 201
    teacher = Phone(as_person(Who.TEACHER), cast)
    assert teacher.begin(cast.own["pupil"], 10).status_code == 403
    pupil = Phone(as_person(Who.PUPIL), cast)
    assert pupil.begin(cast.places[OTHER_CLASS]["pupil"], 10).status_code == 404


def test_beyond_the_kind_or_the_school_it_is_413_with_a_sentence(
    phone: Phone, cast: Cast, settings: Any
) -> None:
    answer = phone.begin(cast.own["pupil"], 6_000_000)
    assert (answer.status_code, "le plus grand accepté" in answer.content.decode()) == (413, True)
    settings.STORAGE_QUOTA = 1_000
    answer = phone.begin(cast.own["pupil"], 2_000)
    assert (answer.status_code, "Il ne reste que" in answer.content.decode()) == (413, True)


def test_what_is_announced_is_reserved(phone: Phone, cast: Cast, settings: Any) -> None:
    from preau.kernel.storage import quota

    with in_school(cast.own.school):
        settings.STORAGE_QUOTA = quota.room().used + quota.room().coming + 10_000
    assert phone.begin(cast.own["pupil"], 8_000).status_code == 201
    assert phone.begin(cast.own["pupil"], 8_000).status_code == 413


def test_rights_are_asked_again_at_the_end(
    phone: Phone, cast: Cast, papers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = phone.begin(cast.own["pupil"], len(CONTENT))["Location"]
    monkeypatch.setitem(papers.__dict__, "may_attach", lambda actor, owner: False)
    assert phone.send(url, 0, CONTENT).status_code == 403
    assert phone.ask("HEAD", url).status_code == 404


def test_at_the_end_the_content_decides_and_the_sentence_says_why(phone: Phone, cast: Cast) -> None:
    page = b"<html><script>alert(1)</script></html>"
    url = phone.begin(cast.own["pupil"], len(page), "photo.jpg")["Location"]
    answer = phone.send(url, 0, page)
    assert (answer.status_code, "type attendu" in answer.content.decode()) == (422, True)
    assert phone.ask("HEAD", url).status_code == 404


def test_a_name_of_4000_characters_that_climbs_is_a_name(phone: Phone, cast: Cast) -> None:
    url = phone.begin(cast.own["pupil"], 7, "../" * 400 + "x" * 4000 + ".txt")["Location"]
    made = phone.send(url, 0, b"Bonjour")
    with in_school(cast.own.school):
        name = Attachment.objects.get(uuid=made["X-Preau-Attachment"]).name
    assert name.startswith("xxx")
    assert len(name) <= 255


def test_a_disk_that_is_full_loses_nothing_and_goes_on_when_there_is_room(
    phone: Phone, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = phone.begin(cast.own["pupil"], len(CONTENT))["Location"]
    phone.send(url, 0, CONTENT[:2000])

    def no_room(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_room)
        answer = phone.send(url, 2000, CONTENT[2000:])
    assert (answer.status_code, "Rien n’est perdu" in answer.content.decode()) == (507, True)
    assert phone.ask("HEAD", url)["Upload-Offset"] == "2000"
    assert _kept(cast, phone.send(url, 2000, CONTENT[2000:])) == CONTENT


def test_full_at_the_very_end_the_last_step_is_tried_again(
    phone: Phone, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = phone.begin(cast.own["pupil"], len(CONTENT))["Location"]
    flush, times = os.fsync, []

    def full_after_the_piece(handle: int) -> None:
        times.append(handle)
        if len(times) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(handle)

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", full_after_the_piece)
        assert phone.send(url, 0, CONTENT).status_code == 507
    assert phone.ask("HEAD", url)["Upload-Offset"] == str(len(CONTENT))
    assert _kept(cast, phone.send(url, len(CONTENT), b"")) == CONTENT


def test_without_a_csrf_token_nothing_begins_or_goes_on(cast: Cast, staged: Any, papers: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staged.accounts[Who.OFFICE])
    phone = Phone(client, cast)
    assert phone.begin(cast.own["pupil"], 10).status_code == 403
    for method in ("PATCH", "DELETE"):
        assert phone.ask(method, f"/uploads/{cast.own['upload'].uuid}/").status_code == 403


@pytest.mark.parametrize("scope", [OTHER_SCHOOL, ""])
def test_from_a_page_of_another_school_nothing_begins(phone: Phone, cast: Cast, scope: str) -> None:
    named = cast.scope_field(scope) if scope else ""
    assert phone.begin(cast.own["pupil"], 10, X_Preau_Scope=named).status_code == 409


def test_of_two_who_read_the_same_offset_the_second_is_sent_on(cast: Cast, office: Any) -> None:
    """Each line has read the row before the other one wrote: the lock reads it anew."""
    first, second = (Upload.objects.get(pk=cast.own["upload"].pk) for _ in range(2))
    uploads.receive(actor=office, upload=first, offset=0, piece=b"x" * 100)
    with pytest.raises(uploads.OffsetMoved):
        uploads.receive(actor=office, upload=second, offset=0, piece=b"y" * 100)
    assert Upload.objects.get(pk=first.pk).received == 100
    assert Part.objects.count() == 1


def test_a_photo_in_pieces_is_redrawn_and_takes_its_place(cast: Cast, as_person: Any) -> None:
    phone, sent = Phone(as_person(Who.OFFICE), cast), picture("PNG", (2000, 1500))
    url = phone.begin(cast.own["pupil"], len(sent), "visage.png", "directory.photo")["Location"]
    made = phone.send(url, 0, sent)
    kept = _kept(cast, made)
    assert kept != sent
    with in_every_school(reason="assert"):
        assert Attachment.objects.get(uuid=made["X-Preau-Attachment"]).name == "visage.png"


def test_the_last_step_asked_again_gives_the_same_photo(phone: Phone, cast: Cast) -> None:
    content = picture("JPEG")
    url = phone.begin(cast.own["pupil"], len(content), "a.jpg", kind="directory.photo")["Location"]
    first = phone.send(url, 0, content)
    assert first.status_code == 204
    again = phone.send(url, len(content), b"")
    assert (again.status_code, again["X-Preau-Attachment"]) == (204, first["X-Preau-Attachment"])
    assert phone.ask("HEAD", url)["X-Preau-Attachment"] == first["X-Preau-Attachment"]


def test_a_first_piece_longer_than_the_file_reserves_nothing(phone: Phone, cast: Cast) -> None:
    kind, owner = _b64("directory.papers"), _b64(str(cast.own["pupil"].uuid))
    with in_school(cast.own.school):
        before = Upload.objects.count()
    refused = phone.ask(
        "POST",
        "/uploads/",
        b"x" * 20,
        Upload_Length="10",
        Upload_Metadata=f"filename {_b64('a')},kind {kind},owner {owner}",
    )
    assert refused.status_code == 409
    with in_school(cast.own.school):
        assert Upload.objects.count() == before


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("devoir.bat", b"del *.*", "devoir.bat.txt"),
        ("devoir.HTML", b"%PDF-1.4 <script>alert(1)</script>", "devoir.HTML.pdf"),
        ("photo.jpg.vbs", b"MsgBox 1", "photo.jpg.vbs.txt"),
        ("lien.url", b"[InternetShortcut]\nURL=file:///x", "lien.url.txt"),
        ("tri.py", b"print(1)", "tri.py"),
        ("devoir.pdf", CONTENT, "devoir.pdf"),
    ],
)
def test_a_name_under_which_a_file_would_act_at_home_is_not_kept(
    phone: Phone, cast: Cast, name: str, content: bytes, kept: str
) -> None:
    url = phone.begin(cast.own["pupil"], len(content), name)["Location"]
    made = phone.send(url, 0, content)
    assert made.status_code == 204
    with in_school(cast.own.school):
        assert Attachment.objects.get(uuid=made["X-Preau-Attachment"]).name == kept
