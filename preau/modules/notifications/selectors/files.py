"""The words of what happened to files."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.modules import Told, Words
from preau.kernel.storage.models import Attachment

INFECTED = "notifications.infected_file"  # the kind of notice


def infected_words(actor: Actor, notices: Sequence[Told]) -> Mapping[int, Words]:
    """One query. Its name is told to who brought it; where the file has gone meanwhile, there is nothing to
    tell."""
    wanted = {notice.values["attachment"] for notice in notices}
    names = dict(
        Attachment.objects.filter(uuid__in=wanted, person_id=actor.person_id).values_list("uuid", "name")
    )
    named = {str(uuid): name for uuid, name in names.items()}
    return {
        notice.id: Words(
            _("Un fichier que vous avez déposé contient un virus"),
            _("« %(name)s » ne s’ouvre à personne. Faites vérifier l’appareil d’où il vient.")
            % {"name": named[uuid]},
        )
        for notice in notices
        if (uuid := notice.values["attachment"]) in named
    }
