"""An announcement at every place of the cast, and one more for who asks."""

from typing import Any
from uuid import uuid4

from preau.kernel.storage.testing import make_attachment
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import OTHER_CLASS, OWN, Cast
from preau.modules.news.models import Announcement, Readership
from preau.modules.news.selectors import FILE


def make_announcement(
    title: str, author: Any, *, to: tuple[str, ...] = tuple(Readership.values), **given: Any
) -> Any:
    """In the open school and year."""
    given.setdefault("body", f"<p>{title}, en détail.</p>")
    given.setdefault("uuid", uuid4())
    announcement = Announcement(title=title, author=author, **given)
    announcement.readership = to
    announcement.save()
    return announcement


def make_file(announcement: Any, name: str, content: bytes) -> Any:
    """In its school, put there by its author."""
    return make_attachment(FILE, announcement, name, content, person_id=announcement.author.person_id)


def add_to(cast: Cast) -> None:
    """« own » is for everybody, « other class » for staff only, and no longer on their home."""
    for name, place in cast.places.items():
        title = "Propreannonce" if name == OWN else f"Canariannonce{name}"
        to = (Readership.STAFF.value,) if name == OTHER_CLASS else tuple(Readership.values)
        until = place.year.starts_on if name == OTHER_CLASS else None
        with in_school(place.school, place.year):
            made = make_announcement(title, place["teacher"], to=to, until=until)
            place.things["announcement"] = made
            place.things["announcement_file"] = make_file(made, f"{title}.txt", title.encode())
        if name != OWN:
            place.canaries.add(title)
