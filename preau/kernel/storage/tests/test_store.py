import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests

from preau.kernel.storage.attachments import attach
from preau.kernel.storage.store import FolderStore, Missing, S3Store, Store, store
from preau.modules.directory.testing import Cast, Who

CONTENT = bytes(range(256)) * 3000


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A local server that speaks S3."""
    from moto.server import ThreadedMotoServer

    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "eu-west-3",
        }.items():
            patch.setenv(name, value)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        import boto3

        name = f"fichiers-{uuid4().hex[:8]}"
        boto3.client("s3", endpoint_url=endpoint).create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
        )
        yield f"s3://{name}/preau?endpoint={endpoint}&region=eu-west-3"
        server.stop()


@pytest.fixture(params=["folder", "s3"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path, bucket: str, settings: Any) -> Store:
    settings.STORAGE_URL = tmp_path.as_uri() if request.param == "folder" else bucket
    return store()


def _all(kept: Store, key: str, *span: int) -> bytes:
    return b"".join(kept.read(key, *span))


def test_bytes_come_back_whole_and_in_spans(any_store: Store) -> None:
    any_store.put("a/b/c", BytesIO(CONTENT))
    assert _all(any_store, "a/b/c") == CONTENT
    assert _all(any_store, "a/b/c", 1000) == CONTENT[1000:]
    assert _all(any_store, "a/b/c", 1000, 300_000) == CONTENT[1000:301_000]
    assert _all(any_store, "a/b/c", 5, 0) == b""


def test_put_again_replaces_and_deleted_twice_is_fine(any_store: Store) -> None:
    any_store.put("a/b/c", BytesIO(b"un"))
    any_store.put("a/b/c", BytesIO(b"deux"))
    assert _all(any_store, "a/b/c") == b"deux"
    assert any_store.exists("a/b/c")
    any_store.delete("a/b/c")
    any_store.delete("a/b/c")
    assert not any_store.exists("a/b/c")
    with pytest.raises(Missing):
        _all(any_store, "a/b/c")


def test_a_folder_has_no_address_and_a_bucket_gives_the_file_with_our_headers(
    bucket: str, tmp_path: Path
) -> None:
    assert FolderStore(tmp_path).address("a", {}, 60) is None
    endpoint = bucket.partition("endpoint=")[2].partition("&")[0]
    kept = S3Store(urlsplit(bucket).netloc, "preau", endpoint, "eu-west-3")
    kept.put("a/b", BytesIO(CONTENT))
    address = kept.address(
        "a/b", {"Content-Type": "application/pdf", "Content-Disposition": "attachment"}, 60
    )
    assert address is not None
    answer = requests.get(address, timeout=10, headers={"Range": "bytes=0-9"})
    assert answer.content == CONTENT[:10]
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["Content-Type"] == "application/pdf"


def test_a_half_written_file_never_bears_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = FolderStore(tmp_path)

    class Cut(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 1_000:
                raise KeyboardInterrupt
            return super().read(1_001)

    with pytest.raises(KeyboardInterrupt):
        kept.put("a/b/c", Cut(CONTENT))
    assert not kept.exists("a/b/c")
    assert not [name for name in os.listdir(tmp_path / "a/b") if not name.startswith(".")]


def test_an_address_that_is_neither_says_what_is_expected(settings: Any) -> None:
    settings.STORAGE_URL = "ftp://exemple.invalid/"
    with pytest.raises(ValueError, match="STORAGE_URL"):
        store()


def test_from_a_bucket_a_document_is_fetched_at_its_source_and_a_face_through_us(
    bucket: str, settings: Any, office: Any, papers: Any, cast: Cast, as_person: Any
) -> None:
    from preau.kernel.intake.testing import picture
    from preau.modules.directory.testing import PHOTO

    settings.STORAGE_URL = bucket
    paper = attach(
        actor=office,
        kind=papers,
        owner=cast.own["pupil"],
        file=BytesIO(b"%PDF-1.7"),
        name="a.pdf",
        uuid=uuid4(),
    )
    face = attach(
        actor=office, kind=PHOTO, owner=cast.own["pupil"], file=BytesIO(picture()), name="a.jpg", uuid=uuid4()
    )
    client = as_person(Who.OFFICE)

    sent_on = client.get(f"/files/{paper.uuid}/")
    assert sent_on.status_code == 302
    assert sent_on["Cache-Control"] == "private, no-store"
    assert requests.get(sent_on["Location"], timeout=10).content == b"%PDF-1.7"
    shown = client.get(f"/files/{face.uuid}/?view=96")
    assert shown.status_code == 200
    assert b"".join(shown)[8:12] == b"WEBP"
