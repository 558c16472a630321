from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.audit.recording import record_reads
from preau.kernel.modules import links_about
from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web.guards import access
from preau.kernel.web.scope import scope_value
from preau.modules.directory import permissions, services
from preau.modules.directory.forms import ChangeClassForm, FilterForm, PhotoForm
from preau.modules.directory.models import Group
from preau.modules.directory.selectors import people, pictures
from preau.modules.directory.selectors.namesakes import told_apart


@require_safe
@access(permissions.READ_DIRECTORY)
def person_list(request: Any) -> HttpResponse:
    divisions = Group.objects.visible_to(request.actor).lasting(request.actor).divisions()
    form = FilterForm(request.GET, divisions=divisions)
    found = people.listed(request.actor, form)
    apart = told_apart(request.actor, found.people)
    listed = [
        (record, " · ".join(filter(None, (what, apart.get(record.pk))))) for record, what in found.people
    ]
    context = {
        "form": form,
        "page": replace(found, people=listed),
        "filtered": any(request.GET.values()),
        "adds": permissions.ADD_PEOPLE.allows(request.actor, None),
    }
    return render(request, "directory/person_list.html", context, status=200 if form.is_valid() else 422)


@require_safe
@access(permissions.READ_DIRECTORY)
def person_detail(request: Any, record: UUID) -> HttpResponse:
    found = get_object_or_404(people.opened(request.actor), uuid=record)
    page = people.person_page(request.actor, found)
    if page is None:
        raise Http404
    permissions.READ_DIRECTORY.require(request.actor, None)
    record_reads(request.actor, "directory.contact_details", people.closely_read(request.actor, page))
    return _answer(request, page)


def person_page(request: Any, record: Any, form: PhotoForm) -> HttpResponse:
    """The page again, with a form that was sent and comes back with its errors."""
    page = people.person_page(request.actor, record)
    if page is None:
        raise Http404
    return _answer(request, page, form)


@require_POST
@access(permissions.CHANGE_CLASS)
def class_change(request: Any, record: UUID) -> HttpResponse:
    found = get_object_or_404(people.opened(request.actor).visible_to(request.actor), uuid=record)
    permissions.CHANGE_CLASS.require(request.actor, found)

    form = ChangeClassForm(request.POST, divisions=_divisions(request.actor, found))
    if form.is_valid():
        try:
            services.change_class(actor=request.actor, record=found, **form.cleaned_data)
            # To where the class now stands, not to the form a browser would come back to.
            return redirect(f"{reverse('directory:person_detail', args=[found.uuid])}#content")
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    page = people.person_page(request.actor, found)
    if page is None:
        raise Http404
    return _answer(request, page, changing=form)


def _divisions(actor: Any, record: Any) -> Any:
    return Group.objects.visible_to(actor).lasting(actor).divisions().filter(school=record.school_id)


def _answer(
    request: Any,
    page: people.PersonPage,
    form: PhotoForm | None = None,
    *,
    changing: ChangeClassForm | None = None,
) -> HttpResponse:
    care = pictures.photo_care(request.actor, page.record) if page.pictured else None
    if page.photo_shown:
        page.record.face = pictures.face_on(page.record, care)
    standing = request.actor.standings[page.record.school_id]
    may_change = (
        page.enrolled
        and not standing.year.is_closed
        and permissions.CHANGE_CLASS.allows(request.actor, page.record)
    )
    if may_change and changing is None:
        divisions = _divisions(request.actor, page.record)
        changing = ChangeClassForm(divisions=divisions, initial={"starts_on": standing.day})
    about = links_about(request.actor, page.record)
    if permissions.KEEP_PEOPLE.allows(request.actor, page.record):
        url = reverse("directory:person_edit", args=[page.record.uuid])
        about.insert(0, {"label": gettext("Corriger la fiche"), "icon": "pencil", "url": url})
    context = {
        "page": page,
        "about": about,
        "care": care,
        "changing": changing if may_change else None,
        "photo_form": (form or PhotoForm()) if care and care.may_attach else None,
        "photo_scope": scope_value(standing),
        "answer_uuid": uuid4(),
    }
    refused = form or (changing is not None and changing.errors)
    return render(request, "directory/person_detail.html", context, status=422 if refused else 200)
