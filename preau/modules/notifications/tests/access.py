from preau.modules.directory.testing import IN_SCHOOL, MANAGEMENT, Cast, Who
from tests.access_table import get, post, table

SOMEBODY = IN_SCHOOL | Who.AUTHORITY


def _until(cast: Cast, place: str) -> dict[str, str]:
    return {"until": "2026-11-20 18:00"}


def _hours(cast: Cast, place: str) -> dict[str, str]:
    return {"digest_at": "18:00", "wants_digest": "on"}


def _channels(cast: Cast, place: str) -> dict[str, str]:
    return {"directory.function.email": "now"}


def _browser(cast: Cast, place: str) -> dict[str, str]:
    """A browser that gives the address of a machine of this network."""
    return {"endpoint": "https://127.0.0.1/push", "p256dh": "x", "auth": "y"}


def _school_hours(cast: Cast, place: str) -> dict[str, object]:
    return {"opens": "08:00", "closes": "18:00", "days": [1, 2], "sms_monthly": 10, "version": 0}


ACCESS = table(
    get("notifications:notice_list", own=SOMEBODY, forged={"after": "notice"}),
    get("notifications:bell", own=SOMEBODY),
    # A notice is its person's alone: nobody else knows of it, whatever they are.
    get("notifications:notice_open", {"notice": "notice"}, ok=302, own=Who.TEACHER),
    post("notifications:notice_read_all", data=_until, own=SOMEBODY),
    get("notifications:preferences", own=SOMEBODY),
    post("notifications:hours_choose", data=_hours, own=SOMEBODY, scope_free=True),
    post("notifications:channels_choose", data=_channels, own=SOMEBODY, scope_free=True),
    post("notifications:trial_send", own=SOMEBODY),
    post("notifications:address_trust", own=SOMEBODY),
    post("notifications:browser_subscribe", data=_browser, ok=422, own=SOMEBODY, scope_free=True),
    post("notifications:browser_forget", {"subscription": "notice"}, scope_free=True),
    get("notifications:school_hours", own=MANAGEMENT, refused=SOMEBODY & ~MANAGEMENT),
    post("notifications:school_hours", data=_school_hours, own=MANAGEMENT, refused=SOMEBODY & ~MANAGEMENT),
    # Only a signed link opens it, whoever comes; without one it is no page.
    get("notifications:unsubscribe", anonymous=404),
    post("notifications:unsubscribe", anonymous=404, scope_free=True, csrf_free=True),
)
