"""Two schools, two tabs."""

from datetime import date

from django.test import Client

from preau.kernel.models import SchoolYear
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import (
    Function,
    Membership,
)
from preau.modules.directory.testing import (
    OTHER_SCHOOL,
    OTHER_YEAR,
    OWN,
    Place,
    Who,
)
from tests.hostile.trying import appointment, end_url, head_teachers_url, in_own, posts_of, send, words


def wear(client: Client, place: Place, profile: str) -> None:
    assert client.post("/hats/", {"hat": f"{place.school.uuid}.{profile}"}).status_code == 302


def test_a_tab_of_one_school_sent_while_the_other_is_open_writes_nothing(cast, as_person, in_two_schools):
    head = as_person(Who.HEAD)
    wear(head, in_two_schools, "head")
    with in_own(cast):
        before = Function.objects.count(), SchoolYear.objects.count()
    for url, fields in posts_of(cast).items():
        if url in ("/hats/", "/school-years/", "/logout/"):
            continue
        answer = send(head, url, cast, **fields)
        assert answer.status_code == 409, url
        page = words(answer)
        assert "Revenir à Collège du Parc" in page and "Propre" not in page
        for typed in fields.values():
            assert typed in page or len(typed) == 36 or typed == "1", url  # nothing typed is lost
    with in_own(cast):
        assert (Function.objects.count(), SchoolYear.objects.count()) == before


def test_a_form_of_the_open_school_does_not_reach_things_of_the_other(cast, as_person, in_two_schools):
    head = as_person(Who.HEAD)
    wear(head, in_two_schools, "head")
    own = cast.own
    tries = {
        head_teachers_url(own): appointment(own["teacher"]),
        end_url(own): {"version": "1", "ends_on": "2026-12-18"},
        f"/years/{own.year.uuid}/close/": {},
        head_teachers_url(in_two_schools): appointment(own["teacher"]),
    }
    answered = [send(head, url, cast, OTHER_SCHOOL, **fields).status_code for url, fields in tries.items()]
    assert answered == [404, 404, 404, 422]
    assert head.post("/school-years/", {"year": str(own.year.uuid)}).status_code == 404
    assert head.get(f"/groups/{own['division'].uuid}/").status_code == 404


def test_a_teacher_of_two_schools_sees_one_at_a_time(cast, as_person, in_two_schools):
    teacher = as_person(Who.TEACHER)
    for open_, shut, profile in (
        (cast.own, in_two_schools, "teacher"),
        (in_two_schools, cast.own, "teacher"),
    ):
        wear(teacher, open_, profile)
        assert teacher.get(f"/people/{open_['pupil'].uuid}/").status_code == 200
        assert teacher.get(f"/people/{shut['pupil'].uuid}/").status_code == 404
        for url in ("/", "/groups/?all=1", "/people/", "/people/?q=eleve"):
            assert shut["pupil"].last_name.upper() not in teacher.get(url).content.decode().upper(), url


def test_a_parent_of_two_schools_reads_both_and_writes_in_neither(cast, as_person, in_two_schools):
    parent = as_person(Who.GUARDIAN)
    home = parent.get("/").content.decode()
    assert "Propreeleve" in home and "Canariecoleeleve" in home
    for place in (OWN, OTHER_SCHOOL):
        there = cast.places[place]
        assert parent.get(f"/groups/{there['division'].uuid}/").status_code == 200
        for scope in (OWN, OTHER_SCHOOL):
            expected = 403 if scope == place else 404
            assert (
                send(
                    parent, head_teachers_url(there), cast, scope, **appointment(there["teacher"])
                ).status_code
                == expected
            )
    body = "".join(
        parent.get(url).content.decode() for url in ("/", "/people/", "/groups/", "/people/?kind=pupil")
    )
    assert "anariclasse" not in body.lower() and "canariannee" not in body.lower()


def test_a_hat_and_a_year_kept_in_the_session_end_with_what_gave_them(cast, as_person, in_two_schools):
    head = as_person(Who.HEAD)
    wear(head, cast.own, "head")
    assert head.post("/school-years/", {"year": str(cast.places[OTHER_YEAR].year.uuid)}).status_code == 302
    assert "2025-2026" in words(head.get("/"))
    with in_school(cast.own.school):
        Membership.objects.filter(record=cast.own["head"]).update(ends_on=date(2026, 11, 19))
    page = words(head.get("/"))
    assert "Collège Canarivoisin" in page and "Collège du Parc" not in page and "2025-2026" not in page
