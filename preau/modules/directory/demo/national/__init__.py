"""Fictional national files: what SIECLE, STS-web and an ENT would export of schools which do not exist."""

from preau.modules.directory.demo.national.delivery import MANIFEST, Delivered, deliver
from preau.modules.directory.demo.national.order import Order

__all__ = ["MANIFEST", "Delivered", "Order", "deliver"]
