"""The demonstration: two fictional schools, with everything a directory must bear."""

from preau.modules.directory.demo.building import build

__all__ = ["build"]
