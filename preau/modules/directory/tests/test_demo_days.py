import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps

from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.kernel.years import current_year
from preau.modules.directory.demo import build
from preau.modules.directory.demo.schools import PLANS
from preau.modules.directory.models import Enrolment, Group, GroupMember
from preau.modules.directory.tests.test_demo import school_of, years_of

pytestmark = pytest.mark.django_db

# Every special case is in the first two classes of a level: the others would only take time.
SMALL = tuple(
    replace(plan, sizes={code: size for code, size in plan.sizes.items() if code[1] in "AB"})
    for plan in PLANS
)
DAYS = [
    date(2026, 9, 1),
    date(2026, 10, 15),
    date(2027, 2, 10),
    date(2027, 5, 1),
    date(2027, 7, 14),
    date(2028, 2, 29),
    date(2027, 8, 31),
]


def everything() -> dict[str, list]:
    with in_every_school(reason="assert"):
        return {
            model.__name__: list(model.objects.order_by("pk").values())
            for model in apps.get_models()
            if model._meta.app_label in ("kernel", "directory")
        }


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_it_opens_on_any_day_in_a_living_year(settings, day):
    settings.DEMO_DAY = day
    build(SMALL)

    for plan in SMALL:
        school = school_of(plan)
        years = years_of(school)
        assert years["open"].starts_on <= day <= years["open"].ends_on
        assert current_year(list(years.values()), day) == years["open"]
        assert years["closed"].ends_on < years["open"].starts_on
        assert ("preparing" in years) is (5 <= day.month <= 8)
        with in_school(school, years["open"]):
            present = GroupMember.objects.on(day).pupils().filter(group__kind=Group.Kind.DIVISION)
            headcounts = Counter(present.values_list("group__code", flat=True))
            assert headcounts.keys() == plan.sizes.keys()
            assert all(23 <= count <= 28 for count in headcounts.values()), headcounts
            assert Enrolment.objects.on(day).count() == sum(headcounts.values())


def test_built_again_it_changes_nothing(settings):
    build(SMALL)
    before = everything()

    build(SMALL)

    assert everything() == before


def test_built_again_another_year_it_is_left_as_it_was(settings):
    build(SMALL)
    before = everything()
    settings.DEMO_DAY = date(2031, 3, 3)

    build(SMALL)

    assert everything() == before


def test_the_same_people_are_drawn_in_every_process():
    code = (
        "import django; django.setup()\n"
        "from preau.modules.directory.demo.schools import PLANS\n"
        "print([(child.key, child.first_name, child.division)"
        " for plan in PLANS for those in plan.pupils() for child in those])"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            cwd=Path(__file__).parents[4],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(drawn) == 1
