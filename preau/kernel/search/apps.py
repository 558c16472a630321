from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "preau.kernel.search"
    label = "search"
