"""The service worker: the `worker.js` of each package, after the list of what stays in the browser.

What stays is the shell: style, signs, scripts, and a page for when the line is down. It is the same for
everybody; nothing that a view has drawn for somebody is ever in it.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from preau.kernel.ui.finders import SHEETS

# Its letters are fetched by those who read with them alone.
_ON_CHOICE = {"ui/css/reading.css"}
_SCRIPTS = Path(__file__).parents[1] / "ui/static/ui/js"


def shell() -> list[str]:
    """Addresses of files that bear the hash of what they hold. None in development: there a file changes
    under its name, and one that is kept would be the old one."""
    if settings.DEBUG:
        return []
    names = [
        *(sheet for sheet in SHEETS if sheet not in _ON_CHOICE),
        "ui/fonts/inter-latin.woff2",
        "ui/icons/icons.svg",
        "ui/icons/rare.svg",
        "ui/icons/preau.svg",
        *(f"ui/js/{script.name}" for script in sorted(_SCRIPTS.glob("*.js"))),
    ]
    return [static(name) for name in names]


def offline_page() -> str:
    """Without a request: it knows nobody."""
    return render_to_string("offline/offline.html")


def written() -> str:
    known = {
        "SHELL": shell(),
        "OFFLINE": reverse("offline:page"),
        "ICON": static("offline/icons/app-192.png"),
    }
    parts = [f"const {name} = {json.dumps(value)};" for name, value in known.items()]
    for config in apps.get_app_configs():
        path = finders.find(f"{config.label}/worker.js")
        if path:
            parts.append(Path(str(path)).read_text(encoding="utf-8"))
    text = "\n".join(parts)
    # The names of the manifest change with a release, and so do the page and the parts: any of it renews all.
    version = hashlib.sha256((text + offline_page()).encode()).hexdigest()[:16]
    return f'"use strict";\nconst VERSION = "{version}";\n{text}'


_kept = lru_cache(written)


def script() -> str:
    return written() if settings.DEBUG else _kept()
