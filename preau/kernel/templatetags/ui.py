"""The elements that pages are made of. Raw widgets live in the templates of `ui/`, never in a page."""

import re
from binascii import crc32
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, ClearableFileInput, DateInput, Select, Widget
from django.forms.widgets import Input
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()

HUES = 12
CIVILITIES = {"m", "mme", "mlle", "mr", "dr", "me", "pr"}
SIGNS = {"ok": "check", "warn": "alert-triangle", "wrong": "circle-x", "info": "info", "quiet": ""}

ERRORS = {
    400: (
        _("Demande incomplète"),
        _("Préau n’a pas compris cette demande. Revenez en arrière et recommencez."),
    ),
    403: (_("Accès réservé"), _("Votre profil ne permet pas d’ouvrir cette page.")),
    404: (_("Page introuvable"), _("Cette page n’existe pas, ou elle ne vous est pas ouverte.")),
    405: (_("Action impossible ici"), _("Cette adresse ne s’ouvre pas ainsi. Revenez à la page précédente.")),
    409: (
        _("Ces informations ont changé"),
        _("Quelqu’un les a modifiées pendant que vous écriviez. Rouvrez la page pour voir où elles en sont."),
    ),
    410: (_("Page retirée"), _("Ce qui était ici a été supprimé ou n’est plus publié.")),
    422: (_("Saisie à revoir"), _("Un point empêche d’enregistrer. Revenez en arrière pour le corriger.")),
    429: (_("Trop d’essais"), _("Attendez quelques minutes avant de recommencer.")),
    500: (_("Préau a rencontré un problème"), _("Il est noté. Réessayez dans quelques minutes.")),
    503: (_("Préau est en pause"), _("Une mise à jour est en cours. Réessayez dans quelques minutes.")),
}


@register.simple_tag
@lru_cache
def icon(name: str) -> SafeString:
    """Always beside a word: the picture itself says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("ui/icons/icons.svg"),
        name,
    )


@register.simple_block_tag
def button(
    content: str,
    *,
    variant: str = "primary",
    type: str = "submit",
    name: str = "",
    value: object = "",
    icon: str = "",
    href: str = "",
    wide: bool = False,
) -> SafeString:
    """With `href`, a link that looks like a button; it stays a link."""
    return render_to_string(
        "ui/_button.html",
        {
            "content": content,
            "variant": variant,
            "type": type,
            "name": name,
            "value": value,
            "icon": icon,
            "href": href,
            "wide": wide,
        },
    )


@register.simple_tag
def field(bound: BoundField, **attributes: object) -> SafeString:
    """Label, help, errors and widget of one field, tied together; keywords become the widget's attributes."""
    if bound.is_hidden:
        return bound.as_hidden()

    attrs: dict[str, Any] = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    widget = _native(bound, attrs.pop("type", ""))
    kind = _kind_of(widget)
    described_by = _described_by(bound)
    if described_by:
        attrs["aria-describedby"] = described_by
    if kind not in ("choice", "group"):
        attrs["class"] = "field__control"
    return render_to_string(
        "ui/_field.html",
        {
            "field": bound,
            "kind": kind,
            "widget": None if kind == "group" else bound.as_widget(widget=widget, attrs=attrs),
            "described_by": described_by,
        },
    )


@register.simple_tag
def form_errors(form: BaseForm) -> str:
    """What stands in the way, said once on top, each line a link to its field."""
    if not form.is_bound or not form.errors:
        return ""
    return render_to_string(
        "ui/_form_errors.html",
        {"errors": list(_errors_of_fields(form)), "general": form.non_field_errors()},
    )


@register.inclusion_tag("ui/_scope.html", takes_context=True)
def scope(context: Context) -> dict[str, Any]:
    """First thing in every POST form: the CSRF token, and the school and year the page was written for."""
    return {"csrf_token": context.get("csrf_token"), "scope_field": context.get("scope_field")}


@register.simple_tag
def avatar(name: str, size: str = "medium") -> SafeString:
    """Initials on a hue that stays the person's own. Decorative: the name stands beside it."""
    hue = crc32(name.strip().casefold().encode()) % HUES
    return format_html(
        '<span class="avatar avatar--{} hue-{}" aria-hidden="true">{}</span>', size, hue, initials(name)
    )


def initials(name: str) -> str:
    words = [word for word in re.split(r"[\s\u00a0]+", name) if word.strip(".").lower() not in CIVILITIES]
    letters = [letter for word in words if (letter := next(filter(str.isalnum, word), ""))]
    return (letters[0] + letters[-1] if len(letters) > 1 else "".join(letters)).upper()


@register.simple_tag
def badge(text: str, kind: str = "quiet") -> SafeString:
    sign = icon(SIGNS[kind]) if SIGNS[kind] else SafeString("")
    return format_html('<span class="badge badge--{}">{}{}</span>', kind, sign, text)


@register.simple_block_tag
def notice(content: str, kind: str = "info") -> SafeString:
    return format_html(
        '<div class="notice notice--{}">{}<div class="notice__body">{}</div></div>',
        kind,
        icon(SIGNS[kind]),
        content,
    )


@register.inclusion_tag("ui/_empty_state.html")
def empty_state(
    title: str, phrase: str, *, icon: str = "", action: str = "", url: str = ""
) -> dict[str, str]:
    return {"title": title, "phrase": phrase, "icon": icon, "action": action, "url": url}


@register.inclusion_tag("ui/_person_line.html")
def person_line(
    name: str, what: str = "", url: str = "", *, badge: str = "", kind: str = "quiet"
) -> dict[str, str]:
    return {"name": name, "what": what, "url": url, "badge": badge, "kind": kind}


@register.inclusion_tag("ui/_crumb.html")
def crumb(label: str, url: str = "") -> dict[str, str]:
    return {"label": label, "url": url}


@register.simple_block_tag
def crumbs(content: str) -> str:
    """The line exists only where the page fills it."""
    if not content.strip():
        return ""
    return render_to_string("ui/_crumbs.html", {"content": content})


@register.simple_block_tag
def filled(content: str, tag: str, css_class: str) -> str:
    """Wraps a block of the page, and leaves nothing behind where the page does not fill it."""
    if not content.strip():
        return ""
    return format_html('<{} class="{}">{}</{}>', tag, css_class, content, tag)


@register.inclusion_tag("ui/_pages.html")
def pages(previous: str = "", next: str = "", note: str = "") -> dict[str, str]:
    return {"previous": previous or "", "next": next or "", "note": note}


@register.simple_tag
def error_words(status: int | str, title: str | None = None, message: str | None = None) -> dict[str, str]:
    """What the view says, else what this status means to the person who meets it."""
    usual = ERRORS.get(int(status or 500), ERRORS[500])
    return {"title": title or str(usual[0]), "message": message or str(usual[1])}


def _native(bound: BoundField, input_type: str) -> Widget:
    widget: Widget = bound.field.widget
    if isinstance(widget, DateInput):
        # The browser's own date picker speaks ISO only, whatever the language of the page.
        return DateInput(attrs={**widget.attrs, "type": "date"}, format="%Y-%m-%d")
    if input_type and isinstance(widget, Input):
        widget.input_type = input_type
    return widget


def _kind_of(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput):
        return "choice"
    if widget.use_fieldset and not isinstance(widget, ClearableFileInput):
        return "group"
    if isinstance(widget, DateInput):
        return "date"
    if isinstance(widget, Select):
        return "multiple" if widget.allow_multiple_selected else "select"
    if isinstance(widget, Input) and widget.input_type == "search":
        return "search"
    return "text"


def _described_by(bound: BoundField) -> str:
    ids = []
    if bound.help_text:
        ids.append(f"{bound.auto_id}_helptext")
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
    return " ".join(ids)


def _errors_of_fields(form: BaseForm) -> Iterator[Mapping[str, str]]:
    for bound in form:
        for message in bound.errors:
            yield {
                "target": "" if bound.is_hidden else _first_control(bound),
                "label": str(bound.label),
                "message": str(message),
            }


def _first_control(bound: BoundField) -> str:
    return f"{bound.auto_id}_0" if _kind_of(bound.field.widget) == "group" else bound.id_for_label
