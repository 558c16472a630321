"""For anyone's tests: notices, and kinds that only a test declares."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock
from uuid import uuid4

from preau.kernel.access.actor import Actor
from preau.kernel.modules import NoticeKind, Told, Words
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import OWN, Cast, Who
from preau.modules.notifications.models import Notice
from preau.modules.notifications.selectors import kinds as registry

WHOSE = "teacher"  # of each place's notice


def add_to(cast: Cast) -> None:
    """At every place its head teacher was told of the class; at « own » everybody was told something."""
    for name, place in cast.places.items():
        with in_school(place.school, place.year):
            place.things["notice"] = make_notice(place[WHOSE].person, function=place["function"])
            if name == OWN:
                for who, person in cast.people.items():
                    if who not in (Who.TEACHER, Who.AUTHORITY):
                        make_notice(person)


def make_notice(person: Any, *, function: Any = None, **given: Any) -> Any:
    """In the open school: that `function` is theirs, else a trial."""
    given.setdefault("once", str(uuid4()))
    if function is not None:
        given |= {"kind": "directory.function", "values": {"function": str(function.uuid)}}
        given |= {"year": function.year, "about": function.uuid}
    given.setdefault("kind", "notifications.trial")
    return Notice.objects.create(person=person, **given)


def person_told(person: Any, about: Any) -> bool:
    """Whether this person was told of it, in the open school."""
    return Notice.objects.filter(person=person, about=about).exists()


def said(actor: Actor, notices: Sequence[Told]) -> Mapping[int, Words]:
    """The words of a test's kind: its `title` value; « hidden » hides it."""
    return {
        each.id: Words(str(each.values.get("title", "Titre")), str(each.values.get("body", "")), "/notices/")
        for each in notices
        if each.values.get("title") != "hidden"
    }


@contextmanager
def declared(*kinds: NoticeKind) -> Iterator[None]:
    """Kinds as if a module declared them."""
    with mock.patch.dict(registry.kinds(), {kind.name: kind for kind in kinds}):
        yield
