"""What the numbers were taken on."""

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Machine:
    cpu: str
    cores: int
    system: str


def this_machine() -> Machine:
    return Machine(_cpu(), os.cpu_count() or 1, f"{platform.system()} {platform.machine()}")


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "")


def commit() -> str:
    """The commit, and `-dirty` when the tree is not what it says."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    return done.stdout.strip()


def load() -> float:
    """Processes that ran or wanted to, over the last minute: those of the bench too."""
    return round(os.getloadavg()[0], 2)
