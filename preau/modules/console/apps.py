from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "preau.modules.console"
    label = "console"
