from django.apps import AppConfig


class NewsConfig(AppConfig):
    name = "preau.modules.news"
    label = "news"
