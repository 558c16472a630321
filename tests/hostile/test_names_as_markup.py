"""Names that are markup, and other texts."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from preau.kernel.models import School, SchoolUnit, SchoolYear
from preau.modules.directory.models import (
    Authority,
    AuthorityMember,
    Group,
    Membership,
    PersonRecord,
    Profile,
    Subject,
)
from preau.modules.directory.selectors.policy import forget_policies
from preau.modules.directory.testing import (
    Cast,
    Who,
    make_record,
    make_staff,
)
from tests.hostile.trying import head_teachers_url, in_own, reads_of, send

MARKUP = "<script>x</script>\" onmouseover=\"x' onfocus='y</title><b>{{7*7}}{% now %}"
DIRECTION = "A\u202e\u2066\u200fgnp"


class _Smuggled(HTMLParser):
    """Elements and attributes that no template of ours writes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        face = tag == "img" and (given.get("src") or "").startswith("/files/")
        data = given == {"id": "waiting-words", "type": "application/json"}  # read as data, never run
        ours = face or (tag == "script" and (data or given.keys() == {"type", "src"}))
        if tag in ("script", "b", "style", "iframe", "img") and not ours:
            self.found.append(tag)
        self.found += [
            (tag, name)
            for name, value in attrs
            if name.startswith("on")
            or name == "style"
            or (value or "").strip().lower().startswith("javascript:")
        ]


@pytest.fixture(params=[MARKUP, DIRECTION, "   "], ids=["markup", "direction", "blank"])
def renamed(request: Any, cast: Cast) -> str:
    """Everything that has a name has this one."""
    text: str = request.param
    with in_own(cast):
        for record in PersonRecord.objects.all():
            record.first_name = record.last_name = record.address = record.city = text
            record.email, record.postal_code, record.mobile_phone = text, text[:10], text[:24]
            record.save()
        for number, group in enumerate(Group.objects.all()):
            group.label, group.level, group.code = text, text[:20], f"{number}{text}"[:40]
            group.save()
        Subject.objects.update(label=text)
        Membership.objects.update(title=text)
        Profile.objects.update(label=text[:60])
        SchoolUnit.objects.update(name=text)
        SchoolYear.objects.filter(pk=cast.own.year.pk).update(label=text[:12])
    School.objects.filter(pk=cast.own.school.pk).update(name=text, city=text)
    Authority.objects.update(name=text)
    AuthorityMember.objects.update(first_name=text, last_name=text)
    forget_policies()
    return text


@pytest.mark.parametrize(
    "who", [Who.HEAD, Who.PUPIL, Who.GUARDIAN, Who.AUTHORITY], ids=lambda who: who.name.lower()
)
def test_no_name_becomes_markup_or_breaks_a_page(who, renamed, cast, as_person):
    client = as_person(who)
    answers = {url: client.get(url) for url in [*reads_of(cast), "/nowhere/"]}
    answers["a filter"] = client.get(
        "/people/", {"q": renamed, "kind": renamed, "division": renamed, "after": renamed}
    )
    answers["typed, 409"] = client.post("/years/create/", {"_scope": "x.y", renamed: renamed})
    answers["typed, 422"] = send(
        client, head_teachers_url(cast.own), cast, record=renamed, starts_on=renamed, uuid=renamed
    )
    answers["login"] = Client().post(
        "/login/", {"login": renamed, "password": "x"}, query_params={"next": renamed}
    )
    for what, answer in answers.items():
        assert answer.status_code < 500, what
        assert not _Smuggled(answer.content.decode()).found, what


def test_a_name_cannot_turn_the_rest_of_its_line_round(cast):
    with in_own(cast):
        record = make_record(DIRECTION, f"{DIRECTION}\x07\n")
        record.refresh_from_db()
    assert (record.last_name, record.first_name) == ("Agnp", "Agnp")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Yıldız", "yildiz"),
        ("Đặng", "dang"),
        ("Đorđević", "dordevic"),
        ("Ærø", "aero"),
        ("O’Rourke", "rour"),
        ("Łukasz", "LUK"),
    ],
)
def test_a_name_is_found_as_it_is_typed_without_its_signs(name, typed, cast, as_person):
    with in_own(cast):
        record = make_staff(name, "teacher")
    assert str(record.uuid) in as_person(Who.HEAD).get("/people/", {"q": typed}).content.decode()


@pytest.mark.parametrize("letter", ["œ", "ß", "Þ", "ﷺ", "a’"])
def test_a_name_that_grows_when_folded_still_fits_its_column(letter, cast):
    with in_own(cast):
        record = make_record(letter * 50, letter * 50, birth_name=letter * 50, other_first_names=letter * 100)
        for name in ("sort_name", "search_name"):
            assert len(getattr(record, name)) <= PersonRecord._meta.get_field(name).max_length, name


@pytest.mark.parametrize("typed", ["%", "_", "…", "日本", "' OR 1=1"])
def test_a_search_without_a_letter_finds_nobody(typed, cast, as_person):
    assert 'id="person-' not in as_person(Who.HEAD).get("/people/", {"q": typed}).content.decode()
