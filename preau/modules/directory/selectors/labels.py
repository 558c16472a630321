"""How the journal names people and groups: as they are called today, so that who is erased is nobody."""

from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from preau.kernel.access.acting import current_actor
from preau.kernel.audit.labels import Named
from preau.kernel.dates import written
from preau.modules.directory.models import Course, Group, Guardianship, Import, PersonRecord, Profile

LINK_FIELDS: dict[str, Any] = {
    name: Guardianship._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    for name in ("level", "kinship", "houses", "may_collect")
}


def people(ids: list[Any]) -> dict[Any, Named]:
    """By person: what the open school calls them."""
    return {record.person_id: _record(record) for record in PersonRecord.objects.filter(person__in=ids)}


def records(ids: list[Any]) -> dict[Any, Named]:
    return {record.pk: _record(record) for record in PersonRecord.objects.filter(pk__in=ids)}


def groups(ids: list[Any]) -> dict[Any, Named]:
    return {
        group.pk: Named(group.label, reverse("directory:group_detail", args=[group.uuid]))
        for group in Group.objects.filter(pk__in=ids)
    }


def imports(ids: list[Any]) -> dict[Any, Named]:
    return {
        batch.pk: Named(_("l’import du %(day)s") % {"day": written(localtime(batch.begun_at), "j F Y, H:i")})
        for batch in Import.objects.filter(pk__in=ids)
    }


def courses(ids: list[Any]) -> dict[Any, Named]:
    found = Course.objects.filter(pk__in=ids).select_related("subject")
    return {
        course.pk: Named(str(course), reverse("directory:course_manage", args=[course.uuid]))
        for course in found
    }


def profiles(codes: list[Any]) -> dict[Any, Named]:
    """From the policy in memory where somebody reads: it holds every profile of their school."""
    actor = current_actor()
    if actor is not None and actor.only is not None:
        known = actor.only.policy.profiles.values()
        return {profile.code: Named(profile.label) for profile in known if profile.code in codes}
    return {profile.code: Named(profile.label) for profile in Profile.objects.filter(code__in=codes)}


def _record(record: PersonRecord) -> Named:
    return Named(record.name, reverse("directory:person_detail", args=[record.uuid]))
