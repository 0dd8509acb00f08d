"""
The compiled kernel at work on a wave, where Numba is installed.

What it finds is what :class:`.Incumbent` and :class:`.Ruin` would find; the rest of the
library does not know which of them was at work.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from domroute.batch.bidding import Terms
from domroute.batch.book import Book, bind
from domroute.batch.cells import Prices
from domroute.batch.incumbent import Incumbent
from domroute.batch.placed import Placed
from domroute.batch.ruin import ideals, roaming
from domroute.batch.scores import ranked_columns
from domroute.batch.tables import Picks
from domroute.batch.wave import Answer, Wave
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.units import FloatArray, IntArray

_THREADS = threading.Lock()
"""Held by who asks on all threads."""
_Copy = tuple[FloatArray, IntArray, IntArray, IntArray]


@dataclass(slots=True, eq=False)
class Fast:
    """
    The tables of a wave bound into a book, and the functions that read it.

    Attributes
    ----------
    place
        Where each order of the wave stands in the book; shape ``(O,)``.
    piece
        Orders that a thread takes at a time.
    is_quiet
        Whether to stay on the thread that calls.
    """

    book: Book
    place: IntArray
    piece: int
    is_quiet: bool = False

    def make_scratch(self) -> Any:  # noqa: ANN401 - its type is loaded with the kernel only
        """Make room to place orders in."""
        from domroute.batch.numba.fitting import scratch_for

        return scratch_for(self.book)

    @classmethod
    def of(cls, wave: Wave) -> Fast:
        """Bind the tables of a wave."""
        book = bind(wave.tables)
        place = np.full(wave.count, -1)
        place[book.orders["at"]] = np.arange(len(book.orders))
        return cls(book, place, wave.tuning.kernel.piece)

    def solve(
        self, prices: Prices, *, is_strict: bool
    ) -> list[tuple[FloatArray, Picks]]:
        """Answer for every table as :meth:`.PricingTable.solve` does."""
        from numba import get_num_threads, parallel_chunksize

        from domroute.batch.numba.choosing import ask, ask_quietly
        from domroute.batch.numba.pricing import Crowd

        book = self.book
        size = int(book.orders["picks_end"][-1])
        values, counts = (
            np.empty(len(book.orders)),
            np.empty(len(book.orders), np.int64),
        )
        parts, columns = np.empty(size, np.int64), np.empty(size, np.int64)
        crowd = Crowd(np.empty((0, 4)), np.empty(0))
        if prices.crowding is not None:
            c = prices.crowding
            rows = prices.units, c.large, c.large_from.astype(float), c.half
            crowd = Crowd(np.stack(rows, axis=1, dtype=float), c.halves)
        given = (
            book, prices.units, prices.load, crowd, values, counts, parts, columns,
            is_strict, np.empty((get_num_threads(), book.largest)),
        )  # fmt: skip
        # Not every threading layer of Numba can be entered twice.
        if self.is_quiet or not _THREADS.acquire(blocking=False):
            ask_quietly(*given)
        else:
            try:
                # Orders of a table cost alike: in pieces no thread gets all dear ones.
                with parallel_chunksize(self.piece):
                    ask(*given)
            finally:
                _THREADS.release()
        order = np.repeat(np.arange(len(counts)), counts)
        at = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        at += book.orders["picks_at"][order]
        parts, columns = parts[at], columns[at]
        ends = np.cumsum(book.tables["size"])
        cuts = np.searchsorted(order, ends)
        return [
            (
                values[last - size : last],
                Picks(
                    order[begin:end] - (last - size), parts[begin:end],
                    columns[begin:end],
                ),
            )
            for last, size, begin, end in zip(
                ends.tolist(), book.tables["size"].tolist(), [0, *cuts[:-1].tolist()],
                cuts.tolist(), strict=True,
            )
        ]  # fmt: skip


@dataclass(slots=True, eq=False)
class FastIncumbent:
    """
    A joint plan in the hands of the compiled kernel: an :class:`.Incumbent` at once.

    Every order of the wave stands in a table, or has nothing to do.
    """

    incumbent: Incumbent
    fast: Fast
    _costs: FloatArray = field(init=False)
    _counts: IntArray = field(init=False)
    _parts: IntArray = field(init=False)
    _columns: IntArray = field(init=False)

    def __post_init__(self) -> None:
        """Start with nothing placed."""
        count, size = (
            len(self.fast.book.orders),
            int(self.fast.book.orders["picks_end"][-1]),
        )
        self._costs, self._counts = np.full(count, FORBIDDEN), np.zeros(count, np.int64)
        self._parts, self._columns = np.zeros(size, np.int64), np.zeros(size, np.int64)

    @property
    def hand(self) -> Any:  # noqa: ANN401 - its type is loaded with the kernel only
        """What the compiled kernel works on."""
        from domroute.batch.numba.placing import Hand

        return Hand(
            self.incumbent.left, self.incumbent.room, self._costs, self._counts,
            self._parts, self._columns,
        )  # fmt: skip

    def settle_all(self, sequence: Iterable[int], prices: Prices) -> None:
        """Lift orders one after another, and place each before the next is lifted."""
        from domroute.batch.numba.placing import settle_all

        places = self.fast.place[np.fromiter(sequence, np.int64)]
        settle_all(
            self.fast.book, self.hand, places[places >= 0], prices.units, prices.load,
            self.fast.make_scratch(),
        )  # fmt: skip

    def clear(self) -> None:
        """Lift every order."""
        self._counts[:], self._costs[:] = 0, FORBIDDEN
        self.incumbent.empty()

    def rank(self) -> tuple[int, float]:
        """Weigh the orders without a plan, and sum what the others cost."""
        wave, at = self.incumbent.wave, self.fast.book.orders["at"]
        costs = np.full(wave.count, FORBIDDEN)
        costs[list(wave.idle)] = list(wave.idle.values())
        costs[at] = self._costs
        is_known = costs < IS_FORBIDDEN
        return int(wave.absence[~is_known].sum()), math.fsum(costs[is_known].tolist())

    def copy(self) -> _Copy:
        """Remember who takes what."""
        return (
            self._costs.copy(), self._counts.copy(), self._parts.copy(),
            self._columns.copy(),
        )  # fmt: skip

    def restore(self, kept: _Copy) -> None:
        """Go back to what was remembered."""
        from domroute.batch.numba.placing import take_all

        mine = self._costs, self._counts, self._parts, self._columns
        for array, old in zip(mine, kept, strict=True):
            array[:] = old
        self.incumbent.empty()
        take_all(self.fast.book, self.hand)

    def publish(self) -> Incumbent:
        """Put all of it on the incumbent itself."""
        book, incumbent = self.fast.book, self.incumbent
        parts, columns = self._parts.tolist(), self._columns.tolist()
        for at, begin, count, cost in zip(
            book.orders["at"].tolist(),
            book.orders["picks_at"].tolist(),
            self._counts.tolist(),
            self._costs.tolist(),
            strict=True,
        ):
            end = begin + count
            picks = tuple(zip(parts[begin:end], columns[begin:end], strict=True))
            incumbent.placed[at] = Placed(cost, picks=picks)
        return incumbent

    def adopt(self) -> None:
        """Take over what stands on the incumbent itself."""
        book = self.fast.book
        for place, at in enumerate(book.orders["at"].tolist()):
            placed, begin = (
                self.incumbent.placed[at],
                int(book.orders["picks_at"][place]),
            )
            self._costs[place] = FORBIDDEN if placed is None else placed.cost
            picks = () if placed is None else placed.picks
            self._counts[place] = len(picks)
            for i, (part, column) in enumerate(picks):
                self._parts[begin + i], self._columns[begin + i] = part, column


@dataclass(slots=True, eq=False)
class FastBidders:
    """The orders of a wave that answer, compiled: as :class:`.Bidders`."""

    incumbent: FastIncumbent
    _wishes: Any = field(init=False)

    def __post_init__(self) -> None:
        """Lift them."""
        from domroute.batch.numba.bidding import Wishes

        self.incumbent.clear()
        hand, book = self.incumbent.hand, self.incumbent.fast.book
        # Who is left with nothing is never moved, and has its cost all the same.
        hand.costs[:] = book.missing[book.orders["missing_at"]]
        counted = np.flatnonzero(book.tables["layers"][book.orders["table"]])
        of_table = book.orders["table"][counted]
        hand.costs[counted] += book.extra[book.tables["extra_at"][of_table]]
        self._wishes = Wishes(
            hand.counts.copy(), hand.parts.copy(), hand.columns.copy()
        )

    def publish(self) -> None:
        """Do nothing: what they hold is on the incumbent."""

    def bid(self, pieces: IntArray, terms: Terms, priority: IntArray) -> int:
        """Ask pieces one after another, as :meth:`.Bidders.bid` does."""
        from domroute.batch.numba.bidding import Offer, bid_all

        book, wave = self.incumbent.fast.book, self.incumbent.incumbent.wave
        prices = terms.prices
        offer = Offer(
            prices.units, prices.load, terms.over, terms.over_load,
            wave.matters,
        )  # fmt: skip
        sizes = book.tables["size"]
        before = (np.cumsum(sizes) - sizes)[pieces[:, 0]]
        moved = bid_all(
            book, self.incumbent.hand, pieces[:, 1:] + before[:, None], offer,
            priority[book.orders["at"]], self._wishes,
            self.incumbent.fast.make_scratch(),
        )  # fmt: skip
        return int(moved)


@dataclass(slots=True, eq=False)
class FastRuin:
    """The improvement, compiled: as :class:`.Ruin`."""

    incumbent: FastIncumbent
    prices: Prices
    answer: Answer
    seed: int
    _random: np.random.Generator = field(init=False)
    _rivals: Any = field(init=False)
    _values: FloatArray = field(init=False)
    _turn: int = 0

    def __post_init__(self) -> None:
        """Note who wants what, and who holds it."""
        from domroute.batch.numba.ruin import Rivals, hold_all

        wave, book = self.incumbent.incumbent.wave, self.incumbent.fast.book
        self._random = np.random.default_rng(self.seed)
        wanted = ideals(self.incumbent.incumbent, self.answer)
        lists = [wanted[at] for at in book.orders["at"].tolist()]
        ends = np.cumsum([0, *map(len, lists)])
        # Every holder of a cell has a unit of it; of a row of capacity, a column at it.
        columns = np.bincount(book.row.ravel(), minlength=len(wave.capacity))
        most = np.concatenate(
            (np.where(wave.is_contended, wave.stock, 0), columns * wave.is_limited)
        )
        rivals = Rivals(
            busy=np.flatnonzero(np.diff(ends)),
            ideal_at=ends,
            ideal=np.array([r for ideal in lists for r in ideal], np.int64),
            held_at=np.concatenate(([0], np.cumsum(most))).astype(np.int64),
            held_count=np.zeros(len(most), np.int64),
            held=np.empty(int(most.sum()), np.int64),
            regret=np.zeros(len(book.orders)),
            matters=wave.matters,
            absence=wave.absence[book.orders["at"]],
            ranked=np.concatenate(
                [ranked_columns(table, self.prices) for table in wave.tables]
            ),
        )
        self._rivals, self._values = rivals, self.answer.values[book.orders["at"]]
        hold_all(
            book, self.incumbent.hand, rivals, self.prices.units, self.prices.load,
            self._values,
        )  # fmt: skip

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to improve."""
        return not len(self._rivals.busy)

    def turns(self, count: int, warmth: float) -> tuple[int, float]:
        """Free and place some times, as :meth:`.Ruin.turns` does."""
        from domroute.batch.numba.ruin import improve

        tuned = self.incumbent.incumbent.wave.tuning.ruin
        roam = roaming(self._turn, len(self._rivals.busy), tuned)
        placed, saved = improve(
            self.incumbent.fast.book, self.incumbent.hand, self._rivals,
            self.prices.units, self.prices.load, self._values, np.array(tuned.fades),
            self.incumbent.fast.make_scratch(), self._random, self._turn, count,
            tuned.size, tuned.draws, tuned.tries, warmth, roam,
        )  # fmt: skip
        self._turn += count
        return int(placed), float(saved)
