from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from preau.modules.directory.management.commands.who_sees_what import parted, tables
from preau.modules.directory.models.defaults import PROFILES, RULES

PAGE = Path(__file__).parents[4] / "docs/fr/qui-voit-quoi.md"


def test_what_families_are_told_is_what_the_rules_do():
    _, held, _ = parted(PAGE.read_text(encoding="utf-8"))

    assert held == tables(), "run: preau who_sees_what --write docs/fr/qui-voit-quoi.md"


def test_every_rule_is_one_yes():
    yes = sum(line.count("| oui ") for line in tables().splitlines())

    known_to_families = sum(known for *_, known in PROFILES)
    assert yes == sum(map(len, RULES.values())) + known_to_families


def test_it_writes_between_the_marks_and_nowhere_else(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Avant\n<!-- preau who_sees_what -->\nvieux\n<!-- fin -->\nAprès\n", encoding="utf-8")

    call_command("who_sees_what", write=page, stderr=StringIO())

    before, held, after = parted(page.read_text(encoding="utf-8"))
    assert (before, held, after) == ("Avant\n", tables(), "\nAprès\n")


def test_a_page_without_the_marks_is_refused(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("rien", encoding="utf-8")

    with pytest.raises(CommandError):
        call_command("who_sees_what", write=page, stderr=StringIO())
