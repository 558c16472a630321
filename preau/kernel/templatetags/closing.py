"""What a school tells on the days it is closed, to who has not signed in: on a device that knows the school,
or where the instance has one."""

from typing import Any
from uuid import UUID

from django import template
from django.template.context import Context

from preau.kernel.clock import today_in
from preau.kernel.models import School

register = template.Library()

SCHOOL_COOKIE = "preau_school"  # the card this device opened last: an address of ours, and of nobody


@register.inclusion_tag("ui/_closing.html", takes_context=True)
def closing_of_this_device(context: Context) -> dict[str, Any]:
    """At most one query."""
    school = _school_of(context.get("request"))
    return closing(school)


@register.inclusion_tag("ui/_closing.html")
def closing(school: School | None) -> dict[str, Any]:
    message = school.closing_on(today_in(school)) if school is not None else ""
    return {"school": school, "message": message}


def _school_of(request: Any) -> School | None:
    kept = request.COOKIES.get(SCHOOL_COOKIE, "") if request is not None else ""
    try:
        return School.objects.filter(uuid=UUID(kept)).first()
    except ValueError:
        # Two are read to know whether there is one.
        found = list(School.objects.all()[:2])
        return found[0] if len(found) == 1 else None
