"""Fails on a migration that the code still running beside it, or a table full of rows, would not survive.

Reads the SQL of the database in DATABASE_URL, which need not exist yet: PostgreSQL's is the one that matters.
"""

import os
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
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(
        include_apps=[app.label for app in apps.get_app_configs() if app.name.startswith("preau.")],
        # The first migration of an app makes empty tables: nobody runs on them yet.
        ignore_initial_migrations=True,
        no_cache=True,
        # SQLite makes a table anew for each column: the linter takes its lines for columns without default,
        # and its indexes, made anew as well, for new rules.
        exclude_migration_tests=[] if address.startswith("postgres") else ["NOT_NULL", "ADD_UNIQUE"],
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return 1 if linter.has_errors else 0


if __name__ == "__main__":
    sys.exit(main())
