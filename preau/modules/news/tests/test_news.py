"""Announcements: who reads them, who writes them, and what the school learns of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from preau.kernel.access.acting import acting_as, directory
from preau.kernel.access.actor import Identity
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.events import subscribe
from preau.kernel.work.testing import run_all
from preau.modules.directory.testing import TODAY, Cast, Who
from preau.modules.news import selectors
from preau.modules.news.events import AnnouncementPublished
from preau.modules.news.models import Announcement, Reading, Withdrawal
from preau.modules.news.selectors import PAGE
from preau.modules.news.testing import make_announcement


def _open(cast: Cast) -> Any:
    return in_school(cast.own.school, cast.own.year)


def _tell(cast: Cast, title: str, *to: str, **given: Any) -> Announcement:
    with _open(cast):
        return make_announcement(title, cast.own["teacher"], to=to or ("staff",), **given)  # type: ignore[no-any-return]


def _form(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "_scope": cast.scope_field(),
        "title": "Sortie au musée",
        "body": "Rendez-vous à 8 h.\n\n- un carnet\n- un crayon",
        "readership": ["staff", "guardians"],
        "uuid": str(uuid4()),
        **changes,
    }


@pytest.mark.parametrize(
    ("to", "readers", "strangers"),
    [
        ("staff", Who.TEACHER | Who.NURSE | Who.TECHNICAL, Who.PUPIL | Who.GUARDIAN | Who.PARTNER),
        ("guardians", Who.GUARDIAN | Who.CARER, Who.PUPIL | Who.TEACHER | Who.PARTNER),
        ("pupils", Who.PUPIL, Who.GUARDIAN | Who.TEACHER | Who.PARTNER),
    ],
)
def test_an_announcement_reaches_those_it_is_for(
    cast: Cast, as_person: Any, to: str, readers: Who, strangers: Who
) -> None:
    told = _tell(cast, "Annonceciblee", to)
    for who in strangers:
        client = as_person(who)
        assert client.get(f"/news/{told.uuid}/").status_code == 404
        assert "Annonceciblee" not in client.get("/news/").content.decode() + client.get("/").content.decode()
    for who in readers:
        client = as_person(who)
        assert "Annonceciblee" in client.get("/news/").content.decode()
        assert client.get(f"/news/{told.uuid}/").status_code == 200


def test_what_is_typed_without_a_script_is_published_as_rich_text(cast: Cast, as_person: Any) -> None:
    answer = as_person(Who.CPE).post("/news/new/", _form(cast))
    with _open(cast):
        made = Announcement.objects.get(title="Sortie au musée")
    assert answer.url == f"/news/{made.uuid}/"
    assert made.body == "<p>Rendez-vous à 8 h.</p><ul><li><p>un carnet</p></li><li><p>un crayon</p></li></ul>"
    assert made.body_text == "Rendez-vous à 8 h.\n\n- un carnet\n- un crayon"
    assert made.readership == {"staff", "guardians"}


def test_a_form_sent_twice_is_one_announcement_told_once(cast: Cast, as_person: Any) -> None:
    told: list[int] = []

    @subscribe(AnnouncementPublished)
    def listen(event: AnnouncementPublished) -> None:
        told.append(event.announcement_id)

    client, form = as_person(Who.HEAD), _form(cast)
    assert client.post("/news/new/", form).url == client.post("/news/new/", form).url
    run_all()
    assert len(told) == 1
    with _open(cast):
        assert Announcement.objects.filter(uuid=form["uuid"]).count() == 1


def test_a_preview_publishes_nothing_and_keeps_what_was_typed(cast: Cast, as_person: Any) -> None:
    page = as_person(Who.HEAD).post("/news/new/", _form(cast, preview="1"))
    body = page.content.decode()
    assert page.status_code == 200 and "<li><p>un carnet</p></li>" in body and "- un carnet" in body
    with _open(cast):
        assert not Announcement.objects.filter(title="Sortie au musée").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "obligatoire"),
        ({"body": "  "}, "Écrivez quelque chose"),
        ({"readership": []}, "au moins un public"),
        ({"readership": ["everyone"]}, "everyone"),
        ({"until": "2026-11-01"}, "déjà passé"),
    ],
)
def test_a_form_that_is_refused_keeps_what_was_typed(
    cast: Cast, as_person: Any, changes: dict[str, Any], said: str
) -> None:
    page = as_person(Who.HEAD).post("/news/new/", _form(cast, **changes))
    assert page.status_code == 422 and said in page.content.decode()
    if "body" not in changes:
        assert "- un carnet" in page.content.decode()


def test_opening_an_announcement_marks_it_read_once(cast: Cast, as_person: Any) -> None:
    client: Client = as_person(Who.TEACHER)
    url = f"/news/{cast.own['announcement'].uuid}/"
    assert "Nouveau" in client.get("/").content.decode()
    client.get(url, headers={"Sec-Purpose": "prefetch"})
    client.head(url)
    with _open(cast):
        assert not Reading.objects.exists()
    for _ in range(2):
        client.get(url)
    with _open(cast):
        assert Reading.objects.count() == 1
    assert "2 personnes" in as_person(Who.HEAD).get(url).content.decode()


def test_a_colleague_was_faster(cast: Cast, as_person: Any) -> None:
    told = _tell(cast, "Avant")
    client: Client = as_person(Who.HEAD)
    first = client.post(f"/news/{told.uuid}/edit/", _form(cast, title="Premier", version="1"))
    second = client.post(f"/news/{told.uuid}/edit/", _form(cast, title="Second", version="1"))
    assert first.status_code == 302 and second.status_code == 409
    body = second.content.decode()
    assert "Premier" in body and "Second" in body and "un carnet" in body


def test_a_revision_without_a_script_keeps_the_colours_it_did_not_touch(cast: Cast, as_person: Any) -> None:
    red = '<p>Bien <span class="ink-red">rouge</span></p>'
    told = _tell(cast, "Avant", body=f"{red}<p>x</p>")
    form = _form(cast, version="1", body="Bien rouge\n\ny", body_html=f"{red}<p>x</p>")
    as_person(Who.HEAD).post(f"/news/{told.uuid}/edit/", form)
    with _open(cast):
        told.refresh_from_db()
        assert told.body == f"{red}<p>y</p>" and told.body_text == "Bien rouge\n\ny"


def test_a_withdrawn_announcement_is_gone_for_its_readers_until_it_is_put_back(
    cast: Cast, as_person: Any
) -> None:
    url = f"/news/{cast.own['announcement'].uuid}/"
    head, pupil = as_person(Who.HEAD), as_person(Who.PUPIL)
    for _ in range(2):
        head.post(f"{url}withdraw/", {"_scope": cast.scope_field()})
    assert pupil.get(url).status_code == 404 and "Propreannonce" not in pupil.get("/").content.decode()
    assert "a été retirée" in head.get(url).content.decode()
    assert head.post(f"{url}edit/", _form(cast, version="1")).status_code == 422
    with _open(cast):
        assert Withdrawal.objects.get().by_id == cast.people[Who.HEAD].pk
    head.post(f"{url}restore/", {"_scope": cast.scope_field()})
    assert pupil.get(url).status_code == 200


def test_its_last_day_is_shown_and_the_next_is_not(cast: Cast, as_person: Any) -> None:
    last = _tell(cast, "Dernierjour", until=TODAY)
    past = _tell(cast, "Jourpasse", until=TODAY - timedelta(days=1))
    client: Client = as_person(Who.TEACHER)
    now, before = client.get("/news/").content.decode(), client.get("/news/?past=1").content.decode()
    assert last.title in now and last.title not in before
    assert past.title in before and past.title not in now
    assert client.get(f"/news/{past.uuid}/").status_code == 200


def test_pages_follow_each_other_without_gap_or_double(cast: Cast, as_person: Any) -> None:
    with _open(cast):
        for i in range(2 * PAGE + 3):
            make_announcement(f"Suite{i:03d}x", cast.own["teacher"], pinned=i % 7 == 0)
    client: Client = as_person(Who.TEACHER)
    seen: list[str] = []
    url = "/news/"
    while url:
        page = client.get(url).content.decode()
        seen += [word[:9] for word in page.split("Suite")[1:] if word[3:4] == "x" and word[4:5] != ","]
        found = (
            page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0] if 'rel="next"' in page else ""
        )
        url = f"/news/{found.replace('&amp;', '&')}" if found else ""
    titles = [word[:3] for word in seen]
    assert sorted(titles) == [f"{i:03d}" for i in range(2 * PAGE + 3)]
    assert all(int(title) % 7 == 0 for title in titles[:7])


def test_a_cursor_of_nobody_finds_nothing(cast: Cast, as_person: Any) -> None:
    client: Client = as_person(Who.TEACHER)
    assert "Propreannonce" not in client.get(f"/news/?after={uuid4()}").content.decode()
    assert client.get("/news/?after=zz").status_code == 200


def test_nothing_but_clean_html_enters_the_column(cast: Cast) -> None:
    told = _tell(cast, "Sale", body="<p onclick=x>a<script>alert(1)</script></p>")
    with _open(cast):
        Announcement.objects.filter(pk=told.pk).update(title="Sale 2")
        told.refresh_from_db()
        assert told.body == "<p>a</p>" and told.body_text == "a"
        Announcement.objects.filter(pk=told.pk).update(body="<b onclick=x>b</b>")
        told.refresh_from_db()
    assert told.body == "<p><strong>b</strong></p>"


@pytest.mark.parametrize("who", [who for who in Who if who.name], ids=lambda who: (who.name or "").lower())
def test_the_home_shows_what_the_list_would_show_first(who: Who, cast: Cast, staged: Any) -> None:
    """Its query is written by hand: readership, days, withdrawal, drafts and reading must agree."""
    if who is Who.ANONYMOUS:
        return
    presence = directory().presence_of(Identity(cast.people[who].pk))
    own = cast.own
    with in_school(own.school, own.year), transaction.atomic():
        day, author = own.year.starts_on, own["teacher"]
        for number, to in enumerate((("staff",), ("guardians",), ("pupils",), ("staff", "pupils"))):
            make_announcement(f"Annonce {number}", author, to=to)
        make_announcement("Passée", author, until=day)
        make_announcement("Brouillon", author, is_draft=True)
        gone = make_announcement("Retirée", author, pinned=True)
        Withdrawal.objects.create(announcement=gone, by=author.person)
        read = make_announcement("Lue", author)
        Reading.objects.create(announcement=read, person=cast.people[who])
    for hat in presence.hats:
        with acting_as(presence.actor(hat)) as actor:
            rows = Announcement.objects.visible_to(actor).published().current(actor)[: selectors.ON_HOME]
            expected = [(row.uuid, row.title, row.published_at, row.title == "Lue") for row in rows]
            block = selectors.latest(actor) or {"announcements": [], "unread": 0}
            shown = [(a["uuid"], a["title"], a["published_at"], a["is_read"]) for a in block["announcements"]]
            every = Announcement.objects.visible_to(actor).published().current(actor)
            assert block["unread"] == every.exclude(title="Lue").count()
        assert shown == expected, hat.key


def test_a_parents_children_come_first_and_what_is_new_is_said_above_them(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.GUARDIAN)
    told = _tell(cast, "Sortie", "guardians")
    page = client.get("/").content.decode()
    said = '<a class="daynote__news" href="#block-news">2 nouvelles annonces</a>'
    assert page.index(said) < page.index('id="block-children"') < page.index('id="block-news"')
    client.get(f"/news/{told.uuid}/")
    assert "1 nouvelle annonce<" in client.get("/").content.decode()
    client.get(f"/news/{cast.own['announcement'].uuid}/")
    assert "daynote__news" not in client.get("/").content.decode()


def test_where_announcements_stand_first_nothing_points_to_them(cast: Cast, as_person: Any) -> None:
    assert "daynote__news" not in as_person(Who.TEACHER).get("/").content.decode()
