"""Files out (`/files/`) and in (`/uploads/`, tus 1.0)."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preau.kernel.rules import Conflict, Refused, RuleBroken
from preau.kernel.storage import attachments, blobs, serving, tus, uploads
from preau.kernel.storage.kinds import kinds
from preau.kernel.storage.models import Attachment, Blob, Upload
from preau.kernel.storage.showing import shown_file
from preau.kernel.tenancy.scope import in_school
from preau.kernel.web.guards import signed_in, visitors
from preau.kernel.web.limits import limited

_VIEW_SECONDS = 600  # a face is asked for on every class page; another session never gets the kept one


class Gone(RuleBroken):
    status = 410


@require_safe
@signed_in
def attachment_download(request: Any, attachment: UUID) -> Any:
    """The file, or with `?view=` a small view of it. Rights are asked of its owner each time."""
    found = attachments.readable(request.actor, attachment)
    if found is None:
        raise Http404
    if name := request.GET.get("view"):
        blob = attachments.view_of(found, name[:20])
        if blob is None:
            raise Http404
        return serving.answer(request, serving.Served(blob, found.name, found.attached_at, _VIEW_SECONDS))
    _require_served(found.blob)
    served = serving.Served(found.blob, found.name, found.attached_at)
    if settings.FILES_ORIGIN and not serving.opens_inline(served):
        token = serving.sign(found.pk, found.school_id)
        return _elsewhere(settings.FILES_ORIGIN + reverse("storage:signed_download", args=[token]))
    if address := serving.redirect_address(served):
        return _elsewhere(address)
    return serving.answer(request, served)


@require_safe
@visitors
def signed_download(request: Any, token: str) -> Any:
    """On the files' own origin, which has no session: the link says for a few minutes what was allowed."""
    signed = serving.unsign(token)
    if signed is None or request.get_host() != urlsplit(settings.FILES_ORIGIN).netloc:
        raise Http404
    attachment_id, school_id = signed
    with in_school(school_id):
        found = Attachment.objects.standing().select_related("blob").filter(pk=attachment_id).first()
    if found is None:
        raise Http404
    _require_served(found.blob)
    served = serving.Served(found.blob, found.name, found.attached_at, on_own_origin=False)
    return serving.answer(request, served)


@require_http_methods(["POST", "OPTIONS"])
@signed_in
def upload_create(request: Any) -> HttpResponse:
    if request.method == "OPTIONS":
        return tus.offers()
    if refused := tus.speaks_another(request):
        return refused
    try:
        wanted = tus.creation(request)
        upload = uploads.begin(actor=request.actor, **wanted)
    except LookupError:
        raise Http404 from None
    except tus.Unreadable as unreadable:
        return tus.answer(400, text=str(unreadable))
    except RuleBroken as broken:
        return tus.broken(broken)
    piece, headers = request.body, {}
    if piece and request.content_type == tus.PIECE_TYPE:
        try:
            upload = uploads.receive(actor=request.actor, upload=upload, offset=0, piece=piece)
        except uploads.OffsetMoved as moved:
            # Nobody is told where it is: it would hold its room for days.
            uploads.cancel(upload=upload)
            return tus.broken(moved)
        except RuleBroken as broken:
            return tus.broken(broken)
        headers["Upload-Offset"] = str(upload.received)
    elif upload.length == 0:
        try:
            upload = uploads.finish(actor=request.actor, upload=upload)
        except RuleBroken as broken:
            return tus.broken(broken)
    location = reverse("storage:upload_detail", args=[upload.uuid])
    return tus.answer(201, {"Location": location, **_state(upload), **headers})


@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
@signed_in
@limited("upload", per_minute=1200)  # a file is many pieces, and none of them another write's turn
def upload_detail(request: Any, upload: UUID) -> HttpResponse:
    if request.method == "OPTIONS":
        return tus.offers()
    found = uploads.mine(request.actor, upload)
    if found is None:
        raise Http404
    if refused := tus.speaks_another(request):
        return refused
    try:
        uploads.require_alive(found)
        if request.method == "HEAD":
            known = {
                "Upload-Offset": str(found.received),
                "Upload-Length": str(found.length),
                **_state(found),
            }
            return tus.answer(200, known)
        if request.method == "DELETE":
            uploads.cancel(upload=found)
            return tus.answer(204)
        received = uploads.receive(actor=request.actor, upload=found, **tus.piece(request))
    except tus.Unreadable as unreadable:
        return tus.answer(unreadable.status, text=str(unreadable))
    except uploads.OffsetMoved as moved:
        return tus.broken(moved, {"Upload-Offset": str(moved.upload.received)})
    except RuleBroken as broken:
        return tus.broken(broken)
    except Refused as refused_now:
        return tus.answer(403, text=str(refused_now.message))
    return tus.answer(204, {"Upload-Offset": str(received.received), **_state(received)})


def _state(upload: Upload) -> dict[str, str]:
    state = {"Upload-Expires": http_date(upload.expires_at.timestamp())}
    if upload.attachment is not None:
        state["X-Preau-Attachment"] = str(upload.attachment.uuid)
        kind = kinds().get(upload.kind)
        if kind is not None and kind.in_texts and (preview := shown_file(upload.attachment).preview):
            state["X-Preau-Preview"] = preview
    return state


def _require_served(blob: Blob) -> None:
    if blob.scan == Blob.Scan.INFECTED:
        raise Gone(blobs.infected_words(blob))
    if blob.scan == Blob.Scan.WAITING:
        raise Conflict(_("Ce fichier est encore en cours de vérification. Réessayez dans un instant."))


def _elsewhere(address: str) -> HttpResponseRedirect:
    response = HttpResponseRedirect(address)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
