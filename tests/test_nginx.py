"""The lines of docs/operations/running.md under a real nginx, with a file larger than a piece."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bench.serving import AS_SERVED, HOST, PROJECT, accounts, served
from tests.by_http import Visitor

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 12_000  # 3 MB
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


def _written(folder: Path, port: int, behind: int, files: Path) -> Path:
    text = (PROJECT / "docs/operations/running.md").read_text()
    found = re.search(r"```nginx\n(.*?)```", text, re.DOTALL)
    assert found is not None
    block = found[1]
    for ours, theirs in (
        ("listen 443 ssl http2;", f"listen {HOST}:{port};"),
        ("/var/log/nginx/", f"{folder}/"),
        ("/var/lib/preau/files/", f"{files}/"),
        ("127.0.0.1:8000", f"{HOST}:{behind}"),
    ):
        assert ours in block, ours
        block = block.replace(ours, theirs)
    temporary = "".join(
        f"{each}_temp_path {folder}/{each};\n"
        for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    path = folder / "nginx.conf"
    path.write_text(
        f"{user}\ndaemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{temporary}default_type text/html;\n{block}\n}}\n"
    )
    return path


@pytest.fixture(scope="module")
def behind_nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, str, Path]]:
    """The head behind nginx, the address of their file, and nginx's folder."""
    folder = tmp_path_factory.mktemp("nginx")
    with served(None, FILES_ACCEL="/internal-files/", TRUSTED_PROXIES=HOST, **AS_SERVED) as server:
        port = _free_port()
        conf = _written(folder, port, server.port, Path(server.env["PREAU_VAR"], "files"))
        nginx = subprocess.Popen([str(NGINX), "-e", str(folder / "error.log"), "-c", str(conf)])
        try:
            for _ in range(100):
                if (folder / "pid").exists() and nginx.poll() is None:
                    break
                time.sleep(0.05)
            head = Visitor(f"http://{HOST}:{port}")
            head.sign_in("principale", accounts(server)["principale"])
            form, uuid = head.fields("/news/new/"), str(uuid4())
            drafted = head.post(
                "/news/drafts/",
                **{**form, "uuid": uuid, "title": "Lourd", "body": "Texte"},
            )
            assert drafted.ok, drafted.text
            sent = head.upload(form, "news.file", uuid, "plan.pdf", CONTENT)
            assert sent.status_code == 204, sent.text
            yield head, f"/files/{sent.headers['X-Preau-Attachment']}/", folder
        finally:
            nginx.terminate()
            nginx.wait(10)


def test_a_file_is_served_whole_and_cannot_act(behind_nginx: Any) -> None:
    head, url, folder = behind_nginx
    answer = head.get(url)
    assert (answer.status_code, answer.content == CONTENT) == (200, True)
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Content-Encoding" not in answer.headers
    assert "X-Accel-Redirect" not in answer.headers
    assert re.fullmatch(r'"[0-9a-f]{8}-[0-9a-f]+"', answer.headers["ETag"]), (
        "a tag of nginx: it sent the file"
    )
    # Nginx sent it, and found nothing wrong with what it was told.
    assert [line for line in (folder / "error.log").read_text().splitlines() if "[notice]" not in line] == []


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", CONTENT[:1]),
        ("bytes=100-199", CONTENT[100:200]),
        ("bytes=3000000-", CONTENT[3_000_000:]),
        ("bytes=-500", CONTENT[-500:]),
        ("bytes=-99999999", CONTENT),
    ],
)
def test_a_range_is_a_range(behind_nginx: Any, asked: str, part: bytes) -> None:
    head, url, _ = behind_nginx
    answer = head.get(url, Range=asked)
    assert (answer.status_code, answer.content == part) == (206, True)
    assert answer.headers["Content-Range"].endswith(f"/{len(CONTENT)}")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_download_goes_on_only_of_the_same_file(behind_nginx: Any) -> None:
    head, url, _ = behind_nginx
    etag = head.get(url).headers["ETag"]
    same = head.get(url, Range="bytes=10-19", If_Range=etag)
    other = head.get(url, Range="bytes=10-19", If_Range='"other"')
    assert (same.status_code, same.content) == (206, CONTENT[10:20])
    assert (other.status_code, other.content == CONTENT) == (200, True)


def test_who_sends_too_much_is_told_so_by_preau_and_not_by_nginx(behind_nginx: Any) -> None:
    head, _, _ = behind_nginx
    sent = {"exports": ("eleves.xml", b"<BEE_ELEVES>" * 700_000)}  # 8 MB: a collège, as SIECLE unpacks it
    answer = head.ask("POST", "/imports/create/", files=sent, headers={"Accept": "text/html"})
    assert answer.status_code == 413 and "au besoin dans une archive ZIP" in answer.text


def test_a_range_behind_the_end_is_none_and_what_is_known_is_not_sent(behind_nginx: Any) -> None:
    head, url, _ = behind_nginx
    assert head.get(url, Range="bytes=99999999-").status_code == 416
    known = head.get(url, If_None_Match=head.get(url).headers["ETag"])
    assert (known.status_code, known.content) == (304, b"")


def test_head_says_what_get_would(behind_nginx: Any) -> None:
    head, url, _ = behind_nginx
    answer = head.ask("HEAD", url, headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(CONTENT)))


def test_the_folder_is_no_address(behind_nginx: Any) -> None:
    head, url, _ = behind_nginx
    for path in ("/internal-files/", "/internal-files/../preau.sqlite3", "/internal-files/blobs/"):
        assert head.get(path).status_code == 404
    assert Visitor(head.address).get(url).url.startswith(f"{head.address}/login/")
    for path in ("/metrics", "/health/parts"):
        assert head.get(path).status_code == 404
