"""A disk of a few megabytes that fills while people work, and the room that is made again."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from bench.serving import AS_SERVED, HOST, Server, accounts, served
from tests.by_http import Visitor

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 12_000  # 3 MB

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("mount") is None, reason="only root mounts a small disk"
)


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def server(small_disk: Path) -> Iterator[Server]:
    with served(None, folder=small_disk, DISK_FLOOR_MB="1", **AS_SERVED) as found:
        yield found


@pytest.fixture
def head(server: Server) -> Visitor:
    head = Visitor(f"http://{HOST}:{server.port}")
    head.sign_in("principale", accounts(server)["principale"])
    return head


def _fill(folder: Path, but: int = 0) -> Path:
    """To the last byte, `but` so many."""
    ballast = folder / "ballast"
    handle = os.open(ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for size in (1 << 20, 1 << 12, 1):
        with suppress(OSError):
            while os.write(handle, b"x" * size) == size:
                pass
    if but:
        os.ftruncate(handle, max(0, os.fstat(handle).st_size - but))
    os.close(handle)
    return ballast


def _files(folder: Path) -> set[Path]:
    return {path for path in (folder / "files").rglob("*") if path.is_file()}


def _announcement(head: Visitor, title: str) -> dict[str, str]:
    form = head.fields("/news/new/")
    return {**form, "uuid": str(uuid4()), "title": title, "body": "Un texte " * 3000, "readership": "pupils"}


def test_a_full_disk_is_said_nothing_is_half_written_and_it_goes_on_when_there_is_room(
    small_disk: Path, server: Server, head: Visitor
) -> None:
    draft = _announcement(head, "Avant")
    assert head.post("/news/drafts/", **draft).ok
    before = _files(small_disk)
    ballast = _fill(small_disk, but=1_000_000)

    sent = head.upload(draft, "news.file", draft["uuid"], "plan.pdf", CONTENT)
    assert (sent.status_code, "plus de place" in sent.text) == (507, True), sent.text
    assert not [path for path in _files(small_disk) if path.name.startswith(".")], "nothing half-written"

    _fill(small_disk)
    written = _announcement(head, "Pendant que le disque est plein")
    refused = head.post("/news/new/", **written)
    assert refused.status_code == 507, refused.status_code
    assert "Le disque du serveur est plein : rien n’a été enregistré" in refused.text
    assert "Pendant que le disque est plein" in refused.text, "what was typed is given back"
    for path in ("/", "/people/", "/news/"):
        assert head.get(path).status_code == 200, f"{path} is read on a full disk"
    assert "Pendant" not in head.get("/news/").text
    ready = head.get("/health/ready")
    assert (ready.status_code, ready.text.strip()) == (503, "disk full")

    ballast.unlink()
    assert head.get("/health/ready").status_code == 200
    published = head.post("/news/new/", **written)
    assert published.ok and "Pendant que le disque est plein" in published.text
    again = head.upload(draft, "news.file", draft["uuid"], "plan.pdf", CONTENT)
    assert again.status_code == 204
    whole = head.get(f"/files/{again.headers['X-Preau-Attachment']}/")
    assert whole.content == CONTENT
    assert len(_files(small_disk) - before) >= 1
    checked = subprocess.run(
        ["sqlite3", str(small_disk / "preau.sqlite3"), "pragma integrity_check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout.strip() in ("ok", "")
