from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.access.permission import Permission
from preau.modules.news.models import WRITERS, Announcement


def _writes(actor: Actor, thing: "Announcement | None") -> bool:
    if thing is None:  # the school one is in: not while several are read
        return actor.only is not None and actor.has_duty(*WRITERS)
    return actor.has_duty(*WRITERS, school_id=thing.school_id)


WRITE: Permission["Announcement | None"] = Permission("news.write", _("Publier des annonces"), _writes)
