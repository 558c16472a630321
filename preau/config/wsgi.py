import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preau.config.settings")
django.setup(set_prefix=False)

from preau.kernel.web.requests import Pages  # noqa: E402  settings first

application = Pages()
