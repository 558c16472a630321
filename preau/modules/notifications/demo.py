"""What the demonstration's head teachers were told: their class in September, one of them yesterday."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from preau.kernel.clock import today_in
from preau.kernel.models import School, SchoolYear
from preau.kernel.tenancy.scope import in_school
from preau.kernel.years import current_year
from preau.modules.directory.api import Function
from preau.modules.notifications.models import Notice


def build() -> None:
    for school in School.objects.all():
        with in_school(school):
            year = current_year(list(SchoolYear.objects.all()), today_in(school))
        if year is not None:
            with in_school(school, year):
                _tell(school, year)


@transaction.atomic
def _tell(school: School, year: SchoolYear) -> None:
    """Run again, it finds what it told: nobody is told twice."""
    now = timezone.now()
    functions = Function.objects.filter(kind=Function.Kind.HEAD_TEACHER, ends_on=None).select_related(
        "record"
    )
    notices = []
    for number, function in enumerate(functions.order_by("pk")):
        told = datetime.combine(function.starts_on, time(9, 12), tzinfo=ZoneInfo(school.timezone))
        if number % 3 == 0:
            told = now - timedelta(hours=20)
        told = min(told, now)
        notices.append(
            Notice(
                person_id=function.record.person_id,
                year=year,
                kind="directory.function",
                once=f"{function.uuid}:named",
                about=function.uuid,
                values={"function": str(function.uuid)},
                created_at=told,
                read_at=told + timedelta(minutes=40) if number % 3 else None,
            )
        )
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
