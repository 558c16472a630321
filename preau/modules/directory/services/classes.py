from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.calendar import end_rows, on
from preau.kernel.dates import written
from preau.kernel.rules import RuleBroken
from preau.kernel.search.jobs import touch
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import Enrolment, Group, GroupMember, PersonRecord, Source
from preau.modules.directory.services.days import earliest, require_in_year


@transaction.atomic
def change_class(*, actor: Actor, record: PersonRecord, group: Group, starts_on: date) -> GroupMember:
    """Put a pupil in a class from a day on. To the eve they stay in the one they were in, and in its parts:
    lists and rights of the past do not change. Sent again, it is the same change.

    Groups are not classes: those they are in stay theirs. Raises `RuleBroken` outside the year or the pupil's
    enrolment, for a group that is no class or has ended, and where a later change stands already.
    """
    if group.kind != Group.Kind.DIVISION:
        raise RuleBroken(_("Ce groupe n’est pas une classe."))
    require_in_year(actor, record.school_id, starts_on)
    if group.has_ended(starts_on):
        raise RuleBroken(_("%(group)s est terminée ce jour-là.") % {"group": group.label})
    # Two at once: the second waits here and sees what the first did.
    enrolments = Enrolment.objects.select_for_update(of=("self",))
    enrolment = enrolments.filter(on(starts_on), record=record).first()
    if enrolment is None:
        raise RuleBroken(_("%(name)s n’est pas inscrit ici ce jour-là.") % {"name": record.name})
    classes = GroupMember.objects.pupils().filter(record=record, group__kind=Group.Kind.DIVISION)
    later = classes.filter(starts_on__gt=starts_on).order_by("starts_on").select_related("group").first()
    if later is not None:
        raise RuleBroken(
            _("Un passage en %(group)s est déjà prévu le %(day)s : choisissez un jour à partir de celui-là.")
            % {"group": later.group.label, "day": written(later.starts_on, "j F")}
        )
    there = list(classes.filter(on(starts_on)))
    if [member.group_id for member in there] == [group.pk]:
        return there[0]
    left = [member.group_id for member in there if member.group_id != group.pk]
    parts = list(Group.objects.filter(part_of__in=left).values_list("pk", flat=True))
    eve = starts_on - timedelta(days=1)
    end_rows(GroupMember.objects.filter(pk__in=[member.pk for member in there]), eve)
    end_rows(GroupMember.objects.pupils().filter(record=record, group__in=parts), eve)
    made: GroupMember = GroupMember.objects.create(
        group=group,
        record=record,
        enrolment=enrolment,
        role=GroupMember.Role.PUPIL,
        source=Source.HAND,
        starts_on=starts_on,
        ends_on=earliest(enrolment.ends_on, group.ends_on),
    )
    if group.level and enrolment.level != group.level:
        enrolment.level = group.level
        enrolment.save(update_fields=["level"])
    touch(PEOPLE, [record.pk])
    audit.record(actor, "directory.class_changed", record, values={"group": group, "starts_on": starts_on})
    return made
