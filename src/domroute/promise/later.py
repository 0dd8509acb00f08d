"""Maps from a moment to a later one: what waits, what takes time, and both in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from domroute.units import BoolArray, IntArray

NEVER: Final = 2**62
"""The moment that does not come."""


@dataclass(frozen=True, slots=True, eq=False)
class Later:
    """
    A map of moments that never falls: in pieces that stand still, or go with the clock.

    Waiting for an opening or a pick-up stands still: whoever comes sooner leaves no
    sooner. Work goes with the clock. One after the other is a map of this kind again,
    so that all the rules of dates are made of few, and none can turn time back.

    Attributes
    ----------
    until
        The last moment of each piece, itself included; rising; shape ``(P,)``.
    value
        Where each piece leads at that moment; never falling; shape ``(P,)``.
    rises
        Whether the piece goes with the clock; shape ``(P,)``.

    Examples
    --------
    A truck leaves at 10 and at 20; before, there is a work of 3.

    >>> work = Later.of_work(np.array([0]), np.array([30]), 3)
    >>> leaves = work.then(Later.to_moments(np.array([10, 20])))
    >>> leaves.at(np.array([0, 7, 8, 17, 18])) < NEVER
    array([ True,  True,  True,  True, False])
    >>> leaves.at(np.array([7, 8])), leaves.latest(np.array([10]))
    (array([10, 20]), array([7]))
    """

    until: IntArray
    value: IntArray
    rises: BoolArray

    @classmethod
    def to_moments(cls, moments: IntArray) -> Later:
        """Wait for the first of some moments, which rise."""
        return cls(moments, moments, np.zeros(len(moments), bool))

    @classmethod
    def into(cls, opens: IntArray, closes: IntArray) -> Later:
        """Wait until one of some openings, apart and rising; both ends are in it."""
        until = np.column_stack((opens, closes)).ravel()
        rises = np.tile([False, True], len(opens))
        kept = np.diff(until, prepend=-NEVER) > 0  # an opening may be a moment
        return cls(until[kept], until[kept], rises[kept])

    @classmethod
    def of_work(cls, opens: IntArray, closes: IntArray, work: int) -> Later:
        """Work for so long within openings, apart and rising; as :meth:`into` for 0."""
        if not len(opens):
            return cls.to_moments(opens)
        if work == 0:
            return cls.into(opens, closes)
        done = np.concatenate(([0], np.cumsum(closes - opens)))
        # The work begun then is done just as an opening closes.
        ends = done[1:] - work
        at = np.searchsorted(done, ends[ends >= 0], side="right") - 1
        crossings = opens[at] + ends[ends >= 0] - done[at]
        until = np.unique(np.concatenate((opens, closes, crossings)))
        at = np.searchsorted(opens, until, side="right") - 1
        inside = np.minimum(until, closes[at]) - opens[at]
        spent = np.where(at < 0, 0, done[at] + inside)
        target = spent + work
        last = np.searchsorted(done[1:], target, side="left")
        is_done = last < len(opens)
        until, spent, target, last = (x[is_done] for x in (until, spent, target, last))
        return cls(
            until,
            opens[last] + target - done[last],
            np.diff(spent, prepend=0) > 0,
        )

    def then(self, after: Later) -> Later:
        """Do another after this one."""
        cuts = self.latest(after.until)
        if not after.rises.any():
            # Each piece stands still until the last moment that still leads into it.
            kept = cuts > -NEVER
            kept[1:] &= cuts[1:] > cuts[:-1]
            return Later(cuts[kept], after.value[kept], after.rises[kept])
        until = np.union1d(self.until, cuts[cuts > -NEVER])
        value, rises = self._look(until)
        at = np.searchsorted(after.until, value, side="left")
        is_there = at < len(after.until)
        until, value, rises, at = (
            until[is_there],
            value[is_there],
            rises[is_there],
            at[is_there],
        )
        back = np.where(after.rises[at], after.until[at] - value, 0)
        rises = rises & after.rises[at]
        return _joined(Later(until, after.value[at] - back, rises))

    def at(self, moments: IntArray) -> IntArray:
        """Say where moments lead; ``NEVER`` where nowhere."""
        return self._look(moments)[0]

    def of_one(self, moment: int) -> int:
        """Say where one moment leads, as :meth:`at` does of many."""
        at = int(self.until.searchsorted(moment))
        if at == len(self.until):
            return NEVER
        value = int(self.value[at])
        return value - (int(self.until[at]) - moment) if self.rises[at] else value

    def latest_of_one(self, moment: int) -> int:
        """Return the last moment that leads no later, as :meth:`latest` does."""
        at = int(self.value.searchsorted(moment, side="right"))
        before = int(self.until[at - 1]) if at else -NEVER
        if at == len(self.until) or not self.rises[at]:
            return before
        return max(before, int(self.until[at]) - (int(self.value[at]) - moment))

    def latest(self, moments: IntArray) -> IntArray:
        """Return the last moments that lead no later than these; -NEVER for none."""
        count = len(self.until)
        if not count:
            return np.full(len(moments), -NEVER)
        at = np.searchsorted(self.value, moments, side="right")
        before = np.where(at > 0, self.until[at - 1], -NEVER)
        next_ = np.minimum(at, count - 1)
        is_next = (at < count) & self.rises[next_]
        reached = self.until[next_] - (self.value[next_] - moments)
        return np.where(is_next, np.maximum(before, reached), before)

    def _look(self, moments: IntArray) -> tuple[IntArray, BoolArray]:
        at = np.searchsorted(self.until, moments, side="left")
        count = len(self.until)
        if not count:
            return np.full(len(moments), NEVER), np.zeros(len(moments), bool)
        is_there = at < count
        at = np.minimum(at, count - 1)
        rises = self.rises[at]
        value = self.value[at] - np.where(rises, self.until[at] - moments, 0)
        return np.where(is_there, value, NEVER), rises & is_there


def _joined(later: Later) -> Later:
    """Make one of pieces that stand still at the same moment."""
    still = ~later.rises
    same = still[:-1] & still[1:] & (later.value[:-1] == later.value[1:])
    if not same.any():
        return later
    kept = np.append(~same, np.True_)
    return Later(later.until[kept], later.value[kept], later.rises[kept])
