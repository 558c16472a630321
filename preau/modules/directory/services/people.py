from datetime import date

from django.db import transaction

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.search.jobs import touch
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import Membership, Person, PersonRecord, Profile


@transaction.atomic
def appoint_member(
    *, profile: str, first_name: str, last_name: str, starts_on: date, actor: Actor | None = None
) -> PersonRecord:
    """A new person of the open school, with a profile from a day on. `actor` None: the command line.

    Raises `Profile.DoesNotExist` for a code the school has not.
    """
    held = Profile.objects.get(code=profile)
    record: PersonRecord = PersonRecord.objects.create(
        person=Person.objects.create(), first_name=first_name, last_name=last_name
    )
    Membership.objects.create(record=record, profile=held, starts_on=starts_on)
    touch(PEOPLE, [record.pk])
    told = {"profile": held.code, "starts_on": starts_on}
    audit.record(actor, "directory.member_appointed", record, values=told)
    return record
