"""One port: pages are WSGI and run in a pool of threads; what stays open will stand beside them."""

import os

from a2wsgi import WSGIMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preau.config.settings")

from preau.config.wsgi import application as pages
from preau.kernel.web.body import WholeBody

threads = int(os.environ.get("PREAU_THREADS", "8"))
application = WholeBody(WSGIMiddleware(pages, workers=threads))  # type: ignore[arg-type]
