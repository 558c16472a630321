import os
import sys


def main() -> None:
    """`preau <command>`: Django's command line with this project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preau.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["preau", *sys.argv[1:]])


if __name__ == "__main__":
    main()
