from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web import versions
from preau.kernel.web.guards import access
from preau.modules.directory import permissions, services
from preau.modules.directory.forms.by_hand import EndLinkForm, LinkForm
from preau.modules.directory.models import Guardianship
from preau.modules.directory.selectors import keeping, provenance
from preau.modules.directory.views.people_by_hand import told


def _found(request: Any, guardianship: UUID) -> Guardianship:
    rows = Guardianship.objects.filter(pupil__in=keeping.kept(request.actor))
    found: Guardianship = get_object_or_404(
        rows.select_related("pupil", "guardian", "school"), uuid=guardianship
    )
    permissions.KEEP_PEOPLE.require(request.actor, found.pupil)
    return found


@require_safe
@access(permissions.KEEP_PEOPLE)
def guardianship_edit(request: Any, guardianship: UUID) -> HttpResponse:
    return _page(request, _found(request, guardianship))


@require_POST
@access(permissions.KEEP_PEOPLE)
def guardianship_change(request: Any, guardianship: UUID) -> HttpResponse:
    found = _found(request, guardianship)
    form = LinkForm(request.POST, link=found)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in form.fields if name != "version"}
        try:
            versions.expect(request, found)
            changed = services.change_guardianship(
                actor=request.actor,
                guardianship=found,
                base_version=form.cleaned_data["version"],
                values=given,
            )
            return versions.versioned(_to_pupil(found), changed)
        except Conflict:
            raise
        except RuleBroken as broken:
            told(form, broken)
    return _page(request, found, form=form)


@require_POST
@access(permissions.KEEP_PEOPLE)
def guardianship_end(request: Any, guardianship: UUID) -> HttpResponse:
    found = _found(request, guardianship)
    form = EndLinkForm(request.POST, link=found)
    if form.is_valid():
        try:
            versions.expect(request, found, theirs=found.ends_on, wanted=form.cleaned_data["ends_on"])
            ended = services.end_guardianship(
                actor=request.actor,
                guardianship=found,
                base_version=form.cleaned_data["version"],
                ends_on=form.cleaned_data["ends_on"],
            )
            return versions.versioned(_to_pupil(found), ended)
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error("ends_on", str(broken.message))
    return _page(request, found, ending=form)


def _to_pupil(link: Guardianship) -> HttpResponse:
    return redirect(f"{reverse('directory:person_edit', args=[link.pupil.uuid])}#guardians")


def _page(
    request: Any, link: Guardianship, *, form: LinkForm | None = None, ending: EndLinkForm | None = None
) -> HttpResponse:
    """`form` or `ending`: sent, and back with its errors."""
    sources = provenance.sources_of_link(link)
    context = {
        "link": link,
        "form": form or LinkForm(link=link),
        "ending": ending or EndLinkForm(link=link),
        "sources": provenance.origins_told(sources, link.school.timezone),
    }
    return render(request, "directory/guardianship_edit.html", context, status=422 if form or ending else 200)
