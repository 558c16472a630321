"""Who sees what and who writes to whom: decided by each school, version after version."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web.guards import access
from preau.modules.directory import permissions, services
from preau.modules.directory.forms.rules import NumberForm, RulesForm, WhyForm
from preau.modules.directory.models import Rule, RulesVersion
from preau.modules.directory.models.defaults import default_rules
from preau.modules.directory.models.rules import Subject
from preau.modules.directory.selectors import rules
from preau.modules.directory.selectors.why import standing_of, why


@require_safe
@access(permissions.SET_RULES)
def rule_list(request: Any) -> HttpResponse:
    return _page(request, _subject(request.GET))


@require_POST
@access(permissions.SET_RULES)
def rules_change(request: Any) -> HttpResponse:
    subject = _subject(request.POST)
    now = rules.rules_now()
    form = RulesForm(request.POST, lookers=rules.lookers(subject, now))
    if form.is_valid():
        others = {rule for rule in now if rule.subject != subject}
        try:
            _change(request, others | form.ticked, form.cleaned_data["number"])
            return redirect(f"{reverse('directory:rule_list')}?of={subject}&saved=1")
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return _page(request, subject, form)


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.SET_RULES)
def rules_why(request: Any) -> HttpResponse:
    """Asked by POST: what is looked for stands in no address."""
    form = WhyForm(request.POST or None, actor=request.actor)
    answer = None
    if form.is_valid():
        who, whom = form.cleaned_data["who"], form.cleaned_data["whom"]
        answer = why(who, whom, standing_of(who, request.actor.only))
    status = 422 if form.errors else 200
    return render(request, "directory/rules_why.html", {"form": form, "answer": answer}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.SET_RULES)
def rules_reset(request: Any) -> HttpResponse:
    """What going back to the beginning would change; sent, it is done."""
    return _put_back(request, default_rules(), None)


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.SET_RULES)
def rules_version(request: Any, version: UUID) -> HttpResponse:
    """What going back to a version would change; sent, it is done."""
    found: RulesVersion = get_object_or_404(RulesVersion.objects.all(), uuid=version)
    permissions.SET_RULES.require(request.actor, found)
    return _put_back(request, found.held(), found)


def _put_back(request: Any, wanted: Iterable[Rule], version: RulesVersion | None) -> HttpResponse:
    form = NumberForm(request.POST or None, initial={"number": rules.number_now()})
    if form.is_valid():
        _change(request, wanted, form.cleaned_data["number"])
        return redirect(f"{reverse('directory:rule_list')}?saved=1")
    context = {"form": form, "version": version, "changes": rules.changes(rules.rules_now(), wanted)}
    return render(request, "directory/rules_put_back.html", context, status=422 if form.errors else 200)


def _change(request: Any, wanted: Iterable[Rule], number: int) -> None:
    school = request.actor.only.school
    services.change_rules(actor=request.actor, school=school, base_number=number, rules=wanted)


def _subject(sent: Any) -> str:
    asked = sent.get("of", "")
    return asked if asked in Subject else Subject.PUPIL


def _page(request: Any, subject: str, form: RulesForm | None = None) -> HttpResponse:
    now = rules.rules_now()
    number = rules.number_now()
    context = {
        "subject": Subject(subject),
        "subjects": [(each, f"?of={each}", each == subject) for each in Subject],
        "form": form or RulesForm(lookers=rules.lookers(subject, now), initial={"number": number}),
        "changed": rules.changes(default_rules(), now),
        "versions": rules.versions(),
    }
    return render(request, "directory/rule_list.html", context, status=422 if form else 200)
