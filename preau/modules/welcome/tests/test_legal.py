"""Legal pages: what the owner filled, plainly what they did not, and all that the modules keep."""

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from preau.kernel.modules import modules
from preau.modules.welcome.selectors.legal import NEEDED, check_settings

pytestmark = pytest.mark.django_db
MISSING = "Le propriétaire de cet espace ne l’a pas encore indiqué."
FILLED = {
    "name": "Mon collège en ligne",
    "owner": "Département d’Exemple",
    "owner_address": "1 place de l’Exemple\n99000 Exemple",
    "owner_email": "contact@exemple.example",
    "owner_phone": "01 99 00 00 00",
    "publisher": "La présidente du département",
    "host": "Hébergeur <b>",
    "host_address": "2 rue du Serveur",
    "host_phone": "01 99 00 00 01",
    "dpo": "dpo@exemple.example",
    "accessibility_email": "",
}


def read(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_not_filled_is_said_and_warned_of(settings: Any) -> None:
    settings.INSTANCE = dict.fromkeys(FILLED, "")
    assert read("/legal/").count(MISSING) == 7
    assert MISSING in read("/legal/personal-data/") and MISSING in read("/legal/accessibility/")
    (warning,) = check_settings()
    assert warning.id == "welcome.W001"
    assert all(f"INSTANCE_{name.upper()}" in warning.msg for name in NEEDED)


def test_what_is_filled_is_shown_as_text(settings: Any) -> None:
    settings.INSTANCE = FILLED
    page = read("/legal/")
    assert MISSING not in page and "Hébergeur &lt;b&gt;" in page
    assert "1 place de l’Exemple<br>99000 Exemple" in page
    assert "dpo@exemple.example" in read("/legal/personal-data/")
    assert "contact@exemple.example" in read("/legal/accessibility/"), (
        "the owner's, where it has none of its own"
    )
    assert "Mon collège en ligne" in read("/legal/")
    assert check_settings() == []


def test_everything_a_module_keeps_is_told() -> None:
    page = read("/legal/personal-data/")
    for module in modules():
        for keeps in module.keeps:
            assert escape(str(keeps.what)) in page, keeps.model
            assert escape(str(keeps.how_long)) in page, keeps.model


def test_the_accessibility_statement_does_not_claim_what_nobody_audited() -> None:
    page = read("/legal/accessibility/")
    assert "Non conforme au RGAA" in page and "Défenseur des droits" in page
    assert "Accessibilité\xa0: non conforme" in read("/login/").replace("&nbsp;", "\xa0")
