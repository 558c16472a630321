"""The accounts' door for the modules above them."""

from preau.modules.accounts.models import Account

__all__ = ["Account"]
