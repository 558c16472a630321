"""One file, driven by the environment. Without any variable it is the embedded default:
SQLite in `var/`, one process, no other service."""

import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import unquote, urlsplit

from environs import Env

env = Env()
PROJECT = Path(__file__).resolve().parents[2]
VAR = env.path("PREAU_VAR", PROJECT / "var")
VAR.mkdir(parents=True, exist_ok=True)


def _kept_secret() -> str:
    """A school that runs one command has no place for a secret but its own folder."""
    from django.core.management.utils import get_random_secret_key

    kept = VAR / "secret-key"
    if not kept.exists():
        # Whole or not at all: two first starts at once end with the same key.
        with NamedTemporaryFile("w", dir=VAR, delete=False) as made:
            made.write(get_random_secret_key())
        with suppress(FileExistsError):
            os.link(made.name, kept)
        os.unlink(made.name)
    return kept.read_text()


DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or _kept_secret()
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])  # used before
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
HTTPS = env.bool("HTTPS", False)
# Addresses or networks of the proxies in front. Of nobody else is a visitor's address believed.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [])
# Opens /metrics and /health/parts to « Authorization: Bearer … »; without it only this machine asks.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
DISK_FLOOR_MB = env.int("DISK_FLOOR_MB", 200)  # less room than that in VAR, and it is not ready

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "preau.kernel",
    "preau.kernel.work",
    "preau.kernel.audit",
    "preau.kernel.storage",
    "preau.kernel.search",
    "preau.kernel.idempotency",
    "preau.kernel.richtext",
    "preau.kernel.live",
    "preau.kernel.offline",
    "preau.modules.directory",
    "preau.modules.notifications",
    "preau.modules.accounts",
    "preau.modules.news",
    "preau.modules.welcome",
    "preau.modules.console",
    "preau.modules.portal",
]

MIDDLEWARE = [
    "preau.kernel.web.proxies.Origin",
    "preau.kernel.web.observed.Observed",
    "preau.kernel.web.middleware.PlainAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "preau.kernel.web.shared.Clock",
    "preau.kernel.web.middleware.Acting",
    "preau.kernel.web.limits.Paced",
    "preau.kernel.idempotency.middleware.Once",
]

ROOT_URLCONF = "preau.config.urls"
WSGI_APPLICATION = "preau.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "preau/kernel/ui/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "preau.kernel.web.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "preau.kernel.templatetags.dates",
                "preau.kernel.templatetags.ui",
            ],
        },
    },
]

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR / 'preau.sqlite3'}")}
# Opening one costs 2 ms, SQLite's functions and settings included, and it would start with a cold cache.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # A write waits for its turn from the start instead of failing half-way through.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Without recursive triggers « INSERT OR REPLACE » takes a row of the journal away unseen.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
        "PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A list of choices is read at once: a cursor kept by the server would take three trips.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    DATABASES["default"]["OPTIONS"] = {
        # Short queries over many small conditions: compiling them costs more than running them. And plans
        # are made for any school, not for the one at hand: statistics that have not met a new school or
        # a new year yet take it for empty, and such a plan reads it a thousand times over. ADR 34.
        "options": "-c jit=off -c plan_cache_mode=force_generic_plan",
        "server_side_binding": True,
        # Kept by the connection from the third time on. 0: never, for a pooler that mixes connections.
        "prepare_threshold": env.int("PG_PREPARE_AFTER", 3) or None,
    } | DATABASES["default"].get("OPTIONS", {})

REDIS_URL = env.str("REDIS_URL", "")
CACHES = {
    "default": (
        {
            "BACKEND": "preau.kernel.web.redis_cache.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": env.str("CACHE_PREFIX", "preau"),
            # A server that is gone costs a page a second, not the person their patience.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    )
}

# What changed is told to open pages at once: through Redis between processes, in memory within one.
LIVE_REDIS_URL = env.str("LIVE_REDIS_URL", REDIS_URL)
# Redis has one set of channels for all its databases: two instances on one server must not meet.
LIVE_CHANNEL = f"{env.str('CACHE_PREFIX', 'preau')}:{LIVE_REDIS_URL.rpartition('/')[2]}:live"
LIVE_FOR = env.str("LIVE_FOR", "staff")  # staff, everyone, nobody: the others ask once a minute
LIVE_TICKET_SECONDS = env.int("LIVE_TICKET_SECONDS", 600)
LIVE_STREAMS = env.int("LIVE_STREAMS", 2000)  # in one process
LIVE_STREAMS_PER_ACCOUNT = env.int("LIVE_STREAMS_PER_ACCOUNT", 6)

# Files people bring: a folder, or a bucket (`s3://bucket/prefix?endpoint=…&region=…`, credentials as boto3
# reads them from the environment).
STORAGE_ROOT = VAR / "files"
STORAGE_URL = env.str("STORAGE_URL", STORAGE_ROOT.as_uri())
if STORAGE_URL.startswith("file:"):
    STORAGE_ROOT = Path(unquote(urlsplit(STORAGE_URL).path))
STORAGE_QUOTA = (
    env.int("STORAGE_QUOTA_MB", 20_000) * 1_000_000
)  # a school, where its own row says nothing else
# Days the journal keeps what is written from now on, by family: « accounts=180,reads=90 ». Else a year.
JOURNAL_DAYS: dict[str, int] = env.dict("JOURNAL_DAYS", {}, subcast_values=int)
STORAGE_UNDO_DAYS = env.int("STORAGE_UNDO_DAYS", 7)  # a removed file can be taken back
STORAGE_UPLOAD_DAYS = env.int("STORAGE_UPLOAD_DAYS", 7)  # an interrupted upload can go on
CLAMD_URL = env.str("CLAMD_URL", "")  # tcp://host:3310 or unix:/run/clamd.sock; empty: nothing is scanned
CLAMD_TIMEOUT = env.float("CLAMD_TIMEOUT", 60.0)
FILES_ORIGIN = env.str("FILES_ORIGIN", "").rstrip("/")  # https://…: another host name, without our cookies
FILES_ACCEL = env.str("FILES_ACCEL", "")  # nginx: the internal location over STORAGE_ROOT, with both slashes
if FILES_ORIGIN:
    ALLOWED_HOSTS.append(urlsplit(FILES_ORIGIN).hostname or "")

# Every statement is read before it runs and refused when a school-owned table stands in it
# without its school. On in development, tests and CI; in production it would cost more than
# the manager, the guards and the database's own constraints already give.
SQL_WALL = env.bool("PREAU_SQL_WALL", DEBUG and find_spec("sqlglot") is not None)

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["preau.modules.accounts.backends.LoginBackend"]
PASSWORD_HASHERS = ["preau.modules.accounts.hashers.Argon2"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "preau.kernel.web.sessions"
SESSION_COOKIE_NAME = "preau_session"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", 12) * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # on a shared computer, after some minutes: kernel/web/shared.py
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "preau_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "preau.kernel.web.errors.csrf_refused"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # load balancers ask in plain HTTP, by address
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français")]
LOCALE_PATHS = [PROJECT / "preau/locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [PROJECT / "preau/kernel/ui/static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "preau.kernel.ui.finders.StylesheetFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "preau.kernel.ui.staticfiles.HashedFiles"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# Messages to people outside their screen. Without EMAIL_URL letters are files in var/mail; without
# SMS_URL none is sent.
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
EMAIL_URL = env.str("EMAIL_URL", "")
EMAIL_BACKEND = (
    f"preau.modules.notifications.channels.{'smtp.Smtp' if EMAIL_URL else 'mailfolder.MailFolder'}"
)
_mail = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 60
MAIL_FOLDER = VAR / "mail"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", "preau@localhost")
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", "")  # else var/vapid-key, made once
VAPID_SUBJECT = env.str("VAPID_SUBJECT", f"mailto:{DEFAULT_FROM_EMAIL}")
# Push services inside one's own network, by origin: everything else there is refused.
PUSH_SERVICES: list[str] = env.list("PUSH_SERVICES", [])
SMS_URL = env.str("SMS_URL", "").rstrip("/")
SMS_TOKEN = env.str("SMS_TOKEN", "")
SMS_SENDER = env.str("SMS_SENDER", "PREAU")

# Who answers for this instance, as its legal pages say. What is empty is said to be missing there, and
# `preau check --deploy` warns.
INSTANCE = {
    name.lower(): env.str(f"INSTANCE_{name}", "")
    for name in (
        *("NAME", "OWNER", "OWNER_ADDRESS", "OWNER_EMAIL", "OWNER_PHONE", "PUBLISHER"),
        *("HOST", "HOST_ADDRESS", "HOST_PHONE", "DPO", "ACCESSIBILITY_EMAIL"),
    )
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS: list[str] = []

# The demonstration school is opened on this day when set: a fixed day makes pictures comparable.
DEMO_DAY = env.date("PREAU_DEMO_DAY", None)

# `json` for machines, `line` for whoever looks on.
LOG_FORMAT = env.str("LOG_FORMAT", "line" if sys.stderr.isatty() else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # No line says what a person is called or wrote: see preau/kernel/web/logs.py.
    "formatters": {"line": {"()": "preau.kernel.web.logs.formatter", "kind": LOG_FORMAT}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING")},
    "loggers": {
        # Its handlers write the values of statements, and traces with the locals of each frame.
        "django": {"handlers": [], "propagate": True},
        "django.db.backends": {"level": "WARNING"},
        # What a visitor got wrong is in the line of each request already.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "propagate": False},
        "preau.access": {"level": "INFO" if env.bool("LOG_ACCESS", True) else "WARNING"},
    },
}
