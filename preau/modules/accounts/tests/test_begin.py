"""A school that starts: from one command to its head's home."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from preau.kernel.audit.models import Entry
from preau.kernel.audit.sentences import tell
from preau.kernel.models import School
from preau.kernel.rules import RuleBroken
from preau.kernel.tenancy.scope import in_school
from preau.modules.accounts.models import Account
from preau.modules.accounts.services import new_password, open_account
from preau.modules.directory.api import Person

GIVEN = {
    "name": "Collège Louise-Michel",
    "city": "Bondy",
    "uai": "0930007C",
    "head": ["Aïcha", "Bendaoud"],
    "login": "a.bendaoud",
}


def test_one_command_and_the_head_is_in(db, capsys):
    call_command("begin", **GIVEN)
    password = capsys.readouterr().out.strip()
    client = Client()
    assert client.post("/login/", {"login": "A.Bendaoud", "password": password}).status_code == 302
    home = client.get("/").content.decode()
    assert "Aïcha" in home and "Collège Louise-Michel" in home and "2026-2027" in home
    assert client.get("/years/").status_code == 200


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"uai": "0930007Z"}, "lettre-clé"),
        ({"login": "deja.pris"}, "déjà pris"),
        ({"uai": "0930008D"}, "porte déjà"),
    ],
)
def test_what_cannot_begin_says_why_and_leaves_nothing(change, word, cast):
    with in_school(cast.own.school):
        open_account(person=Person.objects.create(), login="deja.pris")
    call_command("begin", **{**GIVEN, "uai": "0930008D", "login": "autre"}, stdout=None)
    before = School.objects.count(), Account.objects.count()
    with pytest.raises(CommandError, match=word):
        call_command("begin", **{**GIVEN, **change})
    assert (School.objects.count(), Account.objects.count()) == before


def test_a_login_is_taken_whatever_its_capitals(cast):
    with in_school(cast.own.school):
        open_account(person=Person.objects.create(), login="une.personne")
        with pytest.raises(RuleBroken):
            open_account(person=Person.objects.create(), login="Une.Personne ")


def test_the_beginning_of_a_school_is_the_first_page_of_its_journal(db):
    call_command("begin", **GIVEN, stdout=None)
    school = School.objects.get(name=GIVEN["name"])
    with in_school(school):
        told = tell(Entry.objects.order_by("id"), school)
    assert [line.text for line in told] == [
        "Préau a créé l’espace de Collège Louise-Michel",
        "Préau a mis en préparation l’année 2026-2027, du 1er septembre 2026 au 5 juillet 2027",
        "Préau a ouvert l’année 2026-2027 à tous",
        "Préau a ajouté Aïcha Bendaoud aux personnels, à compter du 1er septembre 2026"
        " (profil : Chef d’établissement)",
        "Préau a ouvert un compte à Aïcha Bendaoud",
    ]
    assert {line.whence for line in told} == {("ligne de commande",)}


def test_passwords_are_never_the_same_and_easy_to_read_out():
    drawn = {new_password() for _ in range(200)}
    assert len(drawn) == 200
    assert not set("".join(drawn)) & set("01ilo")
