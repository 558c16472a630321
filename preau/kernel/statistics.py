"""What the database knows of its own rows, from which it plans queries."""

from django.db import connection


def refresh_statistics() -> None:
    """To be called after many rows came at once: a first import, the demonstration.

    PostgreSQL looks by itself only a minute later, and until then takes a full table for an empty one.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
