from importlib import import_module
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from preau.kernel.memory import rarely_collected
from preau.kernel.modules import modules
from preau.kernel.statistics import refresh_statistics
from preau.kernel.work.models import Task


class Command(BaseCommand):
    help = "Fill the fictional schools of the demonstration. Run again, it changes nothing."

    @rarely_collected()
    def handle(self, **options: Any) -> None:
        for module in modules():
            if module.demo:
                path, _, name = module.demo.rpartition(".")
                getattr(import_module(path), name)()
                self.stderr.write(f"demo: {module.name}")
        refreshing = Task.objects.waiting().filter(name__startswith="search.refresh")
        asked = list(refreshing.values_list("pk", flat=True))
        call_command("reindex", stdout=StringIO())
        # What the modules' services asked the workers to index has just been indexed.
        Task.objects.waiting().filter(pk__in=asked).delete()
        refresh_statistics()
