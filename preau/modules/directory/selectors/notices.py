"""The words of what the directory tells people."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.dates import written
from preau.kernel.modules import Told, Words
from preau.modules.directory.models import Function, Group


def function_words(actor: Actor, notices: Sequence[Told]) -> Mapping[int, Words]:
    """One's own functions, as long as one may know their classes. One query."""
    wanted = {notice.values.get("function") for notice in notices}
    functions = {
        str(function.uuid): function
        for function in Function.objects.filter(
            uuid__in=[uuid for uuid in wanted if uuid],
            record__person=actor.person_id,
        )
        .filter(Q(group=None) | Q(group__in=Group.objects.visible_to(actor)))
        .select_related("group")
    }
    return {
        notice.id: _words_of(functions[uuid], notice.values.get("ends_on"))
        for notice in notices
        if (uuid := notice.values.get("function")) in functions
    }


def _words_of(function: Function, ends_on: str | None) -> Words:
    group = function.group
    if group is None:
        return _words_of_lead(function, ends_on)
    url = reverse("directory:group_detail", args=[group.uuid])
    if ends_on is None:
        return Words(
            _("La %(group)s vous est confiée") % {"group": group.label},
            _("Vous en êtes professeur principal à partir du %(day)s.")
            % {"day": written(function.starts_on, "l j F Y")},
            url,
        )
    return Words(
        _("Votre fonction de professeur principal de la %(group)s prend fin") % {"group": group.label},
        _("Son dernier jour est le %(day)s.") % {"day": written(date.fromisoformat(ends_on), "l j F Y")},
        url,
    )


def _words_of_lead(function: Function, ends_on: str | None) -> Words:
    url = reverse("portal:home")
    if ends_on is None:
        return Words(
            _("Vous êtes référent numérique"),
            _("À partir du %(day)s.") % {"day": written(function.starts_on, "l j F Y")},
            url,
        )
    return Words(
        _("Votre fonction de référent numérique prend fin"),
        _("Son dernier jour est le %(day)s.") % {"day": written(date.fromisoformat(ends_on), "l j F Y")},
        url,
    )
