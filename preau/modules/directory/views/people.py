from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from preau.kernel.web.guards import access
from preau.modules.directory import permissions
from preau.modules.directory.forms import FilterForm
from preau.modules.directory.models import Group
from preau.modules.directory.selectors import people


@require_safe
@access(permissions.READ_DIRECTORY)
def person_list(request: Any) -> HttpResponse:
    divisions = Group.objects.visible_to(request.actor).divisions()
    form = FilterForm(request.GET, divisions=divisions)
    found = people.listed(request.actor, form)
    context = {"form": form, "page": found, "filtered": any(request.GET.values())}
    return render(request, "directory/person_list.html", context, status=200 if form.is_valid() else 422)


@require_safe
@access(permissions.READ_DIRECTORY)
def person_detail(request: Any, record: UUID) -> HttpResponse:
    found = get_object_or_404(people.records(request.actor), uuid=record)
    page = people.person_page(request.actor, found)
    if page is None:
        raise Http404
    permissions.READ_DIRECTORY.require(request.actor, None)
    return render(request, "directory/person_detail.html", {"page": page})
