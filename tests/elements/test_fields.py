"""Fields."""

import pytest
from django.middleware.csrf import get_token
from django.test import RequestFactory

from tests.elements import pages
from tests.elements.pages import Page, Record, drawn

pytestmark = pytest.mark.urls(pages.__name__)


@pytest.mark.parametrize("name", ["name", "mail", "secret", "born", "level", "note", "agreed"])
def test_every_field_has_a_label_of_its_own(name):
    page = Page(drawn("{% field form." + name + " %}", form=Record()))

    (control,) = page.all("input") + page.all("select") + page.all("textarea")
    assert page.one("label")["for"] == control["id"]


def test_help_and_errors_are_tied_to_their_field():
    page = Page(drawn("{% field form.name %}", form=Record({})))

    control = page.one("input")
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"].split() == ["id_name_helptext", "id_name_error"]
    assert set(control["aria-describedby"].split()) < set(page.ids)


def test_a_group_of_choices_is_named_and_described_by_its_fieldset():
    page = Page(drawn("{% field form.diet %}", form=Record({})))

    assert page.one("fieldset")["aria-describedby"] == "id_diet_error"
    assert "id_diet_error" in page.ids
    assert len(page.all("input", type="radio")) == len(page.all("label")) == 2
    assert page.one("legend")


def test_required_is_said_in_words():
    assert "obligatoire" in drawn("{% field form.name %}", form=Record())
    assert "obligatoire" not in drawn("{% field form.mail %}", form=Record())


def test_a_date_is_given_to_the_browser_in_its_own_writing():
    page = Page(drawn("{% field form.born %}", form=Record(initial={"born": "2014-03-02"})))

    assert page.one("input", type="date")["value"] == "2014-03-02"


def test_a_date_typed_the_french_way_is_understood_too():
    assert Record({"born": "02/03/2014"})["born"].field.clean("02/03/2014").isoformat() == "2014-03-02"


def test_keywords_become_attributes_and_the_type_is_not_written_twice():
    html = drawn(
        '{% field form.name type="search" autocomplete="off" data_behavior="filter" %}', form=Record()
    )

    control = Page(html).one("input", type="search")
    assert (control["autocomplete"], control["data-behavior"]) == ("off", "filter")
    assert html.count("type=") == 1


def test_what_was_typed_is_escaped():
    html = drawn("{% field form.name %}{% form_errors form %}", form=Record({"name": "<script>"}))

    assert "<script>" not in html


def test_the_summary_of_errors_leads_to_each_field():
    form = Record({"token": "forged"})
    page = Page(
        drawn("{% form_errors form %}{% for bound in form %}{% field bound %}{% endfor %}", form=form)
    )

    assert page.one("div", role="alert")
    links = [link["href"].removeprefix("#") for link in page.all("a")]
    assert links == ["id_name", "id_diet_0", "id_agreed"]
    assert set(links) <= set(page.ids)


@pytest.mark.parametrize("form", [Record(), Record({"name": "Zoé", "diet": "d", "agreed": "on"})])
def test_no_summary_where_nothing_is_wrong(form):
    assert drawn("{% form_errors form %}", form=form).strip() == ""


def test_a_form_carries_its_token_and_its_scope():
    request = RequestFactory().get("/")
    page = Page(drawn("{% scope %}", csrf_token=get_token(request), scope_field="school.year"))

    assert page.one("input", name="csrfmiddlewaretoken")
    assert page.one("input", name="_scope")["value"] == "school.year"
