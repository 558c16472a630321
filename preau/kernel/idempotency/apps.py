from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "preau.kernel.idempotency"
    label = "idempotency"
