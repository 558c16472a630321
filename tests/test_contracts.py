"""Each import contract is broken on purpose, in a copy of the real tree: a wall nobody has seen
break may not be there."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

PROJECT = Path(__file__).resolve().parents[1]
LINT = Path(sys.executable).with_name("lint-imports")


class Offence(NamedTuple):
    contract: str
    file: str
    line: str
    told: str


DIRECTORY = "preau/modules/directory"

OFFENCES = {
    "the kernel imports a module": Offence(
        "spine",
        "preau/kernel/clock.py",
        "from preau.modules.directory import api",
        "preau.kernel is not allowed to import preau.modules",
    ),
    "a module imports the configuration": Offence(
        "spine",
        f"{DIRECTORY}/services/stray.py",
        "from preau.config import settings",
        "preau.modules is not allowed to import preau.config",
    ),
    "a package stands beside the spine": Offence("spine", "preau/extras/__init__.py", "", "- preau.extras"),
    "a module looks up": Offence(
        "floors",
        f"{DIRECTORY}/forms/stray.py",
        "from preau.modules.portal import api",
        "preau.modules.directory is not allowed to import preau.modules.portal",
    ),
    "a module stands on no floor": Offence(
        "floors", "preau/modules/stray/__init__.py", "", "- preau.modules.stray"
    ),
    "a module enters another past its faces": Offence(
        "faces",
        "preau/modules/accounts/views.py",
        "from preau.modules.directory import services",
        "enters preau.modules.directory.services past its faces",
    ),
    "a module enters another by its name alone": Offence(
        "faces",
        "preau/modules/accounts/views.py",
        "import preau.modules.directory",
        "enters preau.modules.directory past its faces",
    ),
    "a page uses another module's factories": Offence(
        "faces",
        "preau/modules/portal/views.py",
        "from preau.modules.directory import testing",
        "preau.modules.portal.views",
    ),
    "the configuration reaches into a module": Offence(
        "faces",
        "preau/config/urls.py",
        "from preau.modules.directory import models",
        "enters preau.modules.directory.models past its faces",
    ),
    "models call services": Offence(
        "rooms",
        f"{DIRECTORY}/models/rules.py",
        "from preau.modules.directory import services",
        "preau.modules.directory.models is not allowed to import preau.modules.directory.services",
    ),
    "a service draws a page": Offence(
        "rooms",
        f"{DIRECTORY}/services/stray.py",
        "from preau.modules.directory import views",
        "preau.modules.directory.services is not allowed to import preau.modules.directory.views",
    ),
    "one entrance calls another": Offence(
        "rooms",
        f"{DIRECTORY}/feeds.py",
        "from preau.modules.directory import views",
        "preau.modules.directory.feeds is not allowed to import preau.modules.directory.views",
    ),
    "a file has the name of no room": Offence(
        "rooms", f"{DIRECTORY}/toolbox.py", "", "- preau.modules.directory.toolbox"
    ),
    "two neighbours of the kernel need each other": Offence(
        "cycles",
        "preau/kernel/rules.py",
        "from preau.kernel.web import errors",  # which imports preau.kernel.rules
        "No cycles are allowed in preau.kernel",
    ),
    "two rooms need each other": Offence(
        "cycles",
        f"{DIRECTORY}/models/rules.py",
        "from preau.modules.directory import selectors",
        "No cycles are allowed in preau.modules.directory",
    ),
    "a file lies in no package": Offence(
        "seen", f"{DIRECTORY}/loose/reader.py", "", "preau/modules/directory/loose/reader.py is in no package"
    ),
    "a name says nothing": Offence("seen", "preau/kernel/helpers.py", "", "preau.kernel.helpers has a name"),
    "shipped code imports what only developers have": Offence(
        "shipped", "preau/kernel/clock.py", "import hypothesis", "imports hypothesis"
    ),
    "a model's base knows the web": Offence(
        "pure",
        "preau/kernel/names.py",  # models import it
        "from preau.kernel.web import errors",
        "preau.modules.directory.models is not allowed to import preau.kernel.web",
    ),
    "a model's base needs the models loaded": Offence(
        "loading",
        "preau/kernel/names.py",
        "from django.contrib.auth import forms",
        "preau.kernel.names (l. ",
    ),
}

ALLOWED = {
    "a test uses another module's factories": Offence(
        "faces", "preau/modules/portal/tests/test_stray.py", "from preau.modules.directory import testing", ""
    ),
    "an import inside a function waits for the models": Offence(
        "loading", "preau/kernel/names.py", "def later():\n    from django.contrib.auth import forms", ""
    ),
    "a test imports what only developers have": Offence(
        "shipped", f"{DIRECTORY}/tests/test_stray.py", "import hypothesis", ""
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for source in [*(PROJECT / "preau").rglob("*.py"), *(PROJECT / "tools").rglob("*.py")]:
        target = tmp_path / source.relative_to(PROJECT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    shutil.copyfile(PROJECT / ".importlinter", tmp_path / ".importlinter")
    write(tmp_path, f"{DIRECTORY}/testing.py", "")
    write(tmp_path, "preau/modules/portal/api.py", "")
    return tmp_path


def write(tree: Path, file: str, line: str) -> None:
    path = tree / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        out.write(f"\n{line}\n")


def lint(tree: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    return subprocess.run(
        [LINT, "--no-cache", *chosen],
        cwd=tree,
        capture_output=True,
        text=True,
        env={"COLUMNS": "300"},
        check=False,
    )


def contracts() -> set[str]:
    config = configparser.ConfigParser()
    config.read(PROJECT / ".importlinter", encoding="utf-8")
    return {section.split(":")[-1] for section in config.sections() if ":" in section}


def test_the_real_tree_keeps_every_contract():
    result = lint(PROJECT)

    assert result.returncode == 0, result.stdout + result.stderr
    assert f"Contracts: {len(contracts())} kept, 0 broken" in result.stdout


def test_every_contract_is_seen_to_break():
    assert {offence.contract for offence in OFFENCES.values()} == contracts()


@pytest.mark.parametrize("offence", OFFENCES.values(), ids=OFFENCES)
def test_a_contract_breaks(copy: Path, offence: Offence):
    write(copy, offence.file, offence.line)

    result = lint(copy, offence.contract)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "Contracts: 0 kept, 1 broken" in result.stdout
    assert offence.told in result.stdout


@pytest.mark.parametrize("allowed", ALLOWED.values(), ids=ALLOWED)
def test_a_contract_leaves_alone_what_is_allowed(copy: Path, allowed: Offence):
    write(copy, allowed.file, allowed.line)

    result = lint(copy, allowed.contract)

    assert result.returncode == 0, result.stdout + result.stderr


def test_a_new_module_is_one_name_on_its_floor_and_a_stranger_to_its_neighbour(copy: Path):
    config = (copy / ".importlinter").read_text(encoding="utf-8")
    (copy / ".importlinter").write_text(
        config.replace("\n    portal", "\n    publicsite | portal", 1), encoding="utf-8"
    )
    write(copy, "preau/modules/publicsite/__init__.py", "")
    assert lint(copy).returncode == 0

    write(copy, "preau/modules/publicsite/views.py", "from preau.modules.portal import api")

    result = lint(copy)
    assert result.returncode == 1
    assert "preau.modules.publicsite is not allowed to import preau.modules.portal" in result.stdout
