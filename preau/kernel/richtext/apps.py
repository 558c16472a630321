from django.apps import AppConfig


class RichTextConfig(AppConfig):
    name = "preau.kernel.richtext"
    label = "richtext"
