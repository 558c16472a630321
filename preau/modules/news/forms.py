import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preau.kernel.richtext.forms import RichTextFormField
from preau.modules.news.models import Announcement, Readership


class AnnouncementForm(forms.Form):
    title = forms.CharField(label=_("Titre"), max_length=150)
    body = RichTextFormField(label=_("Texte"))
    readership = forms.MultipleChoiceField(
        label=_("Pour qui"),
        choices=Readership,
        widget=forms.CheckboxSelectMultiple,
        initial=Readership.values,
        error_messages={"required": _("Choisissez au moins un public.")},
    )
    until = forms.DateField(
        label=_("Affichée jusqu’au"),
        required=False,
        help_text=_("Ce jour compris. Sans date, elle reste jusqu’à la fin de l’année."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    pinned = forms.BooleanField(label=_("Garder en tête de liste"), required=False)
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class DraftForm(AnnouncementForm):
    """What is not finished may lack anything."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "body", "readership"):
            self.fields[name].required = False


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("Image, PDF, document de bureautique ou texte, 25 Mo au plus (2 Mo sans JavaScript)."),
        max_length=None,
    )
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class ReviseForm(AnnouncementForm):
    uuid = None  # type: ignore[assignment]
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, announcement: Announcement, **kwargs: Any) -> None:
        kwargs["initial"] = {**values_of(announcement), "version": announcement.version}
        super().__init__(*args, **kwargs)


def values_of(announcement: Announcement) -> dict[str, Any]:
    return {
        "title": announcement.title,
        "body": announcement.body,
        "readership": sorted(announcement.readership),
        "until": announcement.until,
        "pinned": announcement.pinned,
    }
