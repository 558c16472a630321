"""What stands in the bar on top of every page, and the words of the module's own kinds."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.modules import Told, Words
from preau.modules.notifications import topics
from preau.modules.notifications.selectors.notices import MANY, unread_count


def bell(actor: Actor) -> dict[str, Any]:
    """One query."""
    unread = unread_count(actor)
    return {"unread": unread, "many": unread > MANY, "live_topic": topics.NOTICES.of(actor.person_id)}


def trial_words(actor: Actor, notices: Sequence[Told]) -> Mapping[int, Words]:
    words = Words(
        _("Essai réussi"),
        _("C’est ainsi que vos avis vous parviennent."),
        reverse("notifications:preferences"),
    )
    return {notice.id: words for notice in notices}
