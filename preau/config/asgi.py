"""One port: pages are WSGI and run in a pool of threads; the streams of `/live` stand beside them."""

import os

from a2wsgi import WSGIMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preau.config.settings")

from preau.config.wsgi import application as pages
from preau.kernel.live.asgi import Live
from preau.kernel.storage.sending import SendsFiles
from preau.kernel.web.body import WholeBody
from preau.kernel.web.waiting import WaitingRoom

threads = int(os.environ.get("PREAU_THREADS", "8"))
pooled = SendsFiles(WSGIMiddleware(pages, workers=threads))  # type: ignore[arg-type]
application = Live(beside=WholeBody(WaitingRoom(pooled)))
