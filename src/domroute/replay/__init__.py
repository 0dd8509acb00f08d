"""A stream of events run again under a policy, and the key figures of the run."""

from domroute.events import (
    Canceled,
    Closed,
    Event,
    Placed,
    Received,
    Rejected,
    Reopened,
    Returned,
    in_order,
)
from domroute.replay.engine import Replay
from domroute.replay.outcome import COLUMNS, Outcome
from domroute.replay.tactic import LookAhead, Tactic
from domroute.replay.world import Returns, World

__all__ = [
    "COLUMNS",
    "Canceled",
    "Closed",
    "Event",
    "LookAhead",
    "Outcome",
    "Placed",
    "Received",
    "Rejected",
    "Reopened",
    "Replay",
    "Returned",
    "Returns",
    "Tactic",
    "World",
    "in_order",
]
