"""Facts that the jobs publish; notifications tells people of them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class JobRunFailed:
    """A run stopped with an error; nothing of it was kept."""

    run_id: int
    at: datetime


@dataclass(frozen=True)
class MessageGivenUp:
    """An outgoing message failed so often that no further try is made by itself."""

    message_id: int
    at: datetime


@dataclass(frozen=True)
class JobRunAsked:
    """A run that a person asked for has ended; ``done`` says how."""

    run_id: int
    actor_id: int
    done: bool
    at: datetime
