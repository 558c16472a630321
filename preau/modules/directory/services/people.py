from datetime import date

from django.db import transaction

from preau.modules.directory.models import Membership, Person, PersonRecord, Profile


@transaction.atomic
def appoint_member(*, profile: str, first_name: str, last_name: str, starts_on: date) -> PersonRecord:
    """A new person of the open school, with a profile from a day on.

    Raises `Profile.DoesNotExist` for a code the school has not.
    """
    held = Profile.objects.get(code=profile)
    record: PersonRecord = PersonRecord.objects.create(
        person=Person.objects.create(), first_name=first_name, last_name=last_name
    )
    Membership.objects.create(record=record, profile=held, starts_on=starts_on)
    return record
