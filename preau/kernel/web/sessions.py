"""Django's sessions in the database, asked for by well-formed keys only: PostgreSQL refuses some
characters, and a cookie may hold any."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key) and len(str(key)) >= 8 and str(key).isalnum() and str(key).isascii()
