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
    """Without one the test is skipped; `.ci/run` sees to it that there is one. CHROMIUM names another.

    The shell is the same engine without the windows around it: a quarter of the time less.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("no Chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
