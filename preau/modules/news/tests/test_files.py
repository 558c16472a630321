"""Files of announcements: in the text, below it, in drafts; who sees them and who puts them there."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.kernel.audit.models import Entry
from preau.kernel.intake.testing import picture
from preau.kernel.richtext.render import shown
from preau.kernel.storage.models import Attachment, Blob
from preau.kernel.storage.testing import EICAR
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.testing import run_all
from preau.modules.directory.testing import OTHER_CLASS, OTHER_SCHOOL, OWN, Cast, Who
from preau.modules.news import jobs
from preau.modules.news.models import Announcement
from preau.modules.news.testing import make_announcement, make_file
from preau.modules.notifications.testing import person_told

pytestmark = pytest.mark.django_db
GONE = "pas, ou plus, disponible"


def _open(cast: Cast) -> Any:
    return in_school(cast.own.school, cast.own.year)


def _figure(file: Any, alt: str = "") -> str:
    return f'<figure data-file="{file.uuid}"{f" data-alt={alt!r}" if alt else ""}></figure>'


def _rewrite(cast: Cast, announcement: Any, body: str) -> None:
    with _open(cast):
        Announcement.objects.filter(pk=announcement.pk).update(body=body)


def _page(client: Any, announcement: Any) -> str:
    return str(client.get(f"/news/{announcement.uuid}/").content.decode())


def _send(client: Any, cast: Cast, announcement: Any, content: bytes, name: str = "plan.txt") -> Any:
    data = {"file": SimpleUploadedFile(name, content), "uuid": str(uuid4()), "_scope": cast.scope_field()}
    return client.post(f"/news/{announcement.uuid}/files/", data)


def _form(cast: Cast, **given: Any) -> dict[str, Any]:
    sent = {
        "title": "Sortie",
        "body": "Rendez-vous.",
        "readership": ["guardians"],
        "uuid": str(uuid4()),
        "_scope": cast.scope_field(),
    }
    return {**sent, **given}


def _file_named(cast: Cast, name: str) -> Any:
    with _open(cast):
        return Attachment.objects.select_related("blob").get(name=name)


def _acts(cast: Cast) -> list[str]:
    with _open(cast):
        return list(Entry.objects.order_by("pk").values_list("act", flat=True))


def test_a_picture_in_the_text_is_shown_to_whoever_reads_it(cast: Cast, as_person: Any) -> None:
    told = cast.own["announcement"]
    assert _send(as_person(Who.HEAD), cast, told, picture("PNG"), "plan.png").status_code == 302
    file = _file_named(cast, "plan.png")
    _rewrite(cast, told, f"<p>Voici.</p>{_figure(file, 'Le portail')}")

    guardian = as_person(Who.GUARDIAN)
    page = _page(guardian, told)
    assert f'<img src="/files/{file.uuid}/?view=text" alt="Le portail" loading="lazy"' in page
    view = guardian.get(f"/files/{file.uuid}/?view=text")
    assert view.status_code == 200 and view["Content-Type"] == "image/webp"


def test_a_document_in_the_text_is_a_link_with_its_weight(cast: Cast, as_person: Any) -> None:
    told, file = cast.own["announcement"], cast.own["announcement_file"]
    _rewrite(cast, told, _figure(file))
    page = _page(as_person(Who.GUARDIAN), told)
    assert f'<p class="rich__file"><a href="/files/{file.uuid}/">{file.name}</a>' in page
    assert "octets" in page and "Fichiers joints" not in page


def test_a_file_that_is_not_in_the_text_stands_below_it(cast: Cast, as_person: Any) -> None:
    page = _page(as_person(Who.PUPIL), cast.own["announcement"])
    assert "Fichiers joints" in page and cast.own["announcement_file"].name in page


@pytest.mark.parametrize("place", [OTHER_CLASS, OTHER_SCHOOL])
def test_the_id_of_a_file_one_may_not_see_says_nothing_of_it(cast: Cast, as_person: Any, place: str) -> None:
    hidden = cast.places[place]["announcement_file"]
    _rewrite(cast, cast.own["announcement"], _figure(hidden) + _figure(cast.own["photo"]))
    page = _page(as_person(Who.GUARDIAN), cast.own["announcement"])
    assert page.count(GONE) == 2
    assert hidden.name not in page and f"/files/{hidden.uuid}" not in page


def test_the_photo_of_a_person_stands_in_no_text_even_for_those_who_see_it(
    cast: Cast, as_person: Any
) -> None:
    _rewrite(cast, cast.own["announcement"], _figure(cast.own["photo"]))
    assert GONE in _page(as_person(Who.OFFICE), cast.own["announcement"])


def test_files_of_a_text_cost_one_query_however_many(cast: Cast, as_person: Any) -> None:
    told, client = cast.own["announcement"], as_person(Who.GUARDIAN)
    counts = []
    for many in (1, 20):
        with _open(cast):
            files = [make_file(told, f"f{n}.txt", f"{many} {n}".encode()) for n in range(many)]
        _rewrite(cast, told, "".join(map(_figure, files)))
        client.get(f"/news/{told.uuid}/")
        with CaptureQueriesContext(connection) as found:
            assert _page(client, told).count("rich__file") == many
        counts.append(len(found))
    assert counts[0] == counts[1] <= 15


def test_nobody_acts_and_no_file_is_shown(cast: Cast) -> None:
    assert GONE in shown(_figure(cast.own["announcement_file"]))


def test_a_file_removed_is_gone_for_readers_and_can_be_taken_back(cast: Cast, as_person: Any) -> None:
    told, file = cast.own["announcement"], cast.own["announcement_file"]
    _rewrite(cast, told, _figure(file))
    head, reader, scope = as_person(Who.HEAD), as_person(Who.GUARDIAN), {"_scope": cast.scope_field()}
    for _twice in range(2):
        answer = head.post(f"/news/files/{file.uuid}/remove/", scope)
        assert answer.url == f"/news/{told.uuid}/edit/#files"
    assert GONE in _page(reader, told) and file.name not in _page(reader, told)
    assert reader.get(f"/files/{file.uuid}/").status_code == 404
    assert "Le reprendre" in head.get(f"/news/{told.uuid}/edit/").content.decode()
    head.post(f"/news/files/{file.uuid}/restore/", scope)
    assert file.name in _page(reader, told)
    assert _acts(cast)[-2:] == ["news.file_removed", "news.file_restored"]


def test_what_an_announcement_does_not_take_is_said_in_its_page(cast: Cast, as_person: Any) -> None:
    head, told = as_person(Who.HEAD), cast.own["announcement"]
    for content in (
        b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90\x00" + b"\0" * 200,
    ):
        answer = _send(head, cast, told, content, "plan.pdf")
        assert answer.status_code == 422 and 'id="files"' in answer.content.decode()
    assert "news.file_attached" not in _acts(cast)


def test_a_withdrawn_announcement_takes_no_file(cast: Cast, as_person: Any) -> None:
    head, told = as_person(Who.HEAD), cast.own["announcement"]
    head.post(f"/news/{told.uuid}/withdraw/", {"_scope": cast.scope_field()})
    answer = _send(head, cast, told, b"Un plan")
    assert answer.status_code == 422 and "a été retirée" in answer.content.decode()
    assert as_person(Who.GUARDIAN).get(f"/files/{cast.own['announcement_file'].uuid}/").status_code == 404


def test_a_file_comes_in_pieces_and_the_journal_says_so(cast: Cast, as_person: Any) -> None:
    import base64

    told, content = cast.own["announcement"], picture("JPEG")
    words = {"filename": "cour.jpg", "kind": "news.file", "owner": str(told.uuid)}
    headers = {
        "Tus-Resumable": "1.0.0",
        "X-Preau-Scope": cast.scope_field(),
        "Upload-Length": str(len(content)),
        "Upload-Metadata": ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in words.items()),
    }
    sends = {"data": content, "content_type": "application/offset+octet-stream", "headers": headers}
    assert as_person(Who.TEACHER).generic("POST", "/uploads/", **sends).status_code == 403
    answer = as_person(Who.CPE).generic("POST", "/uploads/", **sends)
    assert answer.status_code == 201 and answer["X-Preau-Attachment"]
    assert answer["X-Preau-Preview"] == f"/files/{answer['X-Preau-Attachment']}/?view=text"
    assert _acts(cast)[-1] == "news.file_attached"


def test_a_draft_is_its_authors_alone_until_it_is_published_with_its_files(
    cast: Cast, as_person: Any
) -> None:
    head, form = as_person(Who.HEAD), _form(cast, title="", readership=[])
    answer = head.post("/news/drafts/", form)
    assert answer.url == f"/news/{form['uuid']}/edit/"
    with _open(cast):
        draft = Announcement.objects.get(uuid=form["uuid"])
    assert _send(head, cast, draft, b"Le plan du jour", "trajet.txt").status_code == 302
    file = _file_named(cast, "trajet.txt")

    for who in (Who.CPE, Who.GUARDIAN):
        assert as_person(who).get(f"/news/{draft.uuid}/").status_code == 404
        assert as_person(who).get(f"/files/{file.uuid}/").status_code == 404
        for page in ("/news/", "/"):
            assert "Sans titre" not in as_person(who).get(page).content.decode()
    assert as_person(Who.CPE).post("/news/drafts/", form).status_code == 422
    assert as_person(Who.CPE).post("/news/new/", _form(cast, uuid=form["uuid"])).status_code == 422
    assert "Sans titre" in head.get("/news/").content.decode()
    home = head.get("/").content.decode()
    assert "Brouillon : Sans titre" in home, "it waits for its author"
    assert f'href="/news/{draft.uuid}/"' not in home, "among the announcements it is not"
    assert head.post(f"/news/{draft.uuid}/withdraw/", {"_scope": cast.scope_field()}).status_code == 422

    published = _form(cast, uuid=form["uuid"], title="Sortie au parc")
    for _twice in range(2):
        assert head.post(f"/news/{draft.uuid}/edit/", published).url == f"/news/{draft.uuid}/"
        published["version"] = "1"
    guardian = as_person(Who.GUARDIAN)
    assert "trajet.txt" in _page(guardian, draft) and guardian.get(f"/files/{file.uuid}/").status_code == 200
    run_all(may_fail=True)
    with _open(cast):
        assert person_told(cast.people[Who.GUARDIAN], draft.uuid)
    assert head.post("/news/drafts/", form).status_code == 422
    assert _acts(cast).count("news.announcement_published") == 1


def test_the_journal_does_not_tell_the_title_of_a_draft(cast: Cast, as_person: Any) -> None:
    head, form = as_person(Who.HEAD), _form(cast, title="Fermeture du gymnase")
    head.post("/news/drafts/", form)
    with _open(cast):
        draft = Announcement.objects.get(uuid=form["uuid"])
    _send(head, cast, draft, b"Le devis")
    journal = head.get("/console/journal/").content.decode()
    assert "un brouillon" in journal and "gymnase" not in journal


def test_a_draft_thrown_away_or_forgotten_goes_with_its_files(cast: Cast, as_person: Any) -> None:
    head = as_person(Who.HEAD)
    thrown, forgotten, fresh = (_form(cast) for _ in range(3))
    for form in (thrown, forgotten):
        head.post("/news/drafts/", form)
        with _open(cast):
            draft = Announcement.objects.get(uuid=form["uuid"])
            make_file(draft, f"{form['uuid']}.txt", form["uuid"].encode())
    head.post(f"/news/{thrown['uuid']}/discard/", {"_scope": cast.scope_field()})
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        head = as_person(Who.HEAD)
        with in_school(cast.own.school):
            jobs.discard_forgotten_drafts()
    with _open(cast):
        assert not Announcement.objects.drafts().exists()
        assert Announcement.objects.filter(pk=cast.own["announcement"].pk).exists()
        for form in (thrown, forgotten):
            file = Attachment.objects.select_related("removal").get(name=f"{form['uuid']}.txt")
            assert file.removal is not None
    assert fresh["uuid"]


def test_a_file_with_a_virus_opens_to_nobody_and_who_brought_it_is_told(
    cast: Cast, as_person: Any, settings: Any
) -> None:
    from preau.kernel.storage.tests.clamd_server import ClamdServer

    server = ClamdServer()
    try:
        settings.CLAMD_URL = server.url
        told, head = cast.own["announcement"], as_person(Who.HEAD)
        assert _send(head, cast, told, EICAR, "menu.txt").status_code == 302
        file = _file_named(cast, "menu.txt")
        assert "vérification en cours" in _page(as_person(Who.GUARDIAN), told)
        _rewrite(cast, told, _figure(file))
        run_all(may_fail=True)
        run_all(may_fail=True)
    finally:
        server.stop()
    with _open(cast):
        file.blob.refresh_from_db()
        assert file.blob.scan == Blob.Scan.INFECTED
        assert person_told(cast.people[Who.HEAD], file.uuid)
        assert not person_told(cast.people[Who.CPE], file.uuid)
        entry = Entry.objects.get(act="notifications.infected_file")
        assert entry.object_id == cast.people[Who.HEAD].pk
    page = _page(as_person(Who.GUARDIAN), told)
    assert GONE in page and "menu.txt" not in page
    assert "menu.txt" in head.get("/notices/").content.decode()
    assert "Virus trouvé" in head.get(f"/news/{told.uuid}/edit/").content.decode()


def test_an_announcement_takes_so_many_files_and_no_more(
    cast: Cast, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("preau.modules.news.selectors.MOST_FILES", 1)
    with _open(cast):
        told = make_announcement("Remplie", cast.own["teacher"])
        make_file(told, "un.txt", b"un")
    assert _send(as_person(Who.HEAD), cast, told, b"deux").status_code == 422
    assert OWN in cast.places
