from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web.guards import access
from preau.modules.directory import permissions
from preau.modules.directory.forms import PhotoAnswerForm, PhotoForm
from preau.modules.directory.models import PersonRecord
from preau.modules.directory.selectors import people
from preau.modules.directory.services import pictures
from preau.modules.directory.views.people import person_page


@require_POST
@access(permissions.ANSWER_FOR_PHOTO)
def photo_consent_create(request: Any, record: UUID) -> HttpResponse:
    found = get_object_or_404(PersonRecord.objects.visible_to(request.actor), uuid=record)
    permissions.ANSWER_FOR_PHOTO.require(request.actor, found)

    form = PhotoAnswerForm(request.POST)
    if not form.is_valid():  # the page's own buttons cannot send that
        raise RuleBroken(_("Cette réponse n’a pas été comprise. Rouvrez la page et recommencez."))
    pictures.answer_for_photo(actor=request.actor, record=found, **form.cleaned_data)
    return redirect("directory:person_detail", found.uuid)


@require_POST
@access(permissions.ATTACH_PHOTO)
def photo_create(request: Any, record: UUID) -> HttpResponse:
    found = get_object_or_404(people.opened(request.actor).visible_to(request.actor), uuid=record)
    permissions.ATTACH_PHOTO.require(request.actor, found)

    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            pictures.attach_photo(
                actor=request.actor, record=found, file=file, name=file.name, uuid=form.cleaned_data["uuid"]
            )
            return redirect("directory:person_detail", found.uuid)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("file", str(broken.message))
    return person_page(request, found, form)


@require_POST
@access(permissions.ATTACH_PHOTO)
def photo_remove(request: Any, record: UUID) -> HttpResponse:
    found = get_object_or_404(PersonRecord.objects.visible_to(request.actor), uuid=record)
    permissions.ATTACH_PHOTO.require(request.actor, found)

    pictures.remove_photo(actor=request.actor, record=found)
    return redirect("directory:person_detail", found.uuid)


@require_POST
@access(permissions.ATTACH_PHOTO)
def photo_restore(request: Any, record: UUID) -> HttpResponse:
    found = get_object_or_404(PersonRecord.objects.visible_to(request.actor), uuid=record)
    permissions.ATTACH_PHOTO.require(request.actor, found)

    pictures.restore_photo(actor=request.actor, record=found)
    return redirect("directory:person_detail", found.uuid)
