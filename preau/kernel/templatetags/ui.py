"""The elements that pages are made of. Raw widgets live in the templates of `ui/`, never in a page."""

import re
from binascii import crc32
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import uuid4

from django import template
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    ClearableFileInput,
    DateInput,
    NumberInput,
    PasswordInput,
    Select,
    TimeInput,
    Widget,
)
from django.forms.widgets import Input
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from preau.kernel.numbers import grouped
from preau.kernel.search import choosing
from preau.kernel.ui import days
from preau.kernel.ui.charts import Chart
from preau.kernel.ui.comfort import Comfort
from preau.kernel.ui.grids import Grid
from preau.kernel.ui.hues import hue_of

register = template.Library()
register.filter("grouped", grouped)

CIVILITIES = {"m", "mme", "mlle", "mr", "dr", "me", "pr"}
# In a sprite of their own, which a first visit does not fetch: what few pages show.
RARE_ICONS = frozenset(
    {
        "book-open",
        "cake",
        "check-check",
        "download",
        "grip-vertical",
        "history",
        "pencil",
        "printer",
        "rotate-ccw",
        "school",
        "send",
        "settings",
        "smartphone",
        "trash-2",
        "upload",
    }
)
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

# What stands where something should be: icon, title, what to do next.
STATES = {
    "loading": ("clock", _("Cela arrive"), _("Restez ici ou faites autre chose : rien ne se perd.")),
    "offline": (
        "alert-triangle",
        _("Hors ligne"),
        _("Ce que vous voyez date d’avant la coupure. Ce que vous tapez reste sur cet appareil."),
    ),
    "forbidden": (
        "lock",
        _("Réservé à d’autres profils"),
        _("Votre profil ne permet pas de le voir. La direction peut dire pourquoi."),
    ),
}


@register.inclusion_tag("ui/_look.html", takes_context=True)
def look(context: Context) -> dict[str, Any]:
    """The sheets of a page. An error page has no person: it looks as the device wants."""
    return {"comfort": context.get("comfort") or Comfort(), "accent": context.get("accent")}


@register.simple_tag
@lru_cache
def icon(name: str) -> SafeString:
    """Always beside a word: the picture itself says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static(f"ui/icons/{'rare' if name in RARE_ICONS else 'icons'}.svg"),
        name,
    )


@register.simple_tag
@lru_cache
def legal_links() -> SafeString:
    """The same at the foot of every page, so drawn once."""
    links = (
        ("welcome:notice", gettext("Mentions légales")),
        ("welcome:personal_data", gettext("Données personnelles")),
        ("welcome:accessibility", gettext("Accessibilité\u00a0: non conforme")),
        ("welcome:status", gettext("État du service")),
    )
    return format_html_join(
        "\n    ", '<li><a href="{}">{}</a></li>', ((reverse(name), label) for name, label in links)
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
    form: str = "",
    to: str = "",
    disabled: bool = False,
) -> SafeString:
    """With `href`, a link that looks like a button; it stays a link.

    - form: the id of a form it stands outside of.
    - to: where it sends its form instead, unfinished as it may be.
    """
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
            "form": form,
            "to": to,
            "disabled": disabled,
        },
    )


@register.simple_tag
def field(bound: BoundField, **attributes: object) -> SafeString:
    """Label, help, errors and widget of one field, tied together; keywords become the widget's attributes."""
    if bound.is_hidden:
        return bound.as_hidden()
    if isinstance(bound.field, choosing.PeopleField):
        return choosing.drawn(bound, _described_by(bound))

    attrs: dict[str, Any] = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    widget = _native(bound, attrs.pop("type", ""))
    kind = _kind_of(widget)
    described_by = _described_by(bound)
    if kind == "date" and widget.attrs.get("type") == "date":
        described_by = f"{described_by} {bound.auto_id}_words".strip()
    if described_by:
        attrs["aria-describedby"] = described_by
    if kind not in ("choice", "switch", "group"):
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
def scope(context: Context, named: str = "") -> dict[str, Any]:
    """First thing in every POST form: the CSRF token, the school and year the page was written for, and
    the key under which the form, sent twice, is one (`kernel.idempotency`).

    `named`: the school and year of this form, where a page reads several.
    """
    return {
        "csrf_token": context.get("csrf_token"),
        "scope_field": named or context.get("scope_field"),
        "key": uuid4().hex if context.get("actor") else "",
    }


@register.simple_tag
def avatar(name: str, size: str = "medium", photo: str = "") -> SafeString:
    """Their photo, or initials on a hue that stays the person's own. Decorative: the name is beside it.
    Not seen while the page is projected."""
    shown = (
        format_html('<img class="avatar__photo" src="{}" alt="" loading="lazy">', photo)
        if photo
        else initials(name)
    )
    return format_html(
        '<span class="avatar avatar--{} hue-{}" aria-hidden="true" data-private>{}</span>',
        size,
        hue_of(name),
        shown,
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


@register.inclusion_tag("ui/_state.html")
def state(kind: str, *, title: str = "", phrase: str = "", action: str = "", url: str = "") -> dict[str, str]:
    """Nothing to show yet, no line, no right. Where a list is merely empty: `empty_state`."""
    sign, usual_title, usual_phrase = STATES[kind]
    return {
        "kind": kind,
        "icon": sign,
        "title": title or str(usual_title),
        "phrase": phrase or str(usual_phrase),
        "action": action,
        "url": url,
    }


@register.inclusion_tag("ui/_person_line.html")
def person_line(
    name: str, what: str = "", url: str = "", *, badge: str = "", kind: str = "quiet"
) -> dict[str, str]:
    return {"name": name, "what": what, "url": url, "badge": badge, "kind": kind}


@register.inclusion_tag("ui/_crumb.html")
def crumb(label: str, url: str = "", private: bool = False) -> dict[str, Any]:
    """`private`: a name, or the title of a message. Not seen while the page is projected."""
    return {"label": label, "url": url, "private": private}


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


@register.simple_block_tag
def tabs(content: str, label: str) -> SafeString:
    """Views of one thing, each with its own address. `label` says which thing."""
    return format_html('<nav class="tabs" aria-label="{}">{}</nav>', label, content)


@register.inclusion_tag("ui/_tab.html")
def tab(label: str, url: str, current: object = False, *, count: int | None = None) -> dict[str, Any]:
    return {"label": label, "url": url, "current": current, "count": count}


@register.simple_block_tag
def fold(
    content: str, label: str, *, about: str = "", icon: str = "chevron-right", open: object = False
) -> str:
    """What few people need. `about`: what else the label must say to who does not see where it stands."""
    return render_to_string(
        "ui/_fold.html", {"content": content, "label": label, "about": about, "icon": icon, "open": open}
    )


@register.simple_block_tag
def dialog(
    content: str,
    label: str,
    *,
    title: str = "",
    icon: str = "",
    variant: str = "quiet",
    open: object = False,
    side: bool = False,
) -> str:
    """A short task above the page; without script it unfolds in its place.

    - label: of the button that opens it, and its title where `title` says nothing else.
    - open: with what was typed, after a form in it was refused.
    - side: a drawer, from the edge of the screen, which leaves the page in sight.
    """
    return render_to_string(
        "ui/_dialog.html",
        {
            "content": content,
            "label": label,
            "title": title or label,
            "id": _id_of("dialog", f"{label} {title}"),
            "icon": icon,
            "variant": variant,
            "open": open,
            "side": side,
        },
    )


@register.inclusion_tag("ui/_toast.html", takes_context=True)
def toast(context: Context, message: str, undo: str = "") -> dict[str, Any]:
    """What has just been done, and the address that takes it back. It goes after a while, where a script
    runs: the page itself must say the same."""
    return {
        "message": message,
        "undo": undo,
        **{name: context.get(name) for name in ("csrf_token", "scope_field", "actor")},
    }


@register.inclusion_tag("ui/_progress.html")
def progress(label: str, done: int, known: int | None = None) -> dict[str, Any]:
    """Rows done of rows known; while nobody knows how many there are, the rows done and no share of them."""
    if known is None:
        words = gettext("%(done)s pour l’instant") % {"done": grouped(done)}
    else:
        words = gettext("%(done)s sur %(known)s") % {"done": grouped(done), "known": grouped(known)}
    return {"label": label, "done": done, "known": known, "words": words}


@register.simple_block_tag
def table(content: str, caption: str, *, stack: bool = False, silent: bool = False) -> str:
    """Rows made of `heads` and `cell`.

    - stack: on a phone each row becomes a card; else the table scrolls in a box of its own, its first
      column in sight.
    - silent: the caption is for screen readers, where a title just above says the same.
    """
    return render_to_string(
        "ui/_table.html",
        {
            "content": content,
            "caption": caption,
            "id": _id_of("table", caption),
            "stack": stack,
            "silent": silent,
        },
    )


@register.inclusion_tag("ui/_heads.html")
def heads(*labels: str, numbers: int = 0) -> dict[str, Any]:
    """`numbers`: how many columns, the last ones, hold numbers."""
    words = len(labels) - numbers
    return {"heads": [(label, place >= words) for place, label in enumerate(labels)]}


@register.simple_block_tag
def cell(content: str, label: str = "", *, number: bool = False) -> SafeString:
    """`label` is the column's: on a card it stands beside. The cell without one names the row."""
    if not label:
        return format_html('<th role="rowheader" scope="row">{}</th>', content)
    return format_html(
        '<td role="cell" data-label="{}"{}>{}</td>',
        label,
        SafeString(' class="table__number"') if number else "",
        content,
    )


@register.simple_tag
def chart(figure: Chart) -> str:
    """The page links the sheet of what is rare: `ui/css/rare.css`."""
    return render_to_string(figure.template, {"chart": figure, "id": _id_of("chart", figure.title)})


@register.simple_tag
def grid(grid: Grid) -> str:
    """Inside a form of the page, which links the sheet of what is rare."""
    shown = {"grid": grid, "id": _id_of("grid", grid.label)}
    if grid.data is not None:
        shown |= {"errors": list(grid.faults), "general": grid.general, "summary": f"{shown['id']}-errors"}
    return render_to_string("ui/_grid.html", shown)


@register.simple_block_tag
def filtered(content: str, label: str, total: int, *, typed: str = "", name: str = "q") -> str:
    """A list that narrows as one types. `content`: its rows, those `typed` left where the server has
    narrowed it; `total`: how many there are without. The page links the sheet of what is rare."""
    return render_to_string(
        "ui/_filtered.html",
        {
            "content": content,
            "label": label,
            "total": total,
            "typed": typed,
            "name": name,
            "id": _id_of("filtered", label),
        },
    )


@register.inclusion_tag("ui/_day_line.html")
def day_line(line: days.DayLine, *, free: str = "", free_phrase: str = "") -> dict[str, Any]:
    """`free`, `free_phrase`: what stands there on a day without anything. The page links the sheet of what is
    rare."""
    return {"line": line, "lines": list(line.lines), "free": free, "free_phrase": free_phrase}


@register.inclusion_tag("ui/_awaited.html")
def awaited(things: Sequence[days.Awaited], today: date) -> dict[str, Any]:
    """What waits for the reader, the most pressing first. The page links the sheet of what is rare."""
    return {"lines": days.awaited_lines(things, today)}


@register.filter
def in_words(day: date, today: date) -> str:
    """« aujourd’hui », « jeu. 12 mars »."""
    return days.day_in_words(day, today)


@register.simple_block_tag
def sheet(content: str, title: str, *, place: str = "", note: str = "") -> str:
    """Paper: what is printed of its page, and nothing else. The page links the sheet of what is rare.

    - place, note: on its head, beside the title: the school; the day it is as of.
    """
    return render_to_string(
        "ui/_sheet.html",
        {"content": content, "title": title, "place": place, "note": note, "id": _id_of("sheet", title)},
    )


@register.inclusion_tag("ui/_sheet_boxes.html")
def sheet_boxes(heads: Sequence[str], rows: Sequence[tuple[str, str]], boxes: int) -> dict[str, Any]:
    """A numbered list of `rows` (name, what tells namesakes apart), each with empty `boxes` to write in.

    `heads`: of the name, then of the first boxes.
    """
    shown = [*heads[1:], *[""] * boxes][:boxes]
    return {"name": heads[0], "heads": shown, "rows": rows, "boxes": range(boxes)}


@register.simple_block_tag
def letter(content: str, *, sender: str, to: str, dated: str, about: str, signed: str = "") -> str:
    """A letter on a sheet of paper: the address stands where the window of an envelope is. Lines of `sender`
    and `to` are parted by line breaks."""
    return render_to_string(
        "ui/_letter.html",
        {
            "content": content,
            "sender": sender.splitlines(),
            "to": to.splitlines(),
            "dated": dated,
            "about": about,
            "signed": signed,
        },
    )


@register.inclusion_tag("ui/_prints.html")
def prints(label: str) -> dict[str, str]:
    """A button that prints the page, where a script can; else how to."""
    return {"label": label}


@register.inclusion_tag("ui/_pages.html")
def pages(previous: str = "", next: str = "", note: str = "") -> dict[str, str]:
    return {"previous": previous or "", "next": next or "", "note": note}


@register.simple_tag
def error_words(status: int | str, title: str | None = None, message: str | None = None) -> dict[str, str]:
    """What the view says, else what this status means to the person who meets it."""
    usual = ERRORS.get(int(status or 500), ERRORS[500])
    return {"title": title or str(usual[0]), "message": message or str(usual[1])}


def _id_of(kind: str, words: str) -> str:
    """The same in each answer: a block that is fetched again is compared with the one that stands."""
    return f"{kind}-{crc32(str(words).encode()):x}"


# The browser's own pickers of days and hours speak ISO only, whatever the language of the page.
_ISO: Final = {
    "date": (DateInput, "%Y-%m-%d", re.compile(r"\d{4,}-\d\d-\d\d")),
    "time": (TimeInput, "%H:%M", re.compile(r"\d\d:\d\d(:\d\d)?")),
}
# The keyboard a phone shows.
_KEYS: Final = {"tel": "tel", "url": "url", "email": "email"}


def _native(bound: BoundField, input_type: str) -> Widget:
    widget: Widget = bound.field.widget
    for kind, (drawn, iso, pattern) in _ISO.items():
        if isinstance(widget, drawn) and not isinstance(widget, NumberInput):
            typed = bound.data if bound.form.is_bound and not bound.field.disabled else None
            if typed and not pattern.fullmatch(str(typed)):
                # A picker would show nothing of what was typed without one: it stays, to be put right.
                return drawn(attrs={**widget.attrs, "type": "text"}, format=iso)
            return drawn(attrs={**widget.attrs, "type": kind}, format=iso)
    if isinstance(widget, NumberInput):
        # A field of numbers sends nothing at all of what it cannot read, and turns with the wheel.
        bounds = ("min", "max", "step")
        widget.attrs = {name: value for name, value in widget.attrs.items() if name not in bounds}
        widget.attrs.setdefault("inputmode", "numeric")
        widget.input_type = "text"
    if input_type and isinstance(widget, Input):
        widget.input_type = input_type
        if input_type in _KEYS:
            widget.attrs.setdefault("inputmode", _KEYS[input_type])
    return widget


def _kind_of(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput):
        return "switch" if widget.attrs.get("role") == "switch" else "choice"
    if widget.use_fieldset and not isinstance(widget, ClearableFileInput):
        return "group"
    for kind, (drawn, _iso, _pattern) in _ISO.items():
        if isinstance(widget, drawn):
            return kind
    if isinstance(widget, Select):
        return "multiple" if widget.allow_multiple_selected else "select"
    if isinstance(widget, PasswordInput):
        return "password"
    if isinstance(widget, NumberInput) or (isinstance(widget, Input) and _counts(widget)):
        return "number"
    if isinstance(widget, Input) and widget.input_type == "search":
        return "search"
    return "text"


def _counts(widget: Widget) -> bool:
    return widget.attrs.get("inputmode") in ("numeric", "decimal")


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
