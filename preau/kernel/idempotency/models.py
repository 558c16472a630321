from typing import ClassVar

from django.db import models


class Kept(models.Model):
    """The answer to a write that was done, for whoever sends the same again.

    Global and with plain ids: it belongs to a person in front of a screen, in whichever school.
    Written in the transaction of the write itself: the one is there exactly when the other is.
    """

    person_id = models.BigIntegerField()
    # Of the key sent, the hat worn and the school and year named: the same key elsewhere is another.
    key = models.CharField(max_length=64)
    # Method, address and what was sent, under the instance's key: nothing typed can be read from it.
    sent = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # empty: it runs (`own_transactions` only)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)  # empty: too long to be kept
    created_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager["Kept"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="kept_once_per_key", fields=["person_id", "key"])]

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.status or 'runs'}"
