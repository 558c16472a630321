from django.apps import AppConfig
from django.core import checks


class WelcomeConfig(AppConfig):
    name = "preau.modules.welcome"
    label = "welcome"

    def ready(self) -> None:
        from preau.modules.welcome.selectors import legal

        checks.register(legal.check_settings, checks.Tags.compatibility, deploy=True)
