"""States that follow each other, each whole: what a ledger is under many threads."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Final, TypeVar

from domroute.ledger.state import State

T = TypeVar("T")

_PATIENCE_S: Final = 0.5
"""How long to wait for a turn: whoever holds it longer may never give it back."""


class _Link:
    """A state, and once it is there the one that follows it."""

    __slots__ = ("after", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self.after: dict[int, _Link] = {}


class Chain:
    """
    The latest of states that follow each other.

    Nothing that is in a state is ever written. The next one is made beside it, and then
    linked to it by one call of ``dict.setdefault``, which puts in the first that comes
    and no other. So whoever is interrupted, wherever it is, has changed all or nothing;
    and who comes second makes its change anew on what is there then.

    Threads take turns so that none works in vain for long. No result hangs on that: a
    turn that is not given back, since whoever had it was stopped between two steps, is
    taken for lost.

    Parameters
    ----------
    state
        The first.
    """

    def __init__(self, state: State) -> None:
        self._tip = _Link(state)
        self._turn = RLock()

    @property
    def state(self) -> State:
        """The latest state."""
        return self._latest().state

    def _latest(self) -> _Link:
        link = self._tip
        if link.after:
            while link.after:
                link = link.after[0]
            self._tip = link
        return link

    def change(self, make: Callable[[State], tuple[State, T]]) -> T:
        """
        Follow the latest state by what is made of it: whole, or not at all.

        Parameters
        ----------
        make
            Makes the next state, and an answer; it may be asked more than once.
        """
        turn = self._turn
        is_mine = turn.acquire(timeout=_PATIENCE_S)
        try:
            while True:
                link = self._latest()
                state, answer = make(link.state)
                if state is link.state:
                    return answer
                made = _Link(state)
                if link.after.setdefault(0, made) is made:
                    self._tip = made
                    return answer
        finally:
            if is_mine:
                turn.release()
            else:
                self._turn = RLock()
