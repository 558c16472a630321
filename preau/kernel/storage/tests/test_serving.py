import asyncio
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from preau.kernel.storage import serving
from preau.kernel.storage.attachments import attach, remove
from preau.kernel.storage.models import Attachment, Blob
from preau.kernel.storage.sending import SendsFiles
from preau.kernel.storage.store import store
from preau.modules.directory.testing import Cast, Who

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 4


@pytest.fixture
def pdf(office: Any, papers: Any, cast: Cast) -> Attachment:
    return attach(
        actor=office,
        kind=papers,
        owner=cast.own["pupil"],
        file=BytesIO(CONTENT),
        name="Bulletin d’Élève « 4ᵉ B ».pdf",
        uuid=uuid4(),
    )


@pytest.fixture
def get(as_person: Any, pdf: Attachment) -> Any:
    client = as_person(Who.OFFICE)
    url = reverse("storage:attachment_download", args=[pdf.uuid])
    return lambda method="GET", **headers: client.generic(
        method, url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def _body(answer: Any) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def test_a_file_leaves_as_a_download_that_cannot_act(get: Any) -> None:
    answer = get(Accept_Encoding="gzip")
    assert (answer.status_code, _body(answer)) == (200, CONTENT)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('attachment; filename="Bulletin d_')
    assert "filename*=UTF-8''Bulletin%20d%E2%80%99%C3%89l%C3%A8ve" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Content-Length"] == str(len(CONTENT))
    assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=10-", 10, len(CONTENT) - 1),
        ("bytes=-5", len(CONTENT) - 5, len(CONTENT) - 1),
        ("bytes=5-999999999", 5, len(CONTENT) - 1),
        ("bytes=-999999999", 0, len(CONTENT) - 1),
    ],
)
def test_a_range_is_answered_with_its_bytes(get: Any, asked: str, start: int, end: int) -> None:
    answer = get(Range=asked)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{end}/{len(CONTENT)}"
    assert _body(answer) == CONTENT[start : end + 1]
    assert answer["Content-Length"] == str(end + 1 - start)


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0"])
def test_a_range_after_the_end_is_416(get: Any, asked: str) -> None:
    answer = get(Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")
    assert _body(answer) == b""


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,4-5", "lines=1-2", "bytes=x-", "bytes=5-2", "bytes=-", "bytes=" + "9" * 99 + "-"]
)
def test_a_range_that_is_none_gives_the_whole(get: Any, asked: str) -> None:
    assert get(Range=asked).status_code == 200


def test_a_range_counts_only_of_the_file_it_was_begun_with(get: Any) -> None:
    whole = get()
    for condition, status in (
        (whole["ETag"], 206),
        (whole["Last-Modified"], 206),
        ('"other"', 200),
        ("junk", 200),
    ):
        assert get(Range="bytes=0-1", If_Range=condition).status_code == status


def test_who_has_it_already_gets_304(get: Any) -> None:
    whole = get()
    for known in (whole["ETag"], f'"x", W/{whole["ETag"]}', "*"):
        answer = get(If_None_Match=known)
        assert (answer.status_code, _body(answer), answer["ETag"]) == (304, b"", whole["ETag"])
    assert get(If_Modified_Since=whole["Last-Modified"]).status_code == 304
    assert get(If_None_Match='"x"', If_Modified_Since=whole["Last-Modified"]).status_code == 200


def test_head_says_what_get_would(get: Any) -> None:
    answer = get("HEAD")
    assert (answer.status_code, answer["Content-Length"], _body(answer)) == (200, str(len(CONTENT)), b"")


def test_what_was_removed_does_not_exist(get: Any, pdf: Attachment, office: Any) -> None:
    remove(actor=office, attachment=pdf)
    assert get().status_code == 404


def test_rights_are_asked_of_the_owner_each_time(
    get: Any, papers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get().status_code == 200
    nobody = papers.model.objects.none
    monkeypatch.setitem(papers.__dict__, "visible_to", lambda actor: nobody())
    assert get().status_code == 404
    assert get(If_None_Match="*").status_code == 404


def test_a_picture_we_drew_shows_on_a_page_and_its_small_view_is_kept_a_while(
    cast: Cast, as_person: Any
) -> None:
    url = reverse("storage:attachment_download", args=[cast.own["photo"].uuid])
    client = as_person(Who.PUPIL)
    answer = client.get(url)
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Type"] == "image/jpeg"
    face = client.get(url, {"view": "96"})
    assert (face["Content-Type"], face["Cache-Control"]) == ("image/webp", "private, max-age=600")
    assert client.get(url, {"view": "nothing"}).status_code == 404


def test_nginx_is_told_where_the_file_is_and_nothing_is_sent_from_here(
    get: Any, pdf: Attachment, settings: Any
) -> None:
    settings.FILES_ACCEL = "/internal-files/"
    answer = get()
    assert answer["X-Accel-Redirect"] == f"/internal-files/{pdf.blob.key}"
    assert _body(answer) == b"" and answer.get("Content-Length", "0") == "0"
    file = store().path(pdf.blob.key)
    assert file is not None and file.stat().st_mode & 0o777 == 0o640, "nginx is of the folder's group"


def test_on_an_origin_of_its_own_a_signed_link_opens_it_for_a_few_minutes(
    get: Any, pdf: Attachment, settings: Any
) -> None:
    import time_machine

    settings.FILES_ORIGIN = "https://fichiers.exemple.fr"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "fichiers.exemple.fr"]
    answer = get()
    assert answer.status_code == 302
    link = answer["Location"].removeprefix(settings.FILES_ORIGIN)
    stranger = Client(headers={"host": "fichiers.exemple.fr"})
    opened = stranger.get(link)
    assert (_body(opened), opened["Content-Disposition"][:10]) == (CONTENT, "attachment")
    assert Client().get(link).status_code == 404  # on our own origin it is nothing
    assert stranger.get(link[:-2] + "xx/").status_code == 404
    with time_machine.travel(Attachment.objects.get(pk=pdf.pk).attached_at.timestamp() + 400):
        assert stranger.get(link).status_code == 404


def test_only_there_a_checked_pdf_opens_in_its_page(get: Any, pdf: Attachment, settings: Any) -> None:
    pdf.blob.scan = Blob.Scan.CLEAN
    here = serving.Served(pdf.blob, pdf.name, pdf.attached_at)
    there = serving.Served(pdf.blob, pdf.name, pdf.attached_at, on_own_origin=False)
    assert not serving.opens_inline(here)
    assert serving.opens_inline(there)


def _through(application: Any, headers: list[tuple[bytes, bytes]] = ()) -> tuple[dict[bytes, bytes], bytes]:  # type: ignore[assignment]
    sent: list[Any] = []
    never = asyncio.Event

    async def run() -> None:
        waits = never()

        async def receive() -> Any:
            await waits.wait()

        async def send(message: Any) -> None:
            sent.append(message)

        await SendsFiles(application)({"type": "http", "headers": list(headers)}, receive, send)

    asyncio.run(run())
    return dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


def test_the_server_sends_the_file_when_the_page_is_done(tmp_path: Path) -> None:
    path = tmp_path / "é b.bin"
    path.write_bytes(bytes(range(256)) * 4000)

    async def page(scope: Any, receive: Any, send: Any) -> None:
        assert scope["preau.sends_files"]
        named = [
            (b"x-preau-send-path", serving.quote(str(path)).encode()),
            (b"x-preau-send-range", b"256-600000"),
        ]
        await send({"type": "http.response.start", "status": 206, "headers": [*named, (b"etag", b'"x"')]})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    headers, body = _through(page)
    assert headers == {b"etag": b'"x"'}
    assert body == path.read_bytes()[256:600256]


def test_a_header_of_a_request_asks_for_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")

    async def page(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page", "more_body": False})

    asked = [(b"x-preau-send-path", str(secret).encode()), (b"x-preau-send-range", b"0-6")]
    assert _through(page, asked) == ({}, b"page")
