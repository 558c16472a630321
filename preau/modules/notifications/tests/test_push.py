"""Web push: what a browser decrypts, and where we may be sent by what a browser says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from preau.kernel.work.testing import run_all
from preau.modules.directory.testing import Cast, Who
from preau.modules.notifications.channels import endpoints, webpush
from preau.modules.notifications.channels.endpoints import BadEndpoint, check_endpoint, public_address
from preau.modules.notifications.channels.pushcrypto import encrypted, private_key, public_key
from preau.modules.notifications.models import Delivery, Notice, PushSubscription
from preau.modules.notifications.services import deliver, notify, sending
from preau.modules.notifications.tests.conftest import deliveries, killed_after
from preau.modules.notifications.tests.servers import Browser, PushService, padded, unpadded

State = Delivery.State


def test_the_example_of_rfc_8291_comes_out_to_the_byte() -> None:
    private = ec.derive_private_key(
        int.from_bytes(padded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    made = encrypted(
        b"When I grow up, I want to be a watermelon",
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        salt=padded("DGv6ra1nlYgDCS1FRnbzlw"),
        private=private,
    )

    assert unpadded(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.fixture
def browser(school: Cast, push: PushService) -> Browser:
    made = Browser()
    subscribe(school, push, made)
    return made


def subscribe(cast: Cast, push: PushService, browser: Browser, path: str = "/one") -> PushSubscription:
    return PushSubscription.objects.create(
        person=cast.people[Who.GUARDIAN], endpoint=push.url + path, p256dh=browser.p256dh, auth=browser.auth
    )


def tell(cast: Cast, **given: Any) -> Any:
    given.setdefault("once", "une fois")
    notify(
        kind="tests.ring", to=[cast.people[Who.GUARDIAN]], values={"title": "Léa Martin est absente"}, **given
    )
    return Notice.objects.get(once=given["once"])


@pytest.mark.django_db
def test_only_the_browser_reads_it_and_a_locked_screen_names_nobody(
    school: Cast, push: PushService, browser: Browser
) -> None:
    notice = tell(school)
    run_all()
    ((path, headers, body),) = push.pushed

    assert path == "/one"
    assert json.loads(browser.read(body)) == {
        "title": "Collège du Parc",
        "body": "Sonnerie",
        "path": f"/notices/{notice.uuid}/",
        "tag": str(notice.uuid),
    }
    assert (headers["Content-Encoding"], headers["TTL"], headers["Urgency"]) == ("aes128gcm", "86400", "high")
    assert headers["Topic"] == notice.uuid.hex and len(headers["Topic"]) <= 32
    assert b"Parc" not in body
    token, key = (
        part.partition("=")[2] for part in headers["Authorization"].removeprefix("vapid ").split(", ")
    )
    assert key == public_key()
    claims = jwt.decode(token, ECKey.import_key(_spki())).claims
    assert claims["aud"] == push.url
    assert claims["sub"].startswith("mailto:")


def _spki() -> bytes:
    from cryptography.hazmat.primitives import serialization

    return (
        private_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    school: Cast, push: PushService, browser: Browser, status: int
) -> None:
    push.answers = [(status, "")]
    tell(school)
    run_all()

    assert not PushSubscription.objects.exists()
    assert deliveries()[0].state == State.FAILED
    tell(school, once="autre")
    assert len(deliveries()) == 1, "nobody to ring at"


@pytest.mark.django_db
def test_a_service_that_asks_to_wait_is_given_the_time(
    school: Cast, push: PushService, browser: Browser, wait: Callable
) -> None:
    push.answers = [(429, "600")]
    tell(school)
    run_all(may_fail=True)
    wait(minutes=9)
    assert len(push.pushed) == 1
    wait(minutes=2)

    assert len(push.pushed) == 2
    assert deliveries()[0].state == State.SENT


@pytest.mark.django_db
def test_one_browser_gone_does_not_keep_the_other_from_ringing(
    school: Cast, push: PushService, browser: Browser
) -> None:
    subscribe(school, push, Browser(), "/two")
    push.answers = [(410, "")]
    tell(school)
    run_all()

    assert len(push.pushed) == 2
    assert deliveries()[0].state == State.SENT
    assert PushSubscription.objects.get().endpoint.endswith("/two")


@pytest.mark.django_db
def test_a_redirection_into_the_network_is_not_followed(
    school: Cast, push: PushService, browser: Browser
) -> None:
    push.answers = [(307, "")]
    tell(school)
    run_all()

    assert deliveries()[0].state == State.FAILED


@pytest.mark.django_db
def test_a_worker_killed_after_it_rang_rings_again_under_the_same_tag(
    school: Cast, push: PushService, browser: Browser, wait: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(school)
    with killed_after(monkeypatch, sending, "push"):
        deliver(delivery_id=deliveries()[0].pk)
    wait(minutes=30)

    tags = {json.loads(browser.read(body))["tag"] for _, _, body in push.pushed}
    topics = {headers["Topic"] for _, headers, _ in push.pushed}
    assert len(push.pushed) == 2
    assert len(tags) == len(topics) == 1, "the service replaces what waits, the browser what it shows"
    assert deliveries()[0].state == State.SENT


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/x",
        "https://127.0.0.1/x",
        "https://10.0.0.5/x",
        "https://192.168.1.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[fe80::1]/x",
        "https://0.0.0.0/x",
        "https://localhost/x",
        "https://intranet/x",
        "https://nas.local/x",
        "https://push.example.com:8443/x",
        "https://user:pass@push.example.com/x",
        "https://push.example.com:99999/x",
        "ftp://push.example.com/x",
        "file:///etc/passwd",
        "https://push.example.com/x\r\nHost: autre",
        "https://push.exam ple.com/x",
        "https://" + "a" * 1000 + ".com/",
        "https:///x",
        "",
    ],
)
def test_what_leads_into_the_network_is_no_push_service(endpoint: str) -> None:
    with pytest.raises(BadEndpoint):
        check_endpoint(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    ["https://fcm.googleapis.com/fcm/send/x", "https://updates.push.services.mozilla.com/wpush/v2/x"],
)
def test_the_services_of_the_browsers_are(endpoint: str) -> None:
    check_endpoint(endpoint)


def test_a_name_that_leads_into_the_network_is_refused_when_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answers(*addresses: str) -> Any:
        return lambda *a, **k: [(2, 1, 6, "", (address, 443)) for address in addresses]

    monkeypatch.setattr(endpoints.socket, "getaddrinfo", answers("93.184.216.34", "10.0.0.1"))
    with pytest.raises(BadEndpoint):
        public_address("https://push.example.com/x")
    monkeypatch.setattr(endpoints.socket, "getaddrinfo", answers("93.184.216.34"))
    assert public_address("https://push.example.com/x") == ("93.184.216.34", 443)


@pytest.mark.django_db
def test_a_browser_shows_the_notices_of_whoever_came_last(
    cast: Cast, as_person: Any, push: PushService
) -> None:
    sent = {"endpoint": f"{push.url}/shared", "p256dh": Browser().p256dh, "auth": Browser().auth}
    for who in (Who.GUARDIAN, Who.TEACHER, Who.TEACHER):
        assert as_person(who).post("/notices/push/", sent).status_code == 302

    assert PushSubscription.objects.get().person == cast.people[Who.TEACHER]
    other = PushSubscription.objects.get()
    assert as_person(Who.GUARDIAN).post(f"/notices/push/{other.uuid}/forget/").status_code == 404
    assert as_person(Who.TEACHER).post(f"/notices/push/{other.uuid}/forget/").status_code == 302
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "é" * 40}, {"endpoint": "https://10.1.2.3/x"}]
)
def test_keys_no_browser_makes_are_refused(as_person: Any, push: PushService, wrong: dict[str, str]) -> None:
    made = Browser()
    sent = {"endpoint": f"{push.url}/x", "p256dh": made.p256dh, "auth": made.auth, **wrong}

    assert as_person(Who.GUARDIAN).post("/notices/push/", sent).status_code == 422
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db
def test_the_oldest_of_many_browsers_gives_way(as_person: Any, cast: Cast, push: PushService) -> None:
    client, made = as_person(Who.GUARDIAN), Browser()
    for number in range(12):
        client.post(
            "/notices/push/", {"endpoint": f"{push.url}/{number}", "p256dh": made.p256dh, "auth": made.auth}
        )

    kept = {row.endpoint.rpartition("/")[2] for row in PushSubscription.objects.all()}
    assert kept == {str(number) for number in range(2, 12)}


def test_a_device_is_called_by_its_browser_and_system() -> None:
    firefox = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    assert webpush.device_label(firefox) == "Firefox · Android"
    assert webpush.device_label("curl/8") == ""
