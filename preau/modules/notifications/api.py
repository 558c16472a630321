"""The notices' door for the modules above them."""

from preau.modules.notifications.services.telling import notify, withdraw

__all__ = ["notify", "withdraw"]
