"""Why A sees B: the same answer as every list, page, search and picker gives."""

from random import Random
from typing import Any

import pytest

from preau.kernel.access.acting import acting, acting_as, directory
from preau.kernel.access.actor import Actor, Identity
from preau.kernel.search import finding
from preau.kernel.search.testing import index_everything
from preau.kernel.search.words import read
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import AccessRule, PersonRecord, Relation, Right
from preau.modules.directory.models.rules import RELATIONS
from preau.modules.directory.selectors.people import FIELD_RIGHTS, fields_shown
from preau.modules.directory.selectors.why import _because, standing_of, why
from preau.modules.directory.testing import Cast, Who

pytestmark = pytest.mark.django_db
PAIRS = 500


def actor_of(record: PersonRecord) -> Actor | None:
    """As they come in themselves, in this school."""
    presence = directory().presence_of(Identity(record.person_id))
    hat = next((hat for hat in presence.hats if record.school_id in hat.schools), None)
    return presence.actor(hat) if hat else None


def told(who: PersonRecord, whom: PersonRecord, cast: Cast) -> dict[str, bool]:
    with acting(Identity(cast.people[Who.HEAD].pk), cast.own.school, cast.own.year) as reader:
        found = why(who, whom, standing_of(who, reader.standings[cast.own.school.pk]))
    return {each.right: each.holds for each in found.answers}


def test_five_hundred_pairs_agree_with_lists_fields_search_and_writing(cast: Cast) -> None:
    index_everything()
    with in_school(cast.own.school, cast.own.year):
        people = list(PersonRecord.objects.select_related("school").order_by("pk"))
    pairs = [(who, whom) for who in people for whom in people]
    Random(6).shuffle(pairs)
    known: dict[int, Any] = {}
    for who in people:
        if (actor := actor_of(who)) is not None:
            with acting_as(actor):
                seen = set(PersonRecord.objects.visible_to(actor).values_list("pk", flat=True))
                reached = set(PersonRecord.objects.written_to_by(actor).values_list("pk", flat=True))
            known[who.pk] = (actor, seen, reached)
    said = {True: 0, False: 0}
    for who, whom in pairs[:PAIRS]:
        answers = told(who, whom, cast)
        if who.pk not in known:
            assert answers == {}
            continue
        actor, seen, reached = known[who.pk]
        assert answers[Right.KNOW] == (whom.pk in seen), (who, whom)
        assert answers[Right.WRITE] == (whom.pk in reached), (who, whom)
        with acting_as(actor):
            fields = fields_shown(actor, whom)
            found, _more = finding.look_among(
                actor, read(whom.last_name), "people", PersonRecord.objects.visible_to(actor), most=50
            )
        assert {right for right in FIELD_RIGHTS if answers[right]} == fields, (who, whom)
        # A partner's profile may look for nobody: what is found is at most what may be known.
        if any(hit.row.pk == whom.pk for hit in found):
            assert answers[Right.KNOW], (who, whom)
        elif answers[Right.KNOW] and finding.documents_for(actor):
            pytest.fail(f"{who} knows {whom} and does not find them")
        said[answers[Right.KNOW]] += 1
    assert min(said.values()) > 50, "both answers were met"


def test_every_relation_has_its_sentence() -> None:
    assert set(_because()) == set(RELATIONS) == set(Relation)


def asked(as_person: Any, cast: Cast, who: PersonRecord, whom: PersonRecord) -> str:
    form = {"_scope": cast.scope_field(), "who": who.uuid, "whom": whom.uuid}
    answer = as_person(Who.HEAD).post("/rules/why/", form)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_says_by_which_rule(as_person: Any, cast: Cast) -> None:
    own = cast.own
    page = asked(as_person, cast, own["teacher"], own["pupil"])
    assert "enseigne à" in page and "Règle : Courriel, sur un élève, pour enseignant de cet élève" in page
    assert "Aucune règle de l’établissement ne le permet." in page


def test_what_stands_in_the_way_of_writing_is_said(as_person: Any, cast: Cast) -> None:
    own = cast.own
    assert "On ne s’écrit pas à soi-même." in asked(as_person, cast, own["head"], own["head"])
    with in_school(own.school):
        AccessRule.objects.filter(right=Right.KNOW, relation=Relation.PARENT_OF_PUPIL_OF).delete()
    page = asked(as_person, cast, own["guardian"], own["teacher"])
    assert "on n’écrit qu’à qui l’on connaît" in page


def test_who_does_not_come_in_sees_nothing(as_person: Any, cast: Cast) -> None:
    with in_school(cast.own.school):
        former = PersonRecord.objects.get(person=cast.people[Who.FORMER])
    reader_knows = as_person(Who.HEAD).post(
        "/rules/why/",
        {"_scope": cast.scope_field(), "who": former.uuid, "whom": cast.own["pupil"].uuid},
    )
    # Whom nobody knows any more is not proposed either.
    assert reader_knows.status_code == 422
