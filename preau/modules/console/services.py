from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.models import School
from preau.kernel.ui.accent import Accent
from preau.kernel.work import dead
from preau.kernel.work.models import Task

AT_ONCE = 500  # replayed in one go: the page answers, and the workers are not flooded
WORK = "work.name"  # as the journal names a piece of work


class Reason(models.TextChoices):
    """Why something is not to be done after all. No free text: it would stand in the journal."""

    ELSEWHERE = "elsewhere", _("fait autrement")
    OUTDATED = "outdated", _("n’a plus lieu d’être")
    MISTAKE = "mistake", _("demandé par erreur")


@transaction.atomic
def tell_of_export(*, actor: Actor, rows: int) -> None:
    """Written down before the file leaves: what it holds is out of Préau's hands from then on."""
    assert actor.only is not None
    audit.record(actor, "console.journal_exported", actor.only.school, values={"rows": rows})


@transaction.atomic
def choose_accent(*, actor: Actor, accent: Accent) -> None:
    """The colour of every page of the open school. Sent again, it changes nothing."""
    assert actor.only is not None
    school = School.objects.select_for_update().get(pk=actor.only.school.pk)
    if school.accent != accent:
        School.objects.filter(pk=school.pk).update(accent=accent)
        audit.record(actor, "console.accent_chosen", school, values={"accent": accent.value})


@transaction.atomic
def tell_of_sharing(*, actor: Actor, minutes: int) -> None:
    """The mark itself is in the browser. Where the computer stands was typed: it is in no journal."""
    assert actor.only is not None
    audit.record(actor, "console.computer_shared", actor.only.school, values={"minutes": minutes})


@transaction.atomic
def tell_of_unsharing(*, actor: Actor) -> None:
    assert actor.only is not None
    audit.record(actor, "console.computer_unshared", actor.only.school)


@transaction.atomic
def replay_task(*, actor: Actor, task: Task) -> bool:
    """Have it tried again from the start. Sent again, it changes nothing."""
    if not dead.replay(task):
        return False
    audit.record(actor, "console.work_replayed", values={"work": _work(task)})
    return True


@transaction.atomic
def replay_all(*, actor: Actor) -> int:
    """The dead letters of the open school, `AT_ONCE` at most, the latest first. Returns how many."""
    assert actor.only is not None
    found = dead.dead_letters(actor.only.school.pk)[:AT_ONCE]
    count = sum(dead.replay(task) for task in found)
    if count:
        audit.record(actor, "console.all_work_replayed", values={"tasks": count})
    return count


@transaction.atomic
def abandon_task(*, actor: Actor, task: Task, reason: Reason) -> bool:
    """It will not be done, and the journal says why. Sent again, it changes nothing."""
    if not dead.abandon(task):
        return False
    audit.record(actor, "console.work_abandoned", values={"work": _work(task), "reason": reason})
    return True


def _work(task: Task) -> audit.Ref:
    return audit.Ref(WORK, task.name)
