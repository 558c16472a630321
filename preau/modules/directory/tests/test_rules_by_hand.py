"""A school decides who sees what and who writes to whom."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from preau.kernel.access.acting import acting
from preau.kernel.access.actor import Identity
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import AccessRule, PersonRecord, Relation, Right, Rule, RulesVersion
from preau.modules.directory.models.defaults import default_rules
from preau.modules.directory.models.rule_versions import FIXED, RELATIONS_TO, RIGHTS_OVER, may_be_a_rule
from preau.modules.directory.models.rules import Subject
from preau.modules.directory.selectors.rules import changes, lookers, rules_now
from preau.modules.directory.services import change_rules
from preau.modules.directory.testing import OTHER_SCHOOL, Cast, Who

pytestmark = pytest.mark.django_db
PHONES = Rule(Right.PHONE, Subject.STAFF, Relation.STAFF)


@pytest.fixture
def here(cast: Cast) -> Any:
    with in_school(cast.own.school, cast.own.year):
        RulesVersion.objects.all().delete()
        yield cast.own


@pytest.fixture
def send(cast: Cast, as_person: Any) -> Any:
    def sent(url: str, who: Who = Who.HEAD, **data: Any) -> Any:
        return as_person(who).post(url, {"_scope": cast.scope_field(), **data})

    return sent


def boxes(subject: str, *also: Rule, without: tuple[Rule, ...] = ()) -> dict[str, str]:
    """The form over one kind of people as the browser sends it."""
    held = {rule for rule in rules_now() if rule.subject == subject and may_be_a_rule(rule)}
    return {"of": subject, **dict.fromkeys((rule.key for rule in (held | {*also}) - {*without}), "on")}


def test_a_box_ticked_shows_the_field_from_the_next_page_on(send: Any, here: Any, as_person: Any) -> None:
    here["librarian"].work_phone = "+33149620001"
    here["librarian"].save()
    page = f"/people/{here['librarian'].uuid}/"
    assert "01 49 62 00 01" not in as_person(Who.TEACHER).get(page).content.decode().replace("\u00a0", " ")
    for _ in range(2):
        answer = send("/rules/change/", number=1, **boxes("staff", PHONES))
        assert answer.status_code == 302 and answer.url == "/rules/?of=staff&saved=1"
    assert "01 49 62 00 01" in as_person(Who.TEACHER).get(page).content.decode().replace("\u00a0", " ")
    assert rules_now() == default_rules() | {PHONES}


def test_each_change_leaves_a_version_that_can_be_put_back(send: Any, here: Any, as_person: Any) -> None:
    send("/rules/change/", number=1, **boxes("staff", PHONES))
    mail = Rule(Right.EMAIL, Subject.STAFF, Relation.STAFF)
    send("/rules/change/", number=2, **boxes("staff", without=(mail,)))
    assert list(RulesVersion.objects.values_list("number", flat=True)) == [3, 2, 1]
    first = RulesVersion.objects.get(number=1)
    assert first.held() == default_rules()
    page = as_person(Who.HEAD).get(f"/rules/versions/{first.uuid}/").content.decode()
    assert "Téléphone" in page and "Courriel" in page and "donné à" in page and "retiré à" in page
    assert send(f"/rules/versions/{first.uuid}/", number=3).status_code == 302
    assert rules_now() == default_rules()
    assert RulesVersion.objects.first().number == 4
    assert "Rien ne changerait" in as_person(Who.HEAD).get("/rules/reset/").content.decode()


def test_back_to_the_beginning(send: Any, here: Any, as_person: Any) -> None:
    send("/rules/change/", number=1, **boxes("staff", PHONES))
    assert "Ce qui changerait" in as_person(Who.HEAD).get("/rules/reset/").content.decode()
    assert send("/rules/reset/", number=2).status_code == 302
    assert rules_now() == default_rules()
    journal = as_person(Who.HEAD).get("/console/journal/").content.decode()
    assert "a rétabli les règles d’accès d’origine" in journal and "a changé qui voit quoi" in journal


def test_changed_by_two_at_once_the_second_is_told(send: Any, here: Any) -> None:
    assert send("/rules/change/", number=1, **boxes("staff", PHONES)).status_code == 302
    letters = Rule(Right.ADDRESS, Subject.STAFF, Relation.STAFF)
    late = send("/rules/change/", number=1, **boxes("staff", letters))
    assert late.status_code == 409 and "changé les règles" in late.content.decode()
    assert letters not in rules_now()


@pytest.mark.parametrize("rule", sorted(FIXED))
def test_what_no_school_decides_stays_whatever_is_sent(send: Any, here: Any, rule: Rule) -> None:
    form = boxes(rule.subject, without=(rule,))
    assert send("/rules/change/", number=1, **form).status_code == 302
    assert rule in rules_now() and rules_now() == default_rules()


@pytest.mark.parametrize(
    "rule",
    [
        Rule(Right.PHONE, Subject.GUARDIAN, Relation.CO_GUARDIAN),
        Rule(Right.WRITE, Subject.GUARDIAN, Relation.CO_GUARDIAN),
        Rule(Right.ADDRESS, Subject.PUPIL, Relation.GUARDIAN_OF),
        Rule(Right.PHONE, Subject.GUARDIAN, Relation.WARD_OF),
        Rule(Right.PHOTO, Subject.GUARDIAN, Relation.STAFF),
        Rule(Right.KNOW, Subject.STAFF, "everybody"),
        Rule("everything", Subject.STAFF, Relation.STAFF),
    ],
)
def test_what_nobody_may_has_no_box_and_is_not_taken(send: Any, here: Any, rule: Rule) -> None:
    send("/rules/change/", number=1, **{**boxes(rule.subject), rule.key: "on"})
    assert rules_now() == default_rules()
    with pytest.raises(Exception, match="décide"):
        change_rules(actor=None, school=here.school, base_number=1, rules=default_rules() | {rule})
    assert rules_now() == default_rules()


def test_every_rule_the_page_offers_is_one_the_database_takes(here: Any) -> None:
    """And all a school begins with is there to be ticked."""
    offered = {
        rule
        for subject in Subject
        for relation in RELATIONS_TO[subject]
        for right in RIGHTS_OVER[subject]
        if may_be_a_rule(rule := Rule(right, subject, relation))
    }
    assert {rule for rule in default_rules() if rule.relation != Relation.SELF} <= offered
    for rule in offered - rules_now():
        try:
            with transaction.atomic():
                AccessRule.objects.create(**rule._asdict())
        except IntegrityError:
            pytest.fail(f"{rule} is offered and refused")


def test_one_kind_of_people_is_changed_and_the_others_stay(send: Any, here: Any) -> None:
    send("/rules/change/", number=1, **boxes("staff", PHONES))
    assert {rule for rule in rules_now() if rule.subject != "staff"} == {
        rule for rule in default_rules() if rule.subject != "staff"
    }


def test_another_schools_rules_stay_and_its_versions_are_nobodys(send: Any, here: Any, cast: Cast) -> None:
    there = cast.places[OTHER_SCHOOL]
    send("/rules/change/", number=1, **boxes("staff", PHONES))
    with in_school(there.school):
        assert rules_now() == default_rules()
    assert send(f"/rules/versions/{there['rules_version'].uuid}/", number=2).status_code == 404


def test_a_forged_kind_is_the_first_one(as_person: Any) -> None:
    assert "Sur un élève" in as_person(Who.HEAD).get("/rules/?of=<b>").content.decode()


def test_changes_are_told_in_words(here: Any) -> None:
    told = changes(default_rules(), default_rules() | {PHONES})
    assert [(each.whom, each.what, each.who, each.given) for each in told] == [
        ("Sur un personnel", "Téléphone", "tout personnel", True)
    ]
    cells = [cell for looker in lookers("staff", {PHONES}) for cell in looker.cells if cell.rule == PHONES]
    assert [(cell.holds, cell.changed, cell.fixed) for cell in cells] == [(True, True, False)]


# Writing.


def written(cast: Cast, who: Who) -> set[str]:
    with acting(Identity(cast.people[who].pk), cast.own.school, cast.own.year) as actor:
        found = set(PersonRecord.objects.written_to_by(actor))
    return {name for name in ("pupil", "guardian", "teacher", "head", "librarian") if cast.own[name] in found}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (Who.HEAD, {"pupil", "guardian", "teacher", "librarian"}),
        (Who.TEACHER, {"pupil", "guardian", "head", "librarian"}),
        (Who.PUPIL, {"guardian", "teacher", "head", "librarian"}),
        (Who.GUARDIAN, {"pupil", "teacher", "head", "librarian"}),
    ],
)
def test_who_writes_to_whom_in_the_beginning(cast: Cast, who: Who, expected: set[str]) -> None:
    assert written(cast, who) == expected


def test_who_may_not_be_known_is_not_written_to(here: Any, cast: Cast) -> None:
    AccessRule.objects.filter(right=Right.KNOW, relation=Relation.PARENT_OF_PUPIL_OF).delete()
    assert "teacher" not in written(cast, Who.GUARDIAN)
