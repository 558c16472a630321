from uuid import UUID, uuid4

from django.utils import timezone

from preau.kernel.models import School
from preau.kernel.work.models import Task


def make_dead_task(school: School, *, name: str = "audit.seal", uuid: UUID | None = None) -> Task:
    """Something that failed for good in that school."""
    return Task.objects.create(
        uuid=uuid or uuid4(),
        name=name,
        school=school,
        share=school.pk,
        lane="slow",
        state=Task.State.DEAD,
        attempts=12,
        error="OperationalError (kernel/audit/seals.py:61 seal)",
        died_at=timezone.now(),
    )
