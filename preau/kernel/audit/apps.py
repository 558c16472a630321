from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    name = "preau.kernel.audit"
    label = "audit"

    def ready(self) -> None:
        from preau.kernel.audit import append_only, checks  # noqa: F401  registers itself

        # Before any app's tables are touched; `hang` waits for the last of them.
        pre_migrate.connect(append_only.take_down, dispatch_uid="preau.audit.down")
        post_migrate.connect(append_only.hang, dispatch_uid="preau.audit.up")
