from django.db import models

from preau.kernel.tenancy.fields import SchoolForeignKey
from preau.kernel.tenancy.owned import SchoolOwned


class SearchEntry(SchoolOwned):
    """That a row can be found. Its words stand beside it, in the index of the database (`index.py`).

    Not `YearOwned`: who changes their name is found under the new one in closed years too.
    """

    year = SchoolForeignKey(
        "kernel.SchoolYear", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=30)
    row = models.BigIntegerField()
    title = models.CharField(max_length=300)  # its words, each between blanks: results are ranked by them
    sort = models.CharField(max_length=220)
    digest = models.CharField(max_length=32)  # of all of it: what has not changed is not written

    class Meta:
        constraints = [
            models.UniqueConstraint(name="entry_once_a_year", fields=["school", "kind", "year", "row"]),
            models.UniqueConstraint(
                name="entry_once", fields=["school", "kind", "row"], condition=models.Q(year=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"
