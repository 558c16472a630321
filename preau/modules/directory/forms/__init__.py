import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preau.kernel import cursors
from preau.kernel.calendar import WEEKS_A, WEEKS_B
from preau.kernel.ui.fields import FilesField, FilesInput
from preau.kernel.web.body import LONGEST_BODY
from preau.modules.directory.models import ImportLine, Thing


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class FilterForm(forms.Form):
    """The directory's filter. Anything forged in it finds nothing."""

    KINDS = [
        ("", _("Tout le monde")),
        ("pupil", _("Élèves")),
        ("guardian", _("Responsables")),
        ("staff", _("Personnels")),
    ]

    q = forms.CharField(label=_("Nom ou prénom"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Qui"), choices=KINDS, required=False)
    division: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Classe"), queryset=None, to_field_name="uuid", required=False, empty_label=_("Toutes")
    )

    # Where the page before ended. A field, so that what no name may hold is refused.
    after = forms.CharField(max_length=cursors.LONGEST, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, divisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = divisions  # type: ignore[attr-defined]


class AppointForm(forms.Form):
    """`candidates`: the people one may choose from; any other id is « not a possible choice »."""

    record: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Enseignant"), queryset=None, to_field_name="uuid", empty_label=_("Choisir…")
    )
    starts_on = _day(_("À partir du"))
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record: Any = self.fields["record"]
        record.queryset = candidates
        record.label_from_instance = lambda record: record.listed_name


BOXES = 10  # on a sheet, as it comes


class SheetForm(forms.Form):
    """What the printed list of a class leaves room for."""

    boxes = forms.TypedChoiceField(
        label=_("Cases par élève"),
        choices=[(0, _("Aucune")), (3, "3"), (5, "5"), (BOXES, str(BOXES)), (20, "20")],
        coerce=int,
        initial=BOXES,
        required=False,
    )
    heads = forms.CharField(
        label=_("Titres, séparés par des virgules"),
        max_length=200,
        required=False,
    )

    def clean_boxes(self) -> int:
        asked = self.cleaned_data["boxes"]
        return BOXES if asked == "" else int(asked)

    def clean_heads(self) -> list[str]:
        return [head.strip()[:40] for head in self.cleaned_data["heads"].split(",")][:20]


class EndForm(forms.Form):
    ends_on = _day(_("Dernier jour"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, function: Any, day: date, **kwargs: Any) -> None:
        # A page has one such form for each function: their ids must not be the same.
        kwargs["auto_id"] = f"id_{function.uuid}_%s"
        kwargs["initial"] = {"ends_on": max(day, function.starts_on), "version": function.version}
        super().__init__(*args, **kwargs)
        self.function = function


class ChangeClassForm(forms.Form):
    group: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Classe"), queryset=None, to_field_name="uuid", empty_label=_("Choisir…")
    )
    starts_on = _day(_("À partir du"))

    def __init__(self, *args: Any, divisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = divisions  # type: ignore[attr-defined]


class PhotoAnswerForm(forms.Form):
    agrees = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1")
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class PhotoForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("JPEG, PNG ou WebP. Préau la recadre et en retire le lieu et l’appareil."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        max_length=None,
    )
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


MOST_FILES = 12
MOST_BYTES = LONGEST_BODY - 50_000  # of all files, as they are sent; the rest is the form around them


class FilesForm(forms.Form):
    exports = FilesField(
        label=_("Fichiers"),
        help_text=_(
            "ZIP, XML ou CSV, plusieurs à la fois, tels que vous les avez. Si l’envoi est trop lourd,"
            " mettez-les dans une archive ZIP."
        ),
        widget=FilesInput(attrs={"accept": ".zip,.xml,.csv,.txt,.tsv", "data-most": MOST_BYTES}),
        max_length=None,
    )

    def clean_exports(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["exports"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("%(count)d fichiers au plus : mettez-les ensemble dans une archive ZIP."),
                params={"count": MOST_FILES},
            )
        return files


class QuestionsForm(forms.Form):
    """What an import asks before it is applied. What is not ticked is not meant."""

    yes = forms.MultipleChoiceField(
        label=_("Est-ce bien voulu ?"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, questions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["yes"].choices = questions  # type: ignore[attr-defined]


class LinesForm(forms.Form):
    """Which lines of an import are shown. Anything forged shows the first ones."""

    act = forms.ChoiceField(choices=ImportLine.Act.choices, required=False)
    thing = forms.ChoiceField(choices=[("", ""), *Thing.choices], required=False)
    after = forms.IntegerField(min_value=0, max_value=2_000_000, required=False)


class DecideForm(forms.Form):
    """What was decided of one line: who a row is, or which value of a field counts."""

    line = forms.IntegerField(min_value=0, max_value=2_000_000)
    same = forms.UUIDField(required=False)
    other = forms.BooleanField(required=False)
    field = forms.CharField(max_length=20, required=False)
    choice = forms.ChoiceField(choices=[("", ""), ("file", ""), ("ours", "")], required=False)

    @property
    def decision(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said["same"]:
            return {"same": str(said["same"])}
        if said["field"] and said["choice"]:
            return {"fields": {said["field"]: said["choice"]}}
        return {"other": True} if said["other"] else {}


class PrepareYearForm(forms.Form):
    starts_on = _day(_("Premier jour"))
    ends_on = _day(_("Dernier jour"))


def _written(label: Any, longest: int, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, **given)


class RowField(forms.TypedChoiceField):
    """One of rows at hand, `Choice`s: any other is « not a possible choice ». No query."""

    def __init__(self, *, rows: Any, empty_label: Any = None, **kwargs: Any) -> None:
        found = {choice.key: choice.row for choice in rows}
        kwargs.setdefault("empty_value", None)
        offered = [(choice.key, choice.words) for choice in rows]
        super().__init__(
            choices=[("", empty_label or _("Choisir…")), *offered], coerce=found.__getitem__, **kwargs
        )


class RowsField(forms.TypedMultipleChoiceField):
    """Several of rows at hand, each with its box."""

    def __init__(self, *, rows: Any, **kwargs: Any) -> None:
        found = {choice.key: choice.row for choice in rows}
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        offered = [(choice.key, choice.words) for choice in rows]
        super().__init__(choices=offered, coerce=found.__getitem__, empty_value=[], **kwargs)


class ChangeGroupForm(forms.Form):
    """`units`, `divisions`: what one may choose from. A school with one unit is not asked."""

    code = _written(_("Code"), 40, help_text=_("Court, et différent des autres : 4A, 6ALL1, CLUB."))
    label = _written(_("Nom"), 80, help_text=_("Tel que les familles le lisent : 4e A, Allemand 6e."))
    level = _written(_("Niveau"), 20, required=False, help_text=_("6e, 5e, 2de… S’il y en a un."))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, units: Any, divisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = [choice.row for choice in units]
        if len(units) > 1:
            self.fields["unit"] = RowField(
                label=_("Rattachement"),
                help_text=_("Le collège lui-même, sa SEGPA ou son annexe."),
                rows=units,
            )
        if divisions is not None:
            self.fields["part_of"] = RowField(
                label=_("Classe dont c’est une partie"),
                help_text=_("Pour une partie de classe seulement : qui quitte la classe la quitte aussi."),
                rows=divisions,
                required=False,
                empty_label=_("Aucune"),
            )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.cleaned_data.setdefault("part_of", None)
        if len(self.units) == 1:
            self.cleaned_data["unit"] = self.units[0]
        return self.cleaned_data


class NewGroupForm(ChangeGroupForm):
    KINDS = [
        ("division", _("Une classe")),
        ("teaching", _("Un groupe d’enseignement, dans une classe ou à cheval sur plusieurs")),
        ("part", _("Une partie de classe")),
        ("team", _("Une équipe")),
        ("manual", _("Un autre groupe, un club par exemple")),
    ]
    version = None  # type: ignore[assignment]
    kind = forms.ChoiceField(
        label=_("Vous ajoutez"), choices=KINDS, widget=forms.RadioSelect, initial="division"
    )
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ("kind", "code", "label", "level", "unit", "part_of")


class EndingForm(forms.Form):
    """The last day of something, and which version of it the page showed."""

    ends_on = _day(_("Dernier jour"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class LeaveForm(forms.Form):
    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.fields["records"] = RowsField(
            label=_("Qui"),
            rows=people,
            error_messages={"required": _("Choisissez au moins une personne.")},
        )
        self.fields["starts_on"] = _day(_("À partir du"))


class JoinForm(LeaveForm):
    """`place`: where they are looked for. `alternates`: whether people may come some weeks only."""

    WEEKS = [("", _("Toutes les semaines")), ("a", _("Semaines A")), ("b", _("Semaines B"))]
    MASKS = {"": None, "a": WEEKS_A, "b": WEEKS_B}

    where = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)  # they were looked for

    def __init__(self, *args: Any, place: str, alternates: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["records"].label = _("Qui (%(place)s)") % {"place": place}
        if alternates:
            self.fields["weeks"] = forms.TypedChoiceField(
                label=_("Quelles semaines"),
                choices=self.WEEKS,
                coerce=self.MASKS.get,
                empty_value=None,
                required=False,
            )

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "where"}


class SubjectForm(forms.Form):
    """What is taught: one of `subjects`, or another that is named."""

    new_subject = _written(
        _("Autre matière"), 80, required=False, help_text=_("Si elle n’est pas dans la liste.")
    )
    label = _written(
        _("Intitulé"),
        80,
        required=False,
        help_text=_("S’il faut le distinguer d’un autre de la même matière."),
    )
    field_order: tuple[str, ...] = ("subject", "new_subject", "label")

    def __init__(self, *args: Any, subjects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"] = RowField(label=_("Matière"), rows=subjects, required=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        super().clean()
        known, new = self.cleaned_data.get("subject"), self.cleaned_data.get("new_subject")
        if bool(known) == bool(new) and not self.errors:
            self.add_error(
                "new_subject" if known else "subject",
                _("Choisissez une matière de la liste, ou nommez-en une autre : pas les deux.")
                if known
                else _("Choisissez une matière, ou nommez-en une autre."),
            )
        return self.cleaned_data


class ChangeCourseForm(SubjectForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def clean(self) -> dict[str, Any]:
        # The subject it has is chosen already: one that is named beside it is meant.
        if self.cleaned_data.get("new_subject") and "subject" not in self.changed_data:
            self.cleaned_data["subject"] = None
        return super().clean()


class CourseForm(SubjectForm):
    """`others`, `staff`: what one may choose from."""

    starts_on = _day(_("À partir du"))
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ("subject", "new_subject", "teacher", "co_teacher", "starts_on", "label", "others")

    def __init__(self, *args: Any, others: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teacher"] = RowField(
            label=_("Enseignant"), rows=staff, required=False, empty_label=_("Personne pour l’instant")
        )
        self.fields["co_teacher"] = RowField(
            label=_("Co-enseignant"), rows=staff, required=False, empty_label=_("Aucun")
        )
        self.fields["others"] = RowsField(
            label=_("Classes et groupes réunis dans ce cours"), rows=others, required=False
        )
        self.order_fields(self.field_order)


class CourseGroupForm(forms.Form):
    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"] = RowField(label=_("Classe ou groupe"), rows=groups)
        self.fields["starts_on"] = _day(_("À partir du"))


class TeacherForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Comme"),
        choices=[("main", _("Enseignant")), ("co", _("Co-enseignant"))],
        widget=forms.RadioSelect,
        initial="main",
    )

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record"] = RowField(label=_("Qui"), rows=staff)
        self.fields["starts_on"] = _day(_("À partir du"))
        self.order_fields(["record", "role", "starts_on"])


class SubstituteForm(forms.Form):
    def __init__(self, *args: Any, replaceable: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stands_in_for"] = RowField(label=_("Qui est remplacé"), rows=replaceable)
        self.fields["record"] = RowField(label=_("Par qui"), rows=staff)
        self.fields["starts_on"] = _day(_("Du"))
        self.fields["ends_on"] = _day(_("Au"))


class EndCourseGroupForm(EndingForm):
    def __init__(self, *args: Any, given: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["given"] = RowField(label=_("Classe ou groupe"), rows=given)
        self.order_fields(["given", "ends_on", "version"])


class EndTeacherForm(EndingForm):
    def __init__(self, *args: Any, teachings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teaching"] = RowField(label=_("Qui"), rows=teachings)
        self.order_fields(["teaching", "ends_on", "version"])


class LeadForm(forms.Form):
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record"] = RowField(label=_("Personnel"), rows=staff)
        self.fields["starts_on"] = _day(_("À partir du"))
