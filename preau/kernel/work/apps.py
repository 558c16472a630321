from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkConfig(AppConfig):
    name = "preau.kernel.work"
    label = "work"

    def ready(self) -> None:
        autodiscover_modules("subscribers", "jobs")
        from preau.kernel.work import health

        health.register()
