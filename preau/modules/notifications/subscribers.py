"""Who is told of what the floor below did."""

from preau.kernel.audit import recording as audit
from preau.kernel.models import SchoolYear
from preau.kernel.storage.models import Attachment
from preau.kernel.storage.scanning import FileInfected
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.events import subscribe
from preau.modules.directory.api import Person
from preau.modules.directory.events import DigitalLeadAppointed, FunctionEnded, HeadTeacherAppointed
from preau.modules.notifications.selectors.files import INFECTED
from preau.modules.notifications.services import notify


@subscribe(HeadTeacherAppointed)
def tell_the_head_teacher(event: HeadTeacherAppointed) -> None:
    notify(
        kind="directory.function",
        to=[event.person_id],
        once=f"{event.function}:named",
        about=event.function,
        values={"function": str(event.function)},
    )


@subscribe(DigitalLeadAppointed)
def tell_the_digital_lead(event: DigitalLeadAppointed) -> None:
    notify(
        kind="directory.function",
        to=[event.person_id],
        once=f"{event.function}:named",
        about=event.function,
        values={"function": str(event.function)},
    )


@subscribe(FunctionEnded)
def tell_of_the_end(event: FunctionEnded) -> None:
    notify(
        kind="directory.function",
        to=[event.person_id],
        # Another last day is another thing to know; the same one sent again is not.
        once=f"{event.function}:until:{event.ends_on}",
        about=event.function,
        values={"function": str(event.function), "ends_on": event.ends_on.isoformat()},
    )


@subscribe(FileInfected)
def tell_who_brought_it(event: FileInfected) -> None:
    """Each of those who brought these bytes, in whatever module: of their own file, and of nobody else's."""
    found = Attachment.objects.in_bulk([attachment for attachment, _person in event.attachments])
    for person in Person.objects.filter(pk__in={file.person_id for file in found.values()}):
        audit.record(None, "notifications.infected_file", person)
    # Files are of no year; who is somebody in the school is so in one.
    year = SchoolYear.objects.filter(state=SchoolYear.State.OPEN).order_by("-starts_on").first()
    if year is None:
        return
    with in_school(event.school_id, year):
        for file in found.values():
            notify(
                kind=INFECTED,
                to=[file.person_id],
                once=f"infected:{file.uuid}",
                about=file.uuid,
                values={"attachment": str(file.uuid)},
            )
