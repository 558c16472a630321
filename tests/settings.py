"""The project's settings with the wall up, a fixed day and a hasher that costs nothing."""

import os
from datetime import date

os.environ.setdefault("PREAU_SQL_WALL", "1")

from preau.config.settings import *
from preau.config.settings import DATABASES, STORAGES

DEMO_DAY = date(2026, 11, 20)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
DATABASES["default"].setdefault("TEST", {})
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: transactions and triggers behave as they do for a school.
    DATABASES["default"]["OPTIONS"].pop("init_command", None)
