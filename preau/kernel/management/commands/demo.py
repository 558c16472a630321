from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from preau.kernel.modules import modules


class Command(BaseCommand):
    help = "Fill the fictional schools of the demonstration. Run again, it changes nothing."

    def handle(self, **options: Any) -> None:
        for module in modules():
            if module.demo:
                path, _, name = module.demo.rpartition(".")
                getattr(import_module(path), name)()
                self.stderr.write(f"demo: {module.name}")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # plans made for empty tables would serve full ones
