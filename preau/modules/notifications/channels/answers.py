"""What is handed to a channel, and what may come of it."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID


class Outcome(Enum):
    TAKEN = "taken"  # the other side has it
    LATER = "later"  # it has not, and may be asked again
    REFUSED = "refused"  # it never will
    UNKNOWN = "unknown"  # it may have it or not: nobody answered


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    provider_id: str = ""
    retry_after: int = 0  # seconds the other side asked for; 0: it did not say
    address_is_dead: bool = False


@dataclass(frozen=True)
class Message:
    """One message to one address."""

    reference: UUID  # the same at each try: what the other side recognises it by
    address: str
    sender: str  # the school, as people know it
    title: str
    body: str
    url: str  # whole address of this site
    unsubscribe_url: str = ""
    preferences_url: str = ""
    urgent: bool = False
