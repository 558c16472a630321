from preau.modules.notifications.models.notices import Delivery, Notice
from preau.modules.notifications.models.people import (
    AddressDoubt,
    PersonHours,
    Preference,
    PushSubscription,
)
from preau.modules.notifications.models.schools import NoticeSettings

__all__ = [
    "AddressDoubt",
    "Delivery",
    "Notice",
    "NoticeSettings",
    "PersonHours",
    "Preference",
    "PushSubscription",
]
