"""preau national_files"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def test_the_command_says_what_it_wrote_and_where(tmp_path: Path) -> None:
    out = StringIO()
    call_command("national_files", tmp_path / "new", pupils=80, stdout=out)
    assert "Les 12 fichiers de la série 1 sont écrits. Ils citent 80 fois un élève" in out.getvalue()
    assert f"Ils sont dans « {tmp_path / 'new'} »." in out.getvalue()


def test_a_folder_which_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="n’est pas un dossier vide"):
        call_command("national_files", tmp_path)
    with pytest.raises(CommandError, match="n’est pas un dossier vide"):
        call_command("national_files", tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_numbers_out_of_range_are_refused_with_the_range(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"--schools vaut 901 : choisissez un nombre de 1 à 900\."):
        call_command("national_files", tmp_path / "new", schools=901)
    assert not (tmp_path / "new").exists()
