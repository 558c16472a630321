"""The weight of a file in words: « 2,9 Mo », as telephones and the form that asks for it count."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def weight_in_words(size: int) -> str:
    if size < 1_000:
        return _("%(size)s octets") % {"size": size} if size > 1 else _("%(size)s octet") % {"size": size}
    unit, name = next(
        (unit, name)
        for unit, name in ((1_000_000_000, _("Go")), (1_000_000, _("Mo")), (1_000, _("ko")))
        if size >= unit
    )
    tenths = round(size * 10 / unit)
    places = 1 if tenths < 100 and tenths % 10 else 0
    return f"{number_format(tenths / 10, places)}\u00a0{name}"
