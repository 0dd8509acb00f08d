r"""
A delivery put together at a node: the best of its parts and of what they become.

What goes to the customer from there is priced for all that the delivery holds,
:math:`F(v)` for units :math:`v`, whoever gives them. With the node, the service and the
latest moment at which the last part may be there all fixed, the parts are offers like
any other: the cheapest of those that fill from :math:`l` to :math:`h` units bound a box
of plans, :math:`\min_{l \le v \le h} F(v)` besides, and the plan found is the best that
fills just as much. The rest of the box is parted into boxes around it.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

import numpy as np

from domroute.offers.merging import Merging
from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.records import record
from domroute.sourcing.boxes import Box, around, asking_for, missing_of
from domroute.sourcing.choice import IS_FORBIDDEN, Choice, Take
from domroute.sourcing.greedy import simple_bound
from domroute.sourcing.limits import limits_of
from domroute.sourcing.offers import tabulate
from domroute.sourcing.totals import is_worth_one_node
from domroute.split.atoms import atoms_of
from domroute.units import BoolArray, IntArray
from domroute.words import Objective

_SAME: Final = 1e-9
"""Share of a cost within which two are one."""

Solve = Callable[[Offers, Policy, float], Choice]
"""Decides offers under a policy, within some seconds."""


@record
class Merged:
    """
    A plan that is put together at a node.

    Attributes
    ----------
    merging
        What might have been done there.
    takes
        The parts, what the node gives itself among them.
    whole
        The offer by which the whole goes to the customer.
    cost
        Of the plan, with all that concerns the order.
    method
        By which the parts were decided.
    """

    merging: Merging
    takes: tuple[Take, ...]
    whole: int
    cost: float
    method: str

    @property
    def units(self) -> IntArray:
        """Units of each line that the customer gets; shape ``(G,)``."""
        return _units_of(self.takes)


@dataclass(frozen=True, slots=True)
class Found:
    """
    What a search through the nodes that offer to merge has found.

    ``merged`` is None where no plan costs less than the one it was asked to beat. Any
    plan through such a node costs ``bound`` at least.
    """

    merged: Merged | None
    bound: float
    states: int = 0


def may_merge(policy: Policy) -> bool:
    """
    Tell whether what a policy asks of a plan can be asked of parts, too.

    Cost must be its only goal; and a price of each node beyond a limit is not. Goods
    that share no parcel, and what services may carry, are looked at shipment by
    shipment, whereas here parts and the whole hold the same.
    """
    splits = policy.splits
    if policy.apart or any(getattr(rule, "by_service", False) for rule in policy.rules):
        return False
    if policy.objective != Objective.COST:
        return False
    if policy.solve.method not in ("auto", "subset", "mip"):
        return False
    return splits.max_nodes is None or splits.over_limit_price is None


def decide_merged(
    mergings: Iterator[Merging],
    policy: Policy,
    arrays: NetworkArrays,
    solve: Solve,
    *,
    beat: float,
    seconds: float,
) -> Found:
    """
    Find the best plan that is put together at some node, if it beats what is known.

    Parameters
    ----------
    mergings
        The nodes, and what may be done there.
    policy, arrays
        Limits, and the network.
    solve
        Decides which parts fill some units.
    beat
        What the best plan known costs.
    seconds
        For all nodes together, where they take any time to speak of.
    """
    return _Search(policy, arrays, solve, beat, seconds).run(mergings)


@record
class _Answer:
    """The cheapest parts that fill a box, without what becomes of them."""

    cost: float
    bound: float
    takes: tuple[Take, ...] | None
    method: str


class _Search:
    """Boxes of plans, the most promising first."""

    def __init__(
        self,
        policy: Policy,
        arrays: NetworkArrays,
        solve: Solve,
        beat: float,
        seconds: float,
    ) -> None:
        self._policy, self._arrays, self._solve = policy, arrays, solve
        self._best: Merged | None = None
        self._least = beat
        self._bound = math.inf
        self._ends = time.perf_counter() + seconds
        self._known: dict[object, _Answer] = {}
        self._open: list[tuple[float, int, Box]] = []
        self._turn = count()
        self._states = 0

    def run(self, mergings: Iterator[Merging]) -> Found:
        """Look into boxes until none may be better than the best."""
        for merging in mergings:
            if self._most_nodes(merging) < 2:  # noqa: PLR2004 - it, and who sends to it
                continue
            self._begin(merging)
        while self._open:
            bound, _, box = heapq.heappop(self._open)
            if not self._gains(bound) or self._is_over():
                self._bound = min(self._bound, bound)
                break
            self._look(box)
        return Found(self._best, self._bound, self._states)

    def _begin(self, merging: Merging) -> None:
        """Bound all that a node may do at once, and open it offer by offer."""
        low = np.zeros(len(merging.parts.lines), np.int64)
        high = merging.offers.problem.quantity
        goes = np.logical_or.reduce(merging.whole.limit > 0, axis=1)
        usable: BoolArray = (merging.parts.limit > 0) & goes[:, None]
        answer = self._ask(merging, usable, low, high, None)
        if answer.bound >= IS_FORBIDDEN:
            return
        boxes = [(low, high, answer)]
        if answer.takes is not None:
            # What all parts fill at best is what most shipments of the whole hold.
            units = _units_of(answer.takes, len(low))
            boxes = [(units, units, answer)] if units.any() else []
            for part in around(Box(merging, 0, low, high), units):
                wholes = range(len(merging.whole.nodes))
                besides = [merging.least(at, part.low, part.high) for at in wholes]
                beyond = self._least - min(besides)
                found = self._ask(
                    merging, usable, part.low, part.high, None, beyond=beyond
                )
                if found.bound < IS_FORBIDDEN:
                    boxes.append((part.low, part.high, found))
        for whole in range(len(merging.whole.nodes)):
            for least, most, found in boxes:
                bound = found.bound + merging.least(whole, least, most)
                self._push(bound, Box(merging, whole, least, most))

    def _gains(self, cost: float) -> bool:
        """Tell whether a cost is below the best, and not by rounding."""
        if math.isinf(self._least):
            return cost < IS_FORBIDDEN
        return cost < self._least - _SAME * max(1.0, abs(self._least))

    def _push(self, bound: float, box: Box) -> None:
        heapq.heappush(self._open, (bound, next(self._turn), box))

    def _look(self, box: Box) -> None:
        """Solve a box; note the plan, and open what is left beside it."""
        merging, whole = box.merging, box.whole
        usable = merging.usable(whole)
        least = merging.least(whole, box.low, box.high)
        answer = self._ask(
            *(merging, usable, box.low, box.high, box.use_own),
            beyond=self._least - least,
        )
        if answer.bound >= IS_FORBIDDEN:
            return
        if answer.takes is None:
            self._bound = min(self._bound, answer.bound + least)
            return
        units = _units_of(answer.takes, len(box.low))
        if not units.any():
            # Without a part there is no plan through the node: others fill something.
            for part in around(box, units):
                self._open_box(part, answer)
            return
        if not self._holds(merging, answer.takes, box):
            for use in (True, False):
                self._open_box(replace(box, use_own=use), answer)
            return
        price = merging.price(whole, units)
        self._note(merging, answer, whole, units)
        # All that fill as much cost as much besides; the parts found are the cheapest.
        self._bound = min(self._bound, answer.bound + price)
        for part in around(box, units):
            self._open_box(part, answer)

    def _open_box(self, box: Box, answer: _Answer) -> None:
        """Open a box that lies in one that was looked into."""
        if (box.low > box.high).any():
            return
        bound = answer.bound + box.merging.least(box.whole, box.low, box.high)
        self._push(bound, box)

    def _holds(self, merging: Merging, takes: tuple[Take, ...], box: Box) -> bool:
        """Tell whether a plan keeps to the limit on nodes, of which one is the node."""
        if box.use_own is not None:
            return True
        uses_own = any(take.offer == merging.own for take in takes)
        return uses_own or len(takes) < self._most_nodes(merging)

    def _note(
        self, merging: Merging, answer: _Answer, whole: int, units: IntArray
    ) -> None:
        """Take note of a plan, if it is the best and goes through the node at all."""
        takes = answer.takes or ()
        lanes = [take for take in takes if take.offer != merging.own]
        if not lanes:
            return
        whole = _as_soon_as_there(merging, whole, lanes)
        cost = answer.cost + merging.price(whole, units)
        if not self._gains(cost):
            return
        self._least = cost
        self._best = Merged(merging, takes, whole, cost, answer.method)

    def _most_nodes(self, merging: Merging) -> int:
        """Return how many nodes a plan may use, that of the merging among them."""
        if is_worth_one_node(merging.offers, self._policy):
            return 1
        most = self._policy.splits.max_nodes
        return len(merging.parts.nodes) + 1 if most is None else most

    def _ask(
        self,
        merging: Merging,
        usable: BoolArray,
        low: IntArray,
        high: IntArray,
        use_own: bool | None,
        *,
        beyond: float = math.inf,
    ) -> _Answer:
        """
        Find the cheapest parts that fill a box; each question is asked once.

        A bound will do where it is ``beyond`` what is of use.
        """
        if use_own is False:
            usable = usable.copy()
            usable[:, merging.own] = False
        key = (
            id(merging), usable.tobytes(), low.tobytes(), high.tobytes(), use_own
        )  # fmt: skip
        if key not in self._known:
            answer = self._asked(
                *(merging, usable, low, high), use_own=use_own, beyond=beyond
            )
            if answer.takes is None and answer.bound < IS_FORBIDDEN:
                return answer  # it is a bound, and no more
            self._known[key] = answer
        return self._known[key]

    def _is_over(self) -> bool:
        """Tell whether the time is over."""
        return time.perf_counter() >= self._ends

    def _asked(
        self,
        merging: Merging,
        usable: BoolArray,
        low: IntArray,
        high: IntArray,
        *,
        use_own: bool | None,
        beyond: float,
    ) -> _Answer:
        nothing = _Answer(math.inf, math.inf, None, "")
        missing = missing_of(merging.offers, high, self._policy)
        if missing is None:
            return nothing
        high, besides = missing
        is_part = bool((high < merging.offers.problem.quantity).any())
        if (low > high).any():
            return nothing
        policy = self._policy_of(use_own, is_part=is_part)
        asked, kept = asking_for(merging.offers, usable, low, high)
        if use_own:
            asked = replace(asked, through=merging.node)
        table = tabulate(asked, atoms_of(asked.problem))
        bound = simple_bound(table) + besides
        if bound >= beyond or self._is_over():
            return _Answer(math.inf, bound, None, "")
        left = self._ends - time.perf_counter()
        choice = self._solve(asked, policy, max(left, 1e-3))
        self._states += choice.states
        bound = choice.bound + besides
        if bound == -math.inf:  # the time was over before anything was proven
            bound = simple_bound(table) + besides
        if choice.takes is None:
            return _Answer(math.inf, bound, None, choice.method)
        limits = limits_of(asked, table, policy, self._arrays)
        cost = limits.total(table.steps_of(choice.takes)) + besides
        takes = tuple(
            Take(merging.parts, int(kept[take.offer]), take.units)
            for take in choice.takes
        )
        return _Answer(cost, min(bound, cost), takes, choice.method)

    def _policy_of(self, use_own: bool | None, *, is_part: bool) -> Policy:
        """Ask of parts what concerns them: the customer gets them in one shipment."""
        splits = self._policy.splits
        most = splits.max_nodes
        if most is not None and use_own is False:
            most -= 1
        update = {
            "max_shipments": None,
            "split_price": 0.0,
            "over_limit_price": None,
            "max_nodes": most,
        }
        if is_part:
            update["ship_complete"] = False
        made = splits.model_copy(update=update)
        return self._policy.model_copy(update={"splits": made})


def _as_soon_as_there(merging: Merging, whole: int, lanes: Sequence[Take]) -> int:
    """Find the shipment of the whole that begins when the last part is there."""
    last = max(int(merging.since[take.offer]) for take in lanes)
    block, dates = merging.whole, merging.whole.dates
    if dates is None:
        return whole
    same = (block.service == block.service[whole]) & (dates.since == last)
    found = np.flatnonzero(same)
    return int(found[0]) if len(found) else whole


def _units_of(takes: Sequence[Take], lines: int | None = None) -> IntArray:
    """Count the units of each line that takes of one delivery hold; ``(G,)``."""
    if not takes:
        return np.zeros(lines or 0, np.int64)
    found: IntArray = np.sum([take.units for take in takes], axis=0)
    return found
