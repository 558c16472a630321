"""A rich text in a form: a plain text field for every browser, which the editor takes over where it runs."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.acting import current_actor
from preau.kernel.richtext.allowed import LONGEST_TEXT, LONGEST_TYPED
from preau.kernel.richtext.clean import RichText, TooLong, clean, kept
from preau.kernel.richtext.document import write
from preau.kernel.richtext.files import shown_files
from preau.kernel.richtext.light import light, loses, merged
from preau.kernel.richtext.reading import blocks_of

SAVED_COOKIE = "preau_saved"


@dataclass(frozen=True)
class Typed:
    """`light`: typed in the plain field over `html`. None: the editor was there, and `html` is its text."""

    light: str | None
    html: str

    def read(self) -> RichText:
        """Raises `TooLong`."""
        if self.light is None:
            return clean(self.html)
        if len(self.light) > LONGEST_TYPED or len(self.html) > 2 * LONGEST_TEXT:
            raise TooLong()
        return kept(merged(self.light, blocks_of(self.html)))


class RichTextarea(forms.Textarea):
    template_name = "richtext/textarea.html"

    class Media:
        css = {"all": ("richtext/css/editor/editor.css",)}
        js = (Script("richtext/field.js", type="module"),)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        return Typed(data.get(name), data.get(f"{name}_html", ""))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}_html" not in data

    def format_value(self, value: Any) -> Any:
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        text, html, poorer = _drawn(value)
        actor = current_actor()
        context["widget"] |= {
            "text": text,
            "html": html,
            "poorer": poorer,
            "returned": isinstance(value, Typed),  # what was typed has come back: no draft is newer
            "draft": uuid4(),
            # Another person on the same computer is not offered what this one typed.
            "owner": salted_hmac("richtext.draft", str(actor.person_id if actor else "")).hexdigest()[:16],
            "editor": static("richtext/editor.js"),
            "icons": static("richtext/icons.svg"),
            "clean": reverse("richtext:clean"),
            "formula": reverse("richtext:formula"),
            "files": _files(html),
            "describes": "<figure" in html,
        }
        return context


def _files(html: str) -> str:
    """What the editor shows of the files that stand in the text: JSON, by id."""
    ids = {UUID(found) for found in re.findall(r'<figure data-file="([0-9a-f-]{36})"', html)}
    files = shown_files(current_actor(), ids)
    return json.dumps(
        {str(uuid): {"name": file.name, "preview": file.preview} for uuid, file in files.items()}
    )


def _drawn(value: Any) -> tuple[str, str, bool]:
    """(text of the plain field, the HTML it stands for, whether changing it would lose form)."""
    if isinstance(value, Typed) and value.light is not None:
        return value.light, value.html, False
    html = value.html if isinstance(value, (Typed, RichText)) else value or ""
    try:
        blocks = blocks_of(html)
    except TooLong:  # given back as it came: nothing typed is lost
        return re.sub(r"<[^>]*>", "", html), html, False
    return light(blocks), write(blocks), loses(blocks)


class RichTextFormField(forms.Field):
    """Cleans to a `RichText`."""

    widget = RichTextarea
    default_error_messages = {"required": _("Écrivez quelque chose.")}

    def to_python(self, value: Any) -> RichText:
        if value is None:
            return RichText()
        try:
            return value.read() if isinstance(value, Typed) else clean(str(value))
        except TooLong as error:
            raise forms.ValidationError(str(error.message)) from None

    def validate(self, value: RichText) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data).html != clean(initial or "").html
        except forms.ValidationError:
            return True


def remember_saved(request: HttpRequest, response: HttpResponse, *names: str) -> HttpResponse:
    """Tell the browser that what it keeps of these fields is saved and may be forgotten."""
    drafts = [request.POST.get(f"{name}_draft", "") for name in names]
    known = ".".join(draft for draft in drafts if re.fullmatch(r"[0-9a-f-]{36}", draft))
    if known:
        # Read by our script, and worth nothing to anybody else.
        response.set_cookie(SAVED_COOKIE, known, max_age=3600, samesite="Lax", secure=request.is_secure())
    return response
