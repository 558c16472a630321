"""What every answer carries, whoever writes it: a page, a file, an error, or the server before any page."""

from django.conf import settings

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# Everything a browser lets a page ask for and a school's pages do not. Copying and the whole screen stay.
_UNUSED = (
    "accelerometer",
    "ambient-light-sensor",
    "attribution-reporting",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
EVERY_ANSWER = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # After logging out, « back » shows nothing. Static files bring a header of their own.
    "Cache-Control": "private, no-store",
}


def of_the_server(*, is_page: bool = False) -> list[tuple[bytes, bytes]]:
    """The same for an answer given before any page is asked; such an answer is a line of text, unless
    somebody's browser is to show it."""
    headers = dict(EVERY_ANSWER)
    if not is_page:
        headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    kind = "html" if is_page else "plain"
    headers |= {"Content-Type": f"text/{kind}; charset=utf-8", "Connection": "close"}
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
