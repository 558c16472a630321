from importlib import import_module
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from preau.kernel.modules import modules
from preau.kernel.statistics import refresh_statistics


class Command(BaseCommand):
    help = "Fill the fictional schools of the demonstration. Run again, it changes nothing."

    def handle(self, **options: Any) -> None:
        for module in modules():
            if module.demo:
                path, _, name = module.demo.rpartition(".")
                getattr(import_module(path), name)()
                self.stderr.write(f"demo: {module.name}")
        call_command("reindex", stdout=StringIO())
        refresh_statistics()
