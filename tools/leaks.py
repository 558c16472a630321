"""Fails when a file of the repository names a path of a machine, or a lock the address of a registry."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
# Not after a word, a dot or a brace: `{% url %}/home/` and `example.org/home/` are addresses of pages.
MACHINE = re.compile(r"(?<![\w.}\-])/(?:home|root|work|Users)/\w|[A-Z]:\\Users\\")
ADDRESS = re.compile(r"\b(?:https?|git|ssh)://|\bfile:")
LOCKS = {"package-lock.json", "npm-shrinkwrap.json", "uv.lock", "pylock.toml"}


def tracked() -> list[Path]:
    # Files not yet added count too: this runs before they are.
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [PROJECT / name for name in names.split("\0") if name]


def is_lock(path: Path) -> bool:
    return path.name in LOCKS or (path.parent.name == "requirements" and path.suffix == ".txt")


def leaks(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    if b"\0" in content[:8000]:
        return
    for number, line in enumerate(content.decode("utf-8", errors="replace").splitlines(), start=1):
        if MACHINE.search(line):
            yield f"{path.relative_to(PROJECT)}:{number}: a path of a machine: {line.strip()[:120]}"
        if is_lock(path) and _names_an_address(path, line):
            yield f"{path.relative_to(PROJECT)}:{number}: an address in a lock: {line.strip()[:120]}"


def _names_an_address(path: Path, line: str) -> bool:
    # An npm lock also tells each package's page for gifts, which nothing is fetched from.
    return ADDRESS.search(line) is not None and (path.suffix != ".json" or '"resolved"' in line)


def main() -> int:
    found = [line for path in tracked() if path.is_file() for line in leaks(path)]
    print("\n".join(found) or "No path of a machine, no address in a lock.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
