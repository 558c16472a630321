from preau.modules.directory.testing import IN_SCHOOL, SCHOOL_LIFE, Who
from preau.modules.directory.testing import CARE, MANAGEMENT
from tests.access_table import get, table

FOLLOWS_EVERY_CLASS = MANAGEMENT | SCHOOL_LIFE | CARE | Who.OFFICE | Who.COUNSELLOR | Who.LIBRARIAN

ACCESS = table(
    get("portal:home", own=IN_SCHOOL | Who.AUTHORITY, lists_other_class=FOLLOWS_EVERY_CLASS),
)
