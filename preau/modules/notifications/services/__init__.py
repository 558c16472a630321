from preau.modules.notifications.services.delivering import deliver
from preau.modules.notifications.services.preferring import (
    choose_channels,
    choose_hours,
    forget_browser,
    set_school_hours,
    silence,
    silence_digest,
    subscribe_browser,
    trust_address,
)
from preau.modules.notifications.services.reading import purge, read_all, read_notice
from preau.modules.notifications.services.telling import notify, withdraw
from preau.modules.notifications.services.trial import TRIAL, send_trial

__all__ = [
    "TRIAL",
    "choose_channels",
    "choose_hours",
    "deliver",
    "forget_browser",
    "notify",
    "purge",
    "read_all",
    "read_notice",
    "send_trial",
    "set_school_hours",
    "silence",
    "silence_digest",
    "subscribe_browser",
    "trust_address",
    "withdraw",
]
