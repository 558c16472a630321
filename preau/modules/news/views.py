from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.kernel.richtext.forms import remember_saved
from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.storage.models import Attachment
from preau.kernel.web.guards import access, signed_in
from preau.modules.news import permissions, selectors, services
from preau.modules.news.forms import AnnouncementForm, DraftForm, FileForm, ReviseForm, values_of
from preau.modules.news.models import Announcement


@require_safe
@signed_in
def announcement_list(request: Any) -> HttpResponse:
    past = request.GET.get("past") == "1"
    listed = selectors.announcements_listed(
        request.actor, past=past, after=_uuid(request.GET.get("after", ""))
    )
    may_write = permissions.WRITE.allows(request.actor, None) and not request.actor.year.is_closed
    context = {
        "listed": listed,
        "past": past,
        "may_write": may_write,
        "drafts": selectors.drafts_of(request.actor) if may_write and not past else (),
        "several": len(request.actor.standings) > 1,
    }
    return render(request, "news/announcement_list.html", context)


@require_safe
@signed_in
def announcement_detail(request: Any, announcement: UUID) -> HttpResponse:
    found = _visible(request, announcement)
    # A browser that fetches ahead has shown nobody anything.
    if (
        not (found.is_read or found.is_draft)
        and request.method == "GET"
        and "prefetch" not in request.headers.get("Sec-Purpose", "")
    ):
        services.note_reading(actor=request.actor, announcement=found)
    standing = request.actor.at(found.school_id)
    may_write = permissions.WRITE.allows(request.actor, found)
    changes = may_write and not standing.year.is_closed
    context = {
        "announcement": found,
        "files": selectors.files_below(found),
        "past": found.is_past(standing.day),
        "several": len(request.actor.standings) > 1,
        "readers": found.readings.count() if may_write else None,
        "may_write": changes and not found.is_withdrawn,
        "may_restore": changes and found.is_withdrawn,
    }
    return render(request, "news/announcement_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.WRITE)
def announcement_new(request: Any) -> HttpResponse:
    return _write(request, AnnouncementForm(request.POST or None))


@require_POST
@access(permissions.WRITE)
def draft_save(request: Any) -> HttpResponse:
    """Unfinished, to add files to it or to go on later."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form)
    draft = services.save_draft(
        actor=request.actor, school_id=request.actor.only.school.pk, **form.cleaned_data
    )
    return remember_saved(request, redirect("news:announcement_edit", draft.uuid), "body")


@require_POST
@access(permissions.WRITE)
def draft_discard(request: Any, announcement: UUID) -> HttpResponse:
    found = _visible(request, announcement)
    permissions.WRITE.require(request.actor, found)

    services.discard_draft(actor=request.actor, announcement=found)
    return redirect("news:announcement_list")


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.WRITE)
def announcement_edit(request: Any, announcement: UUID) -> HttpResponse:
    found = _visible(request, announcement)
    permissions.WRITE.require(request.actor, found)

    if found.is_draft:
        initial = {**values_of(found), "uuid": found.uuid}
        return _write(request, AnnouncementForm(request.POST or None, initial=initial), found)
    form = ReviseForm(request.POST or None, announcement=found)
    if request.method != "POST" or not form.is_valid() or "preview" in request.POST:
        return _form_page(request, form, found)
    values = dict(form.cleaned_data)
    try:
        services.revise_announcement(
            actor=request.actor, announcement=found, base_version=values.pop("version"), **values
        )
    except Conflict:
        raise
    except RuleBroken as broken:
        form.add_error(None, str(broken.message))
        return _form_page(request, form, found)
    return remember_saved(request, redirect("news:announcement_detail", found.uuid), "body")


@require_POST
@access(permissions.WRITE)
def announcement_withdraw(request: Any, announcement: UUID) -> HttpResponse:
    found = _visible(request, announcement)
    permissions.WRITE.require(request.actor, found)

    services.withdraw_announcement(actor=request.actor, announcement=found)
    return redirect("news:announcement_detail", found.uuid)


@require_POST
@access(permissions.WRITE)
def announcement_restore(request: Any, announcement: UUID) -> HttpResponse:
    found = _visible(request, announcement)
    permissions.WRITE.require(request.actor, found)

    services.restore_announcement(actor=request.actor, announcement=found)
    return redirect("news:announcement_detail", found.uuid)


@require_POST
@access(permissions.WRITE)
def file_create(request: Any, announcement: UUID) -> HttpResponse:
    """A small file by a plain form; a large one comes in pieces (`storage:upload_create`)."""
    found = _visible(request, announcement)
    permissions.WRITE.require(request.actor, found)

    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.attach_file(
                actor=request.actor,
                announcement=found,
                file=file,
                name=file.name,
                uuid=form.cleaned_data["uuid"],
            )
            return _to_files(found)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("file", str(broken.message))
    initial = {**values_of(found), "uuid": found.uuid}
    text = AnnouncementForm(initial=initial) if found.is_draft else ReviseForm(announcement=found)
    return _form_page(request, text, found, file_form=form)


@require_POST
@access(permissions.WRITE)
def file_remove(request: Any, file: UUID) -> HttpResponse:
    found, announcement = _file(request, file)
    permissions.WRITE.require(request.actor, announcement)

    services.remove_file(actor=request.actor, announcement=announcement, file=found)
    return _to_files(announcement)


@require_POST
@access(permissions.WRITE)
def file_restore(request: Any, file: UUID) -> HttpResponse:
    found, announcement = _file(request, file)
    permissions.WRITE.require(request.actor, announcement)

    services.restore_file(actor=request.actor, announcement=announcement, file=found)
    return _to_files(announcement)


def _write(request: Any, form: AnnouncementForm, draft: Announcement | None = None) -> HttpResponse:
    """The page of what is not published yet, and its publication."""
    if request.method != "POST" or not form.is_valid() or "preview" in request.POST:
        return _form_page(request, form, draft)
    try:
        made = services.publish_announcement(
            actor=request.actor, school_id=request.actor.only.school.pk, **form.cleaned_data
        )
    except Conflict:
        raise
    except RuleBroken as broken:
        form.add_error("until", str(broken.message))
        return _form_page(request, form, draft)
    return remember_saved(request, redirect("news:announcement_detail", made.uuid), "body")


def _file(request: Any, file: UUID) -> tuple[Attachment, Announcement]:
    found = selectors.file_with_announcement(request.actor, file)
    if found is None:
        raise Http404
    return found


def _to_files(announcement: Announcement) -> HttpResponse:
    response = redirect("news:announcement_edit", announcement.uuid)
    response["Location"] += "#files"
    return response


def _visible(request: Any, announcement: UUID) -> Any:
    visible = Announcement.objects.visible_to(request.actor)
    return get_object_or_404(visible.listed(request.actor).defer(None), uuid=announcement)


def _form_page(
    request: Any,
    form: AnnouncementForm,
    announcement: Announcement | None = None,
    file_form: FileForm | None = None,
) -> HttpResponse:
    preview = form.cleaned_data if form.is_bound and form.is_valid() and "preview" in request.POST else None
    owner = announcement.uuid if announcement is not None else _uuid_of(form)
    context = {
        "form": form,
        "announcement": announcement,
        "is_new": announcement is None or announcement.is_draft,
        "preview": preview,
        "files": selectors.files_kept(announcement) if announcement is not None else (),
        "file_form": file_form or FileForm(),
        "largest": selectors.FILE.largest,
        "owner": owner,
        # Lists the files of what is being written, from its first one on.
        "files_at": reverse("news:announcement_edit", args=[owner]),
    }
    refused = any(each.is_bound and bool(each.errors) for each in (form, file_form) if each is not None)
    return render(request, "news/announcement_form.html", context, status=422 if refused else 200)


def _uuid_of(form: AnnouncementForm) -> UUID:
    value = form["uuid"].value()
    return (value if isinstance(value, UUID) else _uuid(str(value))) or uuid4()


def _uuid(text: str) -> UUID | None:
    """What is no cursor begins at the beginning."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
