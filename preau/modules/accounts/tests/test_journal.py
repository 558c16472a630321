"""Who came in, and what was tried at the door."""

from django.core.cache import cache
from django.test import Client

from preau.kernel.audit.models import Entry
from preau.kernel.audit.sentences import tell
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.kernel.web.throttle import TRIES
from preau.modules.accounts.testing import PASSWORD

PHONE = "Mozilla/5.0 (iPhone) Mobile/15E148"


def come(login, password=PASSWORD, agent=PHONE):
    data = {"login": login, "password": password}
    return Client(headers={"User-Agent": agent}, REMOTE_ADDR="192.0.2.77").post("/login/", data)


def told(cast, act):
    with in_school(cast.own.school):
        return tell(Entry.objects.filter(act=act).order_by("id"), cast.own.school)


def test_a_session_is_written_down_once_a_day_for_each_kind_of_device(cast, staged):
    for agent in (PHONE, PHONE, "Mozilla/5.0 (Windows NT 10.0)"):
        assert come("cast.teacher", agent=agent).status_code == 302
    lines = told(cast, "accounts.session_opened")
    assert [line.whence for line in lines] == [
        ("téléphone", "réseau 192.0.2.0/24"),
        ("ordinateur", "réseau 192.0.2.0/24"),
    ]
    assert lines[0].text == "Camille Propreprof a ouvert une session"


def test_wrong_passwords_are_told_once_they_are_many(cast, staged):
    for _ in range(TRIES - 1):
        come("cast.head", "pas-la-bonne")
    assert not told(cast, "accounts.tries_refused")
    for _ in range(5):
        come("cast.head", "pas-la-bonne")
    (line,) = told(cast, "accounts.tries_refused")
    assert line.text.startswith("Trop de mots de passe erronés pour le compte de Camille Head")
    assert line.row.person_id is None and line.whence[0] == "page de connexion"


def test_a_login_that_is_nobodys_is_told_to_no_school(cast, staged):
    for _ in range(TRIES + 2):
        come("personne.ici", "pas-la-bonne")
    with in_every_school(reason="assert"):
        assert not Entry.objects.filter(act="accounts.tries_refused").exists()


def test_neither_password_nor_login_is_kept(cast, staged):
    cache.clear()
    for _ in range(TRIES):
        come("cast.head", "pas-la-bonne")
    come("cast.cpe")
    with in_every_school(reason="assert"):
        kept = repr(list(Entry.objects.values()))
    assert (
        "pas-la-bonne" not in kept
        and PASSWORD not in kept
        and "cast." not in kept
        and "192.0.2.77" not in kept
    )


def test_who_is_nobody_today_and_who_follows_schools_from_outside_is_told_to_none(cast, staged):
    for login in ("cast.contact", "cast.authority"):
        assert come(login).status_code == 302
    assert not told(cast, "accounts.session_opened")
