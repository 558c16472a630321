"""One port: pages are WSGI and run in a pool of threads; what stays open will stand beside them."""

import os

from a2wsgi import WSGIMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preau.config.settings")

from preau.config.wsgi import application as pages  # noqa: E402  settings first

application = WSGIMiddleware(pages, workers=int(os.environ.get("PREAU_THREADS", "8")))
