"""Fails on a migration that the code still running beside it, or a table full of rows, would not survive.

Reads the SQL of the database in DATABASE_URL, which need not exist yet: PostgreSQL's is the one that matters.
"""

import os
import re
import sys
from urllib.parse import urlsplit

address = os.environ.get("DATABASE_URL", "sqlite://:memory:")
if urlsplit(address).scheme.startswith("postgres"):
    address = address.rpartition("/")[0] + "/postgres"
os.environ["DATABASE_URL"] = address
os.environ["DJANGO_SETTINGS_MODULE"] = "preau.config.settings"


def main() -> int:
    import django

    django.setup()

    from django.apps import apps
    from django.db import connection
    from django_migration_linter import MigrationLinter

    class Linter(MigrationLinter):
        """SQLite makes a table anew for a column, its rules too: one that stood before is no new one."""

        def get_sql(self, app_label: str, migration_name: str) -> list[str]:
            told: list[str] = super().get_sql(app_label, migration_name)
            if connection.vendor != "sqlite":
                return told
            before = self.migration_loader.project_state((app_label, migration_name), at_end=False)
            standing = {
                rule.name for model in before.models.values() for rule in model.options.get("constraints", ())
            }
            return [line for line in told if _unique_index(line) not in standing]

    linter = Linter(
        include_apps=[app.label for app in apps.get_app_configs() if app.name.startswith("preau.")],
        # The first migration of an app makes empty tables: nobody runs on them yet.
        ignore_initial_migrations=True,
        no_cache=True,
        # SQLite makes a table anew for each column: the linter takes its lines for columns without default.
        exclude_migration_tests=[] if address.startswith("postgres") else ["NOT_NULL"],
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return 1 if linter.has_errors else 0


def _unique_index(line: str) -> str | None:
    found = re.match(r'CREATE UNIQUE INDEX "(\w+)"', line)
    return found and found[1]


if __name__ == "__main__":
    sys.exit(main())
