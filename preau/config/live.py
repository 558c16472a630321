"""Streams alone, where pages have processes of their own: `uvicorn preau.config.live:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preau.config.settings")

from django.conf import settings
from django.utils.log import configure_logging

from preau.kernel.live.asgi import Live

if not settings.LIVE_REDIS_URL:
    raise SystemExit("preau.config.live hears the pages through Redis: set REDIS_URL or LIVE_REDIS_URL.")
# No applications, no models: the settings are all it needs.
configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
application = Live()
