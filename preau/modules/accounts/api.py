"""The accounts' door for the modules above them."""

from preau.modules.accounts.models import Account
from preau.modules.accounts.services import (
    NEVER,
    arrange_home,
    leave_first_steps,
    resume_first_steps,
    see_first_step,
)

__all__ = [
    "NEVER",
    "Account",
    "arrange_home",
    "leave_first_steps",
    "resume_first_steps",
    "see_first_step",
]
