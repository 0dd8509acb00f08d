"""What is due later, in order of time; and what comes first at one moment."""

from __future__ import annotations

import heapq
from datetime import datetime
from enum import IntEnum

from domroute.replay.state import State, Task


class Due(IntEnum):
    """
    What is due; at one moment the lower comes first.

    Events from outside rank from 0: what is due before them makes stock or room, what
    is due after them waits for all that has happened.
    """

    INSPECTED = -5
    COMES_BACK = -4
    ARRIVES = -3
    DAY = -2
    REFRESH = -1
    LEAVES = 100
    WAVE = 101
    PICKED_UP = 102

    @property
    def recurs(self) -> bool:
        """Whether it goes on for as long as anything else happens."""
        return self in (Due.DAY, Due.REFRESH)


def push(state: State, at: datetime, due: Due, index: int = 0) -> None:
    """Put something on the agenda; ``index`` says which shipment or return."""
    state.number += 1
    state.busy += not due.recurs
    heapq.heappush(state.agenda, (at, int(due), state.number, index))


def pop(state: State) -> Task:
    """Take what is due first off the agenda."""
    task = heapq.heappop(state.agenda)
    state.busy -= not Due(task[1]).recurs
    return task
