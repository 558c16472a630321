from uuid import UUID

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.live.topics import SchoolTopic
from preau.modules.directory.models import Group


def _knows_the_group(actor: Actor, standing: Standing, group: UUID | None) -> bool:
    if group is None:
        return False
    return Group.objects.visible_to(actor).filter(school=standing.school, uuid=group).exists()


HEAD_TEACHERS = SchoolTopic("directory.head-teachers", _knows_the_group)
