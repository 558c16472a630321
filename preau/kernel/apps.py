from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate, pre_migrate


class KernelConfig(AppConfig):
    name = "preau.kernel"
    label = "kernel"

    def ready(self) -> None:
        from preau.kernel import checks, years  # noqa: F401  register system checks, and acts of the journal
        from preau.kernel.tenancy import constraints

        pre_migrate.connect(constraints.take_down, sender=self, dispatch_uid="preau.constraints.down")
        post_migrate.connect(constraints.hang, dispatch_uid="preau.constraints.up")
        if settings.SQL_WALL:
            from preau.kernel.tenancy import wall

            wall.build()
