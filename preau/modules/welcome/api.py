"""The door of the visitors' page for the portal, which answers at the root."""

from preau.modules.welcome.selectors.front import front as front_page

__all__ = ["front_page"]
