"""Who may do what to most of the directory."""

from typing import Any

from preau.modules.directory.testing import (
    FAMILY,
    IN_SCHOOL,
    MANAGEMENT,
    STAFF,
    Cast,
    Who,
)

KEEPS = MANAGEMENT | Who.OFFICE
# What keepers change of a class, a course, a pupil; others are refused where they may know of it.
KEPT: dict[str, Any] = {
    "own": KEEPS,
    "other_class": KEEPS,
    "refused": (STAFF | FAMILY) & ~KEEPS,
    "refused_other_class": STAFF & ~KEEPS,
}
NOT_MANAGEMENT = (IN_SCHOOL | Who.AUTHORITY) & ~MANAGEMENT
SEES_A_TEACHER = STAFF | Who.PUPIL | Who.GUARDIAN | Who.CARER
EVERYBODY_ELSE = (IN_SCHOOL | Who.AUTHORITY) & ~KEEPS


def ending(cast: Cast, place: str) -> dict[str, str]:
    return {"ends_on": "2026-12-18", "version": "1"}
