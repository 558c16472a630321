"""Choosing people in a form: one or several of those the reader may know, by their names.

Without a script the field's own button sends the form to look for a name; it comes back with everybody
found, each a radio button or a box, and with all that was typed elsewhere. With one, names are suggested as
one types.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.utils import ErrorDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from preau.kernel.access.actor import Actor
from preau.kernel.search import finding
from preau.kernel.search.words import read

TYPED, FIND = "q", "find"  # what follows the name of the field: what is looked for, and the button
FOUND: Final = 12
MOST: Final = 100


class PeopleWidget(forms.Widget):
    """The place of the field in the data that was sent; `kernel.templatetags.ui.field` draws it."""

    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        listed = [values] if isinstance(values, str | UUID) else list(values or [])
        return list(dict.fromkeys(str(value) for value in listed if value))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_{TYPED}" if id_ else ""


class PeopleField(forms.Field):
    """`people`: rows that may be chosen, already narrowed by `visible_to(actor)`. Any other id, of
    nobody or of somebody else, is refused in the same words.

    - kind: of search document the rows are.
    - source: where suggestions are asked; it must know the same rows.
    - several: `clean` gives a list of rows; else one row, or None.
    """

    widget = PeopleWidget

    def __init__(
        self,
        *,
        actor: Actor,
        people: "QuerySet[Any]",
        source: str,
        kind: str = "people",
        several: bool = False,
        **kwargs: Any,
    ) -> None:
        self.actor, self.people, self.kind = actor, people, kind
        self.source, self.several = source, several
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> list[str]:
        listed = value if isinstance(value, list | tuple) else [value]
        return [str(getattr(each, "uuid", each)) for each in listed if each]

    def clean(self, value: Any) -> Any:
        chosen = self._rows(value or [], strict=True)
        if not chosen and self.required:
            raise ValidationError(self.error_messages["required"], "required")
        return chosen if self.several else next(iter(chosen), None)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != self.prepare_value(data)

    def chosen(self, value: Any, beside: Sequence[finding.Hit]) -> list[finding.Hit]:
        """Those of `value` who may be chosen, as lines told apart from those `beside`. What is forged is left
        out."""
        keys = [row.pk for row in self._rows(self.prepare_value(value), strict=False)]
        others = [hit.row.pk for hit in beside if hit.row.pk not in keys]
        return [hit for hit in finding.drawn(self.actor, self.kind, keys + others) if hit.row.pk in keys]

    def _rows(self, values: Sequence[str], *, strict: bool) -> list[Any]:
        if strict and len(values) > (MOST if self.several else 1):
            raise ValidationError(
                ngettext_lazy(
                    "Choisissez %(number)s personne au plus.",
                    "Choisissez %(number)s personnes au plus.",
                    "number",
                ),
                "many",
                {"number": MOST if self.several else 1},
            )
        keys = [key for value in values[:MOST] if (key := _key(value))]
        found: Mapping[UUID, Any] = (
            {row.uuid: row for row in self.people.filter(uuid__in=keys)} if keys else {}
        )
        if strict and (len(keys) < len(values) or any(key not in found for key in keys)):
            raise ValidationError(
                _("Une des personnes choisies n’est pas ou plus proposée ici. Choisissez de nouveau."),
                "forged",
            )
        return [found[key] for key in keys if key in found]


class Choosing(forms.Form):
    """A form with such fields. While somebody is being looked for it is neither valid nor wrong: the view
    draws it again as it does a refused one, with 200."""

    @property
    def seeking(self) -> bool:
        return self.is_bound and any(self._seeks(bound) for bound in self._of_people())

    def full_clean(self) -> None:
        super().full_clean()
        if self.seeking:
            self._errors = ErrorDict()

    def is_valid(self) -> bool:
        return super().is_valid() and not self.seeking

    def _of_people(self) -> list[forms.BoundField]:
        return [self[name] for name, field in self.fields.items() if isinstance(field, PeopleField)]

    def _seeks(self, bound: forms.BoundField) -> bool:
        return f"{bound.html_name}_{FIND}" in self.data


def drawn(bound: forms.BoundField, described_by: str) -> SafeString:
    """The field, with who is chosen and who was found."""
    field: Any = bound.field
    data = bound.form.data if bound.form.is_bound else {}
    typed = str(data.get(f"{bound.html_name}_{TYPED}", "")).replace("\x00", "")[:200]
    found: list[finding.Hit] = []
    more = False
    if f"{bound.html_name}_{FIND}" in data:
        found, more = finding.look_among(field.actor, read(typed), field.kind, field.people, most=FOUND)
    chosen = field.chosen(bound.value(), found)
    taken = {hit.row.uuid for hit in chosen}
    return render_to_string(
        "ui/_picker.html",
        {
            "field": bound,
            "described_by": described_by,
            "several": field.several,
            "source": field.source,
            "chosen": chosen,
            "found": [hit for hit in found if hit.row.uuid not in taken],
            "looked": f"{bound.html_name}_{FIND}" in data,
            "total": len(found),
            "more": more,
            "typed": typed,
        },
    )


def _key(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
