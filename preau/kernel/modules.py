"""What each service of the workspace offers, declared in its own `module.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from django.http import HttpRequest

    from preau.kernel.access.actor import Actor
    from preau.kernel.access.permission import Permission
    from preau.kernel.audit.acts import Act, Read
    from preau.kernel.audit.labels import Labels
    from preau.kernel.live.topics import PersonTopic, SchoolTopic
    from preau.kernel.models import SchoolYear
    from preau.kernel.search.documents import SearchDocument
    from preau.kernel.storage.kinds import AttachmentKind
    from preau.kernel.ui.days import Awaited, Slot


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

    `content` returns the template's context, or None when it has nothing for them. With `news`, a sentence,
    and `anchor`, the id of its title, the page says so on top wherever other blocks stand before it.
    `on_top`: it passes – a closing, the first steps – and stands before what people arrange.
    `rare`: it shows what the sheet `ui/css/rare.css` draws, which the home then links.
    """

    key: str
    template: str
    content: "Callable[[HttpRequest, Actor], dict[str, Any] | None]"
    label: Any  # as it is called where one arranges one's home
    order: int = 50
    on_top: bool = False
    rare: bool = False


@dataclass(frozen=True)
class HelpPage:
    """What one can do on a page, told to who reads it. `directory.people` is drawn by
    `directory/help/people.html`. A test wants one for each page of the product.

    `for_visitors`: read without signing in too. `shown_to` makes no query.
    """

    key: str
    label: Any
    url_names: tuple[str, ...]  # the pages it is about
    shown_to: "Callable[[Actor], bool]" = lambda actor: True
    for_visitors: bool = False
    order: int = (
        50  # of the list, whose chapters are its tens: below 30 what one does every day, 70 to administer
    )

    @property
    def template(self) -> str:
        module, _, name = self.key.partition(".")
        return f"{module}/help/{name}.html"

    def is_for(self, actor: "Actor | None") -> bool:
        return self.for_visitors if actor is None else self.shown_to(actor)


@dataclass(frozen=True)
class FirstStep:
    """Something worth doing once, offered on the home to who is new under a profile.

    None of its functions makes a query. `done(account, actor)`: what the account already shows to be done;
    without it a step is ticked by opening its page or by « C’est vu ».
    """

    key: str
    label: Any
    why: Any
    url: "Callable[[Actor], str]"
    shown_to: "Callable[[Actor], bool]"
    done: "Callable[[Any, Actor], bool]" = lambda account, actor: False
    order: int = 50


@dataclass(frozen=True)
class Keeps:
    """Personal data a module keeps, in the words a person may read, and for how long."""

    model: str
    what: Any
    how_long: Any


@dataclass(frozen=True)
class About:
    """A link on the page about one thing, which its own module cannot know: « Historique » of a person.

    `url` returns where it leads for this actor and row, or an empty text where it would refuse.
    """

    kind: str  # the model, as `directory.personrecord`
    label: Any
    icon: str
    url: "Callable[[Actor, Any], str]"


@dataclass(frozen=True)
class TopItem:
    """Something in the bar on top of every page: a bell, a counter. `content` as for a `HomeBlock`;
    it is asked on each page, so at most one query."""

    key: str
    template: str
    content: "Callable[[HttpRequest, Actor], dict[str, Any] | None]"
    order: int = 50


class Urgency(StrEnum):
    URGENT = "urgent"  # waits for nothing but the night
    NORMAL = "normal"  # waits for the school's hours and the person's
    DIGEST = "digest"  # waits for the day's summary


class Channel(StrEnum):
    """Ways to a person beside the page of notices, which every notice is on."""

    EMAIL = "email"
    PUSH = "push"
    SMS = "sms"


@dataclass(frozen=True)
class Told:
    """What a notice keeps: ids and small values. Its words are made when they are read or sent."""

    id: int
    school_id: int
    created_at: datetime
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    title: str
    body: str = ""
    url: str = "/"  # a path of this site


@dataclass(frozen=True)
class NoticeKind:
    """One kind of thing a person may be told.

    `words` is asked for several notices at once, inside the scope of the person who will read them,
    and leaves out those whose subject they may not know (any more). It costs the same for 1 and 20.
    """

    name: str  # "directory.function": module, then what it is about
    label: Any  # as the page of preferences lists it, and as a locked telephone may show it
    words: "Callable[[Actor, Sequence[Told]], Mapping[int, Words]]"
    urgency: Urgency = Urgency.NORMAL
    channels: tuple[Channel, ...] = (Channel.EMAIL, Channel.PUSH)
    default: tuple[Channel, ...] = (Channel.EMAIL, Channel.PUSH)  # until the person chooses
    may_be_silenced: bool = True
    kept_days: int = 365


@dataclass(frozen=True)
class Module:
    name: str
    label: Any
    urls: str | None = None
    navigation: tuple[Entry, ...] = ()
    home_blocks: tuple[HomeBlock, ...] = ()
    top_items: tuple[TopItem, ...] = ()
    # Of the home: what this person has that day, and what waits for them. At most one query each.
    slots: "tuple[Callable[[Actor, date], Sequence[Slot]], ...]" = ()
    awaits: "tuple[Callable[[Actor], Sequence[Awaited]], ...]" = ()
    settings: tuple[Entry, ...] = ()  # lines of the administration's first page
    help: tuple[HelpPage, ...] = ()
    first_steps: tuple[FirstStep, ...] = ()
    permissions: "tuple[Permission[Any], ...]" = ()
    search: "tuple[SearchDocument[Any], ...]" = ()
    acts: "tuple[Act, ...]" = ()  # what its services write into the journal
    reads: "tuple[Read, ...]" = ()  # what is remembered for having been looked at
    labels: "tuple[Labels, ...]" = ()  # how its rows are named there, when it is read
    about: "tuple[About, ...]" = ()  # what it offers on the page of a row of another module
    notices: tuple[NoticeKind, ...] = ()
    keeps: tuple[Keeps, ...] = ()
    attachments: "tuple[AttachmentKind, ...]" = ()
    live_topics: "tuple[SchoolTopic | PersonTopic, ...]" = ()
    # Called in the transaction that opens a year, with the year it follows (None for the first).
    on_year_opened: "Callable[[SchoolYear, SchoolYear | None], None] | None" = None
    demo: str | None = field(default=None)  # dotted path of the function that fills its slice


@lru_cache(maxsize=1)
def modules() -> tuple[Module, ...]:
    """The modules installed, in the order of their floors as INSTALLED_APPS lists them. Found once: a page
    asks a dozen times."""
    names = [config.name for config in apps.get_app_configs() if config.name.startswith("preau.modules.")]
    return tuple(import_module(f"{name}.module").MODULE for name in names)


def help_pages(actor: "Actor | None") -> list[HelpPage]:
    """What concerns this reader. Costs no query."""
    found = [page for module in modules() for page in module.help if page.is_for(actor)]
    return sorted(found, key=lambda page: page.order)


def help_about(url_name: str, actor: "Actor | None") -> HelpPage | None:
    """The help of one page, where this reader has it."""
    return next((page for page in help_pages(actor) if url_name in page.url_names), None)


def links_about(actor: "Actor", row: Any) -> list[dict[str, Any]]:
    """What other modules offer on the page of `row`. Costs no query."""
    kind = row._meta.label_lower
    offered = [about for module in modules() for about in module.about if about.kind == kind]
    return [
        {"label": about.label, "icon": about.icon, "url": url}
        for about in offered
        if (url := about.url(actor, row))
    ]
