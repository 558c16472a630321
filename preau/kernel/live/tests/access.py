from preau.modules.directory.testing import IN_SCHOOL, Who
from tests.access_table import get, table

# Whoever is somebody may ask; what they may hear is tried in test_tickets.py.
ACCESS = table(get("live:ticket", own=IN_SCHOOL | Who.AUTHORITY))
