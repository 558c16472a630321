import gzip
import zipfile
from io import BytesIO

import pytest

from preau.kernel.intake.testing import picture
from preau.kernel.intake.types import ACTIVE, media_type


def _zip(*names: str, **contents: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
        for name, content in contents.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (picture("GIF"), "image/gif"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"Bonjour\n", "text/plain"),
        ("Élève;note\n".encode("latin-1"), "text/plain"),
        (b"", "text/plain"),
        (_zip("a.txt"), "application/zip"),
        (gzip.compress(b"<BEE_ELEVES/>", mtime=0), "application/gzip"),
        (
            _zip("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (_zip("[Content_Types].xml", "word/vbaProject.bin"), "application/vnd.ms-office.macro-enabled"),
        (
            _zip("content.xml", mimetype=b"application/vnd.oasis.opendocument.text"),
            "application/vnd.oasis.opendocument.text",
        ),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "image/heic"),
        (b"\x00\x00\x00\x18ftypisom" + b"\x00" * 40, "video/mp4"),
        (b"MZ\x90\x00", "application/x-executable"),
        (b"#!/bin/sh\nrm -rf /", "application/x-executable"),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, found: str) -> None:
    assert media_type(BytesIO(content)) == found


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"  \n<!DOCTYPE html>",
        b"\xef\xbb\xbf<script>alert(1)</script>",
        b"Bonjour <img src=x onerror=alert(1)>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<?xml version='1.0'?><html/>",
        "<script>alert(1)</script>".encode("utf-16"),
        b"<!-- -->" + b" " * 9000 + b"<script>",
        b"<?php system($_GET['c']);",
    ],
)
def test_what_would_act_in_a_browser_is_told_apart(content: bytes) -> None:
    assert media_type(BytesIO(content)) in ACTIVE


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_is_an_archive(method: int) -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    whole = made.getvalue()
    begins = 30 + len("mimetype")
    for at in range(begins, begins + 24):
        for byte in (0x00, 0x5A, 0xFF):
            damaged = bytearray(whole)
            damaged[at] = byte
            assert media_type(BytesIO(bytes(damaged))) in (
                "application/zip",
                "application/vnd.oasis.opendocument.text",
            )
