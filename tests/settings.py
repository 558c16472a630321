"""The project's settings with the wall up, a fixed day and a hasher that costs nothing."""

import os
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

os.environ.setdefault("PREAU_SQL_WALL", "1")

from preau.config.settings import *
from preau.config.settings import CACHES, DATABASES, REDIS_URL, STORAGES

DEMO_DAY = date(2026, 11, 20)
if REDIS_URL:
    # Emptying the cache empties a whole Redis database: each worker has its own.
    server, _, first = REDIS_URL.rpartition("/")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    CACHES["default"]["LOCATION"] = f"{server}/{(int(first) - worker) % 16}"
# Each worker has its folder, gone with it.
_files = TemporaryDirectory(prefix="preau-files-")
STORAGE_ROOT = Path(_files.name)
STORAGE_URL = STORAGE_ROOT.as_uri()
CLAMD_URL = FILES_ORIGIN = FILES_ACCEL = ""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
DATABASES["default"].setdefault("TEST", {})
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: transactions, triggers and threads behave as they do for a school. It need not
    # outlive a crash.
    DATABASES["default"]["TEST"]["NAME"] = str(
        Path(gettempdir()) / f"preau-test-{os.getuid()}-{os.getppid()}.sqlite3"
    )
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA recursive_triggers=ON;"
