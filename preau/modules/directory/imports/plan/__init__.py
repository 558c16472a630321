"""What files would change, worked out without a write."""

from preau.modules.directory.imports.plan.lines import Plan
from preau.modules.directory.imports.plan.making import planned

__all__ = ["Plan", "planned"]
