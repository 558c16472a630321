"""How much room a school has left, counted under a lock."""

from typing import NamedTuple

from django.conf import settings
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from preau.kernel.rules import RuleBroken
from preau.kernel.storage.models import Allowance, Upload
from preau.kernel.storage.weights import weight_in_words


class OverQuota(RuleBroken):
    status = 413


class Room(NamedTuple):
    limit: int
    used: int
    coming: int  # announced by uploads on their way

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used - self.coming)


def room() -> Room:
    """Of the open school."""
    allowance = Allowance.objects.first() or Allowance()
    return _room(allowance)


def lock_room() -> Room:
    """The same, held until the transaction ends: nobody else counts meanwhile."""
    return _room(Allowance.objects.select_for_update().get_or_create()[0])


def require_room(size: int) -> None:
    """Inside a transaction. Raises `OverQuota`, with what is left."""
    found = lock_room()
    if size > found.left:
        raise OverQuota(
            _(
                "Il ne reste que %(left)s à l’établissement pour ses fichiers, et celui-ci pèse %(size)s."
                " Supprimez des fichiers devenus inutiles ou demandez plus de place."
            )
            % {"left": weight_in_words(found.left), "size": weight_in_words(size)}
        )


def count(change: int) -> None:
    """Room taken, or given back where negative. After `lock_room`, in the same transaction."""
    Allowance.objects.update(used=F("used") + change)


def _room(allowance: Allowance) -> Room:
    open_uploads = Upload.objects.filter(attachment=None)
    coming = open_uploads.aggregate(total=Sum("length"))["total"] or 0
    limit = allowance.limit if allowance.limit is not None else settings.STORAGE_QUOTA
    return Room(limit, allowance.used, coming)
