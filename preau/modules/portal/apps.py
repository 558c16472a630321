from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "preau.modules.portal"
    label = "portal"
