"""The one way in: page, token, feed, WebDAV, job or live ticket, each acts as someone somewhere."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from preau.kernel.access.actor import Actor, Hat, Identity
from preau.kernel.models import School, SchoolYear
from preau.kernel.tenancy.scope import enter, opened

_actor: ContextVar[Actor | None] = ContextVar("preau_actor", default=None)


class NoStanding(Exception):
    """The person is nothing, or no longer anything, where they want to act."""


class Presence(Protocol):
    """Where one person is somebody today, read once a request."""

    @property
    def hats(self) -> Sequence[Hat]:
        """Every hat they may wear, the first one first. Empty: they have left."""

    def actor(self, hat: Hat, year: UUID | None = None) -> Actor:
        """`year` picks another year than the current one, for those who may. Raises `NoStanding`."""

    def schools_of(self, hat: Hat) -> Sequence[School]:
        """The schools a hat reads."""

    def years(self, hat: Hat) -> Sequence[SchoolYear]:
        """The years they may open under that hat, the latest first."""


class Directory(Protocol):
    """What the kernel needs to know of people. The directory module hands it in at start-up."""

    def presence_of(self, identity: Identity) -> Presence: ...


_directory: Directory | None = None


def register_directory(directory: Directory) -> None:
    global _directory
    _directory = directory


def directory() -> Directory:
    if _directory is None:
        raise RuntimeError("no module has registered the directory")
    return _directory


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Open the actor's schools and years around what they do."""
    token = _actor.set(actor)
    try:
        with opened(actor.scope):
            yield actor
    finally:
        _actor.reset(token)


def narrow(actor: Actor) -> None:
    """Inside `acting_as`: go on as the same person in fewer schools, to its end."""
    _actor.set(actor)
    enter(actor.scope)


@contextmanager
def acting(identity: Identity, school: School, year: SchoolYear) -> Iterator[Actor]:
    """Act in one school and year, with every right held there.

    Raises `NoStanding` when the person is nothing there today: jobs and tokens outlive functions.
    """
    presence = directory().presence_of(identity)
    for hat in presence.hats:
        if school.pk in hat.schools:
            with acting_as(presence.actor(replace(hat, schools=(school.pk,)), year.uuid)) as actor:
                yield actor
            return
    raise NoStanding()


def current_actor() -> Actor | None:
    return _actor.get()
