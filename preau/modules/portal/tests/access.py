from preau.modules.directory.testing import CARE, IN_SCHOOL, MANAGEMENT, SCHOOL_LIFE, Who
from tests.access_table import get, table

FOLLOWS_EVERY_CLASS = MANAGEMENT | SCHOOL_LIFE | CARE | Who.OFFICE | Who.COUNSELLOR | Who.LIBRARIAN

ACCESS = table(
    get("portal:home", own=IN_SCHOOL | Who.AUTHORITY, lists_other_class=FOLLOWS_EVERY_CLASS),
)
