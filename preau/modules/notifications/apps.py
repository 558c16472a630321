from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "preau.modules.notifications"
    label = "notifications"

    def ready(self) -> None:
        from preau.modules.notifications.selectors import health

        health.register()
