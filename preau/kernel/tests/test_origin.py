"""From where: enough to tell the school's network and a stolen telephone, too little to find a home."""

import pytest
from django.test import RequestFactory

from preau.kernel.web.origin import coarse, device_of


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::1", "::/48"),
        ("", ""),
        ("unix:", ""),
        ("192.0.2.77, 10.0.0.1", ""),
        ("<script>", ""),
    ],
)
def test_an_address_is_kept_by_its_network(address, kept):
    assert coarse(address) == kept


@pytest.mark.parametrize(
    ("agent", "kept"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148", "phone"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/120 Mobile Safari/537.36", "phone"),
        ("Mozilla/5.0 (Linux; Android 13; SM-X200) Chrome/120 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)", "tablet"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "computer"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0)", "computer"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_is_kept_by_its_kind(agent, kept):
    assert device_of(RequestFactory().get("/", headers={"User-Agent": agent})) == kept
