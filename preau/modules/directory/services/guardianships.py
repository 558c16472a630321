from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.dates import written
from preau.kernel.rules import RuleBroken, Superseded
from preau.kernel.search.jobs import touch
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import Guardianship
from preau.modules.directory.services.person_values import open_standing

CHANGEABLE = ("level", "kinship", "houses", "may_collect", "restriction")


@transaction.atomic
def change_guardianship(
    *, actor: Actor, guardianship: Guardianship, base_version: int, values: Mapping[str, Any]
) -> Guardianship:
    """Put right what a link opens, from now on; a restriction by a court shuts out at once. Sent again, it
    changes nothing.

    Raises `Superseded` (409, both values) when it was changed since `base_version`.
    """
    open_standing(actor, guardianship.school_id)
    link = _locked(guardianship)
    changes = {name: values[name] for name in CHANGEABLE if values[name] != getattr(link, name)}
    if not changes:
        return link
    if link.version != base_version:
        raise Superseded(
            _("Quelqu’un a modifié ce lien depuis l’ouverture de la page : rien n’a été enregistré."),
            theirs=_told({name: getattr(link, name) for name in changes}),
            wanted=_told(changes),
        )
    if changes.get("kinship") == Guardianship.Kinship.SELF:
        raise RuleBroken(_("Un élève n’est pas son propre responsable : choisissez un autre lien."))
    for name, value in changes.items():
        setattr(link, name, value)
    link.version += 1
    link.save(update_fields=[*changes, "version"])
    touch(PEOPLE, [link.guardian_id, link.pupil_id])
    for name in changes:
        if name == "restriction":
            act = "directory.guardian_restricted" if link.restriction else "directory.restriction_lifted"
            audit.record(actor, act, link.pupil, values={"guardian": link.guardian})
        else:
            told = {"guardian": link.guardian, "what": name}
            audit.record(actor, "directory.guardianship_changed", link.pupil, values=told)
    return link


@transaction.atomic
def end_guardianship(
    *, actor: Actor, guardianship: Guardianship, base_version: int, ends_on: date | None
) -> Guardianship:
    """Set the last day of a link, another one, or none. Sent again, it changes nothing.

    Raises `Superseded` (409, both values) when it was changed since `base_version`, `RuleBroken` when the day
    lies before the first or another link of the same two people begins before it.
    """
    open_standing(actor, guardianship.school_id)
    link = _locked(guardianship)
    if link.ends_on == ends_on:
        return link
    if link.version != base_version:
        raise Superseded(
            _("Quelqu’un a modifié ce lien depuis l’ouverture de la page : rien n’a été enregistré."),
            theirs=day_or_none(link.ends_on),
            wanted=day_or_none(ends_on),
        )
    if ends_on is not None and ends_on < link.starts_on:
        raise RuleBroken(_("Le dernier jour vient après le premier."))
    later = Guardianship.objects.filter(
        pupil=link.pupil_id, guardian=link.guardian_id, starts_on__gt=link.starts_on
    )
    if later.filter(Q(starts_on__lte=ends_on) if ends_on else Q()).exists():
        raise RuleBroken(_("Un autre lien entre ces deux personnes commence avant ce jour."))
    link.ends_on = ends_on
    link.version += 1
    link.save(update_fields=["ends_on", "version"])
    touch(PEOPLE, [link.guardian_id, link.pupil_id])
    if ends_on is None:
        audit.record(actor, "directory.guardianship_resumed", link.pupil, values={"guardian": link.guardian})
    else:
        told = {"guardian": link.guardian, "ends_on": ends_on}
        audit.record(actor, "directory.guardianship_ended", link.pupil, values=told)
    return link


def day_or_none(day: date | None) -> str:
    return written(day) if day else _("aucun dernier jour")


def _locked(guardianship: Guardianship) -> Guardianship:
    locked = Guardianship.objects.select_for_update(of=("self",)).select_related("pupil", "guardian")
    link: Guardianship = locked.get(pk=guardianship.pk)
    return link


def _told(values: Mapping[str, Any]) -> str:
    words = []
    for name, value in values.items():
        field: Any = Guardianship._meta.get_field(name)
        if isinstance(value, bool):
            value = _("oui") if value else _("non")
        else:
            value = dict(field.flatchoices).get(value, value)
        words.append(_("%(field)s : %(value)s") % {"field": field.verbose_name, "value": value})
    return " ; ".join(words)
