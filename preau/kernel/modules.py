"""What each service of the workspace offers, declared in its own `module.py`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from django.http import HttpRequest

    from preau.kernel.access.actor import Actor
    from preau.kernel.access.permission import Permission
    from preau.kernel.models import SchoolYear


@dataclass(frozen=True)
class Entry:
    """A line of the navigation."""

    label: Any
    url_name: str
    icon: str
    shown_to: "Callable[[Actor], bool]"
    order: int = 50


@dataclass(frozen=True)
class HomeBlock:
    """A block of the home page: a template, and what it shows to this person.

    `content` returns the template's context, or None when it has nothing for them.
    """

    key: str
    template: str
    content: "Callable[[HttpRequest, Actor], dict[str, Any] | None]"
    order: int = 50


@dataclass(frozen=True)
class Keeps:
    """Personal data a module keeps, in the words a person may read, and for how long."""

    model: str
    what: Any
    how_long: Any


@dataclass(frozen=True)
class Module:
    name: str
    label: Any
    urls: str | None = None
    navigation: tuple[Entry, ...] = ()
    home_blocks: tuple[HomeBlock, ...] = ()
    permissions: "tuple[Permission[Any], ...]" = ()
    keeps: tuple[Keeps, ...] = ()
    # Called in the transaction that opens a year, with the year it follows (None for the first).
    on_year_opened: "Callable[[SchoolYear, SchoolYear | None], None] | None" = None
    demo: str | None = field(default=None)  # dotted path of the function that fills its slice


def modules() -> Iterable[Module]:
    """The modules installed, in the order of their floors as INSTALLED_APPS lists them."""
    for config in apps.get_app_configs():
        if config.name.startswith("preau.modules."):
            yield import_module(f"{config.name}.module").MODULE
