from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from preau.kernel.names import folded
from preau.modules.directory.imports.columns import FIELDS, REPEATED, Column, TableKind, TableMapping

_KINDS = [
    (TableKind.PUPILS, _("Des élèves")),
    (TableKind.GUARDIANS, _("Des responsables")),
    (TableKind.STAFF, _("Des personnels")),
]


class ColumnsForm(forms.Form):
    """What the table lists, and what each column is. Columns go by their place: headers may repeat."""

    kind = forms.ChoiceField(label=_("Qui est dans ce tableau"), choices=_KINDS)

    def __init__(self, *args: Any, mapping: TableMapping, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"kind": mapping.kind})
        super().__init__(*args, **kwargs)
        self.mapping = mapping
        choices = [("", _("Ne pas lire")), *self._choices()]
        for place, column in enumerate(mapping.columns):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=column.header.strip() or say("Colonne %(place)d, sans titre") % {"place": place + 1},
                choices=choices,
                initial=column.field,
                required=False,
            )

    def _choices(self) -> list[tuple[str, Any]]:
        """Of every kind of table: the kind may be changed in the same sending."""
        found: dict[str, Any] = {}
        for fields in FIELDS.values():
            found.update(fields)
        return sorted(
            ((field, capfirst(label)) for field, label in found.items()),
            key=lambda each: folded(str(each[1])),
        )

    @property
    def columns(self) -> list[Any]:
        return [self[f"column-{place}"] for place in range(len(self.mapping.columns))]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        chosen = [said.get(f"column-{place}", "") for place in range(len(self.mapping.columns))]
        kind = TableKind(said["kind"]) if said.get("kind") in list(TableKind) else self.mapping.kind
        for place, field in enumerate(chosen):
            if not field:
                continue
            if field not in FIELDS[kind]:
                self.add_error(f"column-{place}", _("Une telle liste n’a pas cette colonne."))
            elif field not in REPEATED and field in chosen[:place]:
                self.add_error(
                    f"column-{place}", _("Une autre colonne l’est déjà : choisissez l’une des deux.")
                )
        headers = [column.header for column in self.mapping.columns]
        self.mapping = TableMapping(kind, tuple(map(Column, headers, chosen)))
        if missing := self.mapping.missing:
            words = ", ".join(str(FIELDS[kind][field]) for field in missing)
            raise forms.ValidationError(
                _("Sans ces colonnes aucune ligne ne se lit : %(words)s."), params={"words": words}
            )
        return said
