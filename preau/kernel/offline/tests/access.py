from preau.modules.directory.testing import IN_SCHOOL, Who
from tests.access_table import get, table

_EVERYBODY = IN_SCHOOL | Who.AUTHORITY

ACCESS = table(
    get("offline:service_worker", own=_EVERYBODY, anonymous=200),
    get("offline:page", own=_EVERYBODY, anonymous=200),
    get("offline:manifest", own=_EVERYBODY, anonymous=200),
)
