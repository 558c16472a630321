"""The field of a form, with its editor and without."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.test import Client, RequestFactory

from preau.kernel.richtext import allowed
from preau.kernel.richtext.forms import SAVED_COOKIE, RichTextFormField, remember_saved
from preau.modules.directory.testing import Cast, Who

RED = '<p>Bien <span class="ink-red">rouge</span></p><p>Reste</p>'


class _Form(forms.Form):
    body = RichTextFormField()


def _sent(**data: str) -> _Form:
    return _Form(data)


def test_without_a_script_the_text_typed_counts() -> None:
    form = _sent(body="Bonjour\n\n- un\n- deux", body_html="")
    assert form.is_valid()
    assert form.cleaned_data["body"].html == "<p>Bonjour</p><ul><li><p>un</p></li><li><p>deux</p></li></ul>"
    assert form.cleaned_data["body"].text == "Bonjour\n\n- un\n- deux"


def test_without_a_script_colours_of_untouched_paragraphs_stay() -> None:
    form = _sent(body="Bien rouge\n\nChange", body_html=RED)
    assert form.is_valid() and form.cleaned_data["body"].html == RED.replace("Reste", "Change")


def test_with_the_editor_its_text_counts_and_is_cleaned() -> None:
    form = _sent(body_html=f"{RED}<script>alert(1)</script>")
    assert form.is_valid() and form.cleaned_data["body"].html == RED


def test_nothing_written_is_said_beside_the_field() -> None:
    for data in ({"body": " \n "}, {"body_html": "<p></p>"}, {}):
        form = _sent(**data)
        assert form.errors["body"] == ["Écrivez quelque chose."]


def test_what_is_refused_comes_back_as_it_was_typed() -> None:
    long = "mot " * (allowed.LONGEST_TEXT // 3)
    plain, rich = _sent(body=long, body_html="<p>avant</p>"), _sent(body_html=f"<p>{long}</p>")
    for form in (plain, rich):
        assert "trop long" in form.errors["body"][0]
    assert long.strip() in str(plain["body"]) and "&lt;p&gt;avant" in str(plain["body"])
    assert f"&lt;p&gt;{long}" in str(rich["body"])


def test_markup_typed_stays_inside_its_field() -> None:
    shown = str(_sent(body='</textarea><script>alert(1)</script>"', body_html='"><script>')["body"])
    assert "<script" not in shown and "</textarea>&" not in shown


def test_a_form_sent_back_untouched_has_not_changed() -> None:
    form = _Form({"body": "Bien rouge\n\nReste", "body_html": RED}, initial={"body": RED})
    assert not form.has_changed()
    assert _Form({"body": "Autre", "body_html": RED}, initial={"body": RED}).has_changed()


def test_the_browser_learns_what_is_saved(rf: RequestFactory) -> None:
    draft = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    answer = remember_saved(rf.post("/", {"body_draft": draft}), HttpResponse(), "body")
    assert answer.cookies[SAVED_COOKIE].value == draft
    assert (
        SAVED_COOKIE
        not in remember_saved(rf.post("/", {"body_draft": "x; y"}), HttpResponse(), "body").cookies
    )


def test_a_paste_is_read_as_it_would_be_kept(cast: Cast, as_person: Any) -> None:
    client: Client = as_person(Who.HEAD)
    assert (
        client.post("/rich-text/clean/", {"html": "<p class=MsoTitle>Titre<o:p></o:p>"}).content.decode()
        == "<h2>Titre</h2>"
    )
    answer = client.post("/rich-text/clean/", {"light": "Bien rouge\n\n**Gras**", "html": RED})
    assert answer.content.decode() == RED.replace("<p>Reste</p>", "<p><strong>Gras</strong></p>")
    refused = client.post("/rich-text/clean/", {"html": "<p>mot</p>" * 25_000})
    assert refused.status_code == 422 and "trop long" in refused.content.decode()


def test_a_formula_is_drawn_for_who_writes_it(cast: Cast, as_person: Any) -> None:
    client: Client = as_person(Who.TEACHER)
    assert "<mfrac>" in client.get("/rich-text/formula/", {"tex": r"\frac{1}{2}"}).content.decode()
    hostile = client.get("/rich-text/formula/", {"tex": "<script>alert(1)</script>"}).content.decode()
    assert "<script" not in hostile
    assert client.get("/rich-text/formula/").content == b""
