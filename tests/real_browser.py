"""The one way in which tests open a Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tools.screens import ARGUMENTS


@contextmanager
def opened_chromium() -> Iterator[Any]:
    """Without one the test is skipped; `.ci/run` sees to it that there is one. CHROMIUM names another."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
