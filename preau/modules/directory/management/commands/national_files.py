"""Fictional files of SIECLE, STS-web and of an ENT: see docs/fictional-files.md."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from preau.modules.directory.demo.national import Order, deliver


class Command(BaseCommand):
    help = "Write fictional national files (SIECLE, STS, CSV) of fictional schools."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("folder", type=Path, help="absent or empty")
        parser.add_argument("--schools", type=int, default=1)
        parser.add_argument("--pupils", type=int, default=750, help="of each school, every year")
        parser.add_argument("--years", type=int, default=1, help="successive Septembers")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--year", type=int, default=2026, help="the first September")
        parser.add_argument(
            "--zip", dest="zipped", action="store_true", help="one archive for each file of SIECLE"
        )
        parser.add_argument("--clean", action="store_true", help="without anything an importer stumbles over")

    def handle(self, *, folder: Path, **options: Any) -> None:
        order = Order(**{name: options[name] for name in Order.__dataclass_fields__})
        for name, value, least, most in order.bounds():
            if not least <= value <= most:
                raise CommandError(
                    _("--%(name)s vaut %(value)d : choisissez un nombre de %(least)d à %(most)d.")
                    % {"name": name, "value": value, "least": least, "most": most}
                )
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(
                _("« %(folder)s » n’est pas un dossier vide : choisissez-en un autre, rien n’a été écrit.")
                % {"folder": folder}
            )
        folder.mkdir(parents=True, exist_ok=True)
        delivered = deliver(order, folder)
        self.stdout.write(
            _(
                "Les %(files)d fichiers de la série %(seed)d sont écrits. Ils citent %(pupils)d fois un "
                "élève, %(guardians)d fois un responsable et %(staff)d fois un membre du personnel, "
                "tous imaginaires."
            )
            % {
                "files": delivered.files,
                "seed": order.seed,
                "pupils": delivered.pupils,
                "guardians": delivered.guardians,
                "staff": delivered.staff,
            }
        )
        self.stdout.write(_("Ils sont dans « %(folder)s ».") % {"folder": folder.resolve()})
