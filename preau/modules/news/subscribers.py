from preau.kernel.clock import today_in
from preau.kernel.models import School
from preau.kernel.work.events import subscribe
from preau.modules.directory.api import people_who_are
from preau.modules.news.events import AnnouncementPublished
from preau.modules.news.models import Announcement
from preau.modules.news.selectors import ANNOUNCED
from preau.modules.notifications import api as notifications


@subscribe(AnnouncementPublished)
def tell_its_readers(event: AnnouncementPublished) -> None:
    """Everybody it is addressed to but its author, who knows."""
    announcement = Announcement.objects.filter(pk=event.announcement_id, withdrawal=None).first()
    if announcement is None:
        return
    school = School.objects.get(pk=event.school_id)
    readers = people_who_are(announcement.readership, today_in(school))
    notifications.notify(
        kind=ANNOUNCED,
        to=readers - {announcement.author.person_id},
        once=f"announcement:{announcement.uuid}",
        about=announcement.uuid,
        values={"announcement": str(announcement.uuid)},
    )
