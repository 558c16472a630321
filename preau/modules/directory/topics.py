from uuid import UUID

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.live.topics import SchoolTopic
from preau.modules.directory.models import Group, Import


def _knows_the_group(actor: Actor, standing: Standing, group: UUID | None) -> bool:
    if group is None:
        return False
    return Group.objects.visible_to(actor).filter(school=standing.school, uuid=group).exists()


def _keeps_the_import(actor: Actor, standing: Standing, batch: UUID | None) -> bool:
    if batch is None:
        return False
    return Import.objects.visible_to(actor).filter(school=standing.school, uuid=batch).exists()


HEAD_TEACHERS = SchoolTopic("directory.head-teachers", _knows_the_group)
IMPORTS = SchoolTopic("directory.imports", _keeps_the_import)
