"""Django's sessions in the database, asked for by well-formed keys only: PostgreSQL refuses some
characters, and a cookie may hold any.

On a shared computer a session ends some minutes after its last activity. That moment is the row's own
`expire_date`: a session that is over is not found, whoever asks for it and however.
"""

import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.utils import timezone

MINUTES, OPENED = "shared_minutes", "shared_opened"
WRITTEN_EVERY = timedelta(minutes=1)


class SessionStore(db.SessionStore):
    ends_at: datetime | None = None  # known once it is loaded or saved

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key) and len(str(key)) >= 8 and str(key).isalnum() and str(key).isascii()

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        self.ends_at = row.expire_date if row is not None else None
        return row

    def create_model_instance(self, data: Any) -> Any:
        row = super().create_model_instance(data)
        self.ends_at = row.expire_date
        return row

    def get_session_cookie_age(self) -> int:
        """Seconds from now. However busy a shared computer is, never beyond the longest session."""
        longest = int(settings.SESSION_COOKIE_AGE)
        minutes = self.get(MINUTES)
        if minutes is None:
            return longest
        return int(max(0, min(minutes * 60, self[OPENED] + longest - time.time())))

    @property
    def is_shared(self) -> bool:
        return self.get(MINUTES) is not None

    def end_after(self, minutes: int | None) -> None:
        """Minutes without activity. None: as any other session."""
        if minutes is None:
            self.pop(MINUTES, None)
            self.pop(OPENED, None)
            return
        self[MINUTES] = minutes
        self.setdefault(OPENED, int(time.time()))

    def seconds_left(self) -> int | None:
        """None where no clock runs."""
        if not self.is_shared or self.ends_at is None:
            return None
        return max(0, int((self.ends_at - timezone.now()).total_seconds()))

    def stir(self) -> None:
        """Somebody did something. Written at most once a minute, and nothing but the moment: a hat chosen
        meanwhile stays, and a session that was ended does not come back."""
        if not self.is_shared or self.ends_at is None:
            return
        now = timezone.now()
        ends_at = now + timedelta(seconds=self.get_session_cookie_age())
        if ends_at - self.ends_at >= WRITTEN_EVERY:
            standing = self.model.objects.filter(session_key=self.session_key, expire_date__gt=now)
            standing.update(expire_date=ends_at)
            self.ends_at = ends_at
