from django.apps import AppConfig


class OfflineConfig(AppConfig):
    name = "preau.kernel.offline"
    label = "offline"
