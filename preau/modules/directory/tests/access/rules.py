"""Who sees what and who writes to whom."""

from preau.modules.directory.models.rule_versions import RELATIONS_TO, RIGHTS_OVER
from preau.modules.directory.testing import MANAGEMENT, Cast
from preau.modules.directory.tests.access.who import NOT_MANAGEMENT
from preau.modules.directory.tests.access.years import MANAGED
from tests.access_table import get, post, table


def _ticked(cast: Cast, place: str) -> dict[str, str]:
    boxes = (f"{right}.partner.{who}" for right in RIGHTS_OVER["partner"] for who in RELATIONS_TO["partner"])
    return {"of": "partner", "number": "3", **dict.fromkeys(boxes, "on")}


def _number(cast: Cast, place: str) -> dict[str, str]:
    return {"number": "3"}


def _two(cast: Cast, place: str) -> dict[str, str]:
    return {"who": str(cast.own["teacher"].uuid), "whom": str(cast.own["pupil"].uuid)}


ACCESS = table(
    get("directory:rules_why", own=MANAGEMENT, refused=NOT_MANAGEMENT),
    post("directory:rules_why", data=_two, ok=200, own=MANAGEMENT, refused=NOT_MANAGEMENT),
    get("directory:rule_list", own=MANAGEMENT, refused=NOT_MANAGEMENT),
    post("directory:rules_change", data=_ticked, own=MANAGEMENT, refused=NOT_MANAGEMENT),
    get("directory:rules_reset", own=MANAGEMENT, refused=NOT_MANAGEMENT),
    post("directory:rules_reset", data=_number, own=MANAGEMENT, refused=NOT_MANAGEMENT),
    get("directory:rules_version", {"version": "rules_version"}, **MANAGED),
    # The rules in force already: done twice, it changes nothing.
    post("directory:rules_version", {"version": "rules_version"}, data=_number, **MANAGED),
)
