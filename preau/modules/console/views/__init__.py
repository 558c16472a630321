from preau.modules.console.views.device import device, device_unshare
from preau.modules.console.views.home import home
from preau.modules.console.views.journal import journal, journal_export, reading_list
from preau.modules.console.views.look import look
from preau.modules.console.views.work import work, work_abandon, work_replay, work_replay_all

__all__ = [
    "device",
    "device_unshare",
    "home",
    "journal",
    "journal_export",
    "look",
    "reading_list",
    "work",
    "work_abandon",
    "work_replay",
    "work_replay_all",
]
