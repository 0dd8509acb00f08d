"""Offers once for each moment from which on more of their lines may leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from domroute.network import Item
from domroute.offers.laid import Laid
from domroute.promise.later import NEVER
from domroute.promise.window import tick_of
from domroute.supply import StockByDate
from domroute.units import MAX_UNITS, BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """
    What a delivery may wait for, at the nodes that are asked about.

    Attributes
    ----------
    since
        When each class of stock of each node begins; shape ``(C, K)``.
    units
        Units of each line that may leave by each class; shape ``(C, G, K)``.
    is_more
        Whether a line may send more by a class than by the one before, of what the
        order asks for; shape ``(C, G, K)``.
    coming
        Units of each line by each class that are not there yet; shape ``(C, G, K)``.
    """

    since: IntArray
    units: IntArray
    is_more: BoolArray
    coming: IntArray

    @classmethod
    def of(
        cls,
        by_date: StockByDate,
        lines: tuple[IntArray, BoolArray, IntArray],
        most: IntArray,
        *,
        is_alone: bool = True,
        expires: BoolArray | None = None,
    ) -> Waiting | None:
        """
        Look at the lines of a delivery; None if they have nothing to wait for.

        Parameters
        ----------
        by_date
            Of the nodes that are asked about.
        lines
            Of each its SKU, whether it may wait, and what the order asks for of that
            SKU on all of its lines; shape ``(G,)`` each.
        most
            Units of each that nodes may give at most; shape ``(G, K)``.
        is_alone
            Whether no other orders want the same stock: others may take what is there
            now, however much that is.
        expires
            Where what is there expires, so that what arrives is worth a wait though
            there is enough; None for nowhere; shape ``(G, K)``.
        """
        sku_of, waits, wanted = lines
        stock = by_date.stock[:, sku_of]
        stock = np.where(waits[:, None], stock, stock[:1])
        # Lines that share a SKU may wait for it though each could be filled by itself.
        asked = wanted[:, None] if is_alone else MAX_UNITS
        here = np.minimum(stock, asked) * (most > 0)
        is_more = here > 0
        is_more[1:] = here[1:] > here[:-1]
        coming = by_date.coming[:, sku_of] * waits[:, None]
        if expires is not None:
            is_more[1:] |= (coming[1:] > coming[:-1]) & expires & (here[1:] > 0)
        is_more &= by_date.since[:, None] < NEVER
        if not is_more[1:].any():
            return None
        return cls(by_date.since, np.minimum(stock, most), is_more, coming)

    def arriving(self, stocked: Stocked, node: IntArray) -> IntArray:
        """Count what of lines arrives by the class of each offer; shape ``(G, A)``."""
        found: IntArray = self.coming[stocked.by_class, :, node].T
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Stocked:
    """
    What of the stock of their nodes offers may take.

    Attributes
    ----------
    by_class
        The class of stock by which each leaves; shape ``(A,)``.
    limit
        Units of each line that each may take; shape ``(G, A)``.
    brings
        The lines of which more is there by the class than by the one before, of what
        the order asks for; shape ``(G, A)``.
    barred
        The lines of which each takes what arrives alone, since what is there would not
        be good when it comes; None for none; shape ``(G, A)``.
    """

    by_class: IntArray
    limit: IntArray
    brings: BoolArray
    barred: BoolArray | None = None

    def only(self, offers: IntArray) -> Stocked:
        """Look at some of the offers."""
        barred = None if self.barred is None else self.barred[:, offers]
        limit, brings = self.limit[:, offers], self.brings[:, offers]
        return Stocked(self.by_class[offers], limit, brings, barred)

    def barring(self, barred: BoolArray, arriving: IntArray) -> Stocked:
        """Take of some lines no more than what arrives; shapes ``(G, A)``."""
        limit = np.where(barred, np.minimum(self.limit, arriving), self.limit)
        return replace(self, limit=limit, barred=barred)


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """
    The offers of a delivery, each once for every moment.

    Attributes
    ----------
    laid
        The offers: of each service those of its first moment, then those of the next.
    since
        From when on each may leave; shape ``(A,)``.
    stocked
        What of stock each may take; None where all is there.
    """

    laid: Laid
    since: IntArray
    stocked: Stocked | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """
    The moments from which on the lines of a delivery may leave.

    Attributes
    ----------
    released
        When each line may leave at the earliest; microseconds from 1970 on; ``(G,)``.
    moments
        The same, each once, rising.
    waiting
        What may be waited for; None where all is there.
    """

    released: IntArray
    moments: IntArray
    waiting: Waiting | None = None

    @classmethod
    def of(
        cls, items: tuple[Item, ...], placed: int, waiting: Waiting | None = None
    ) -> Classes:
        """Look at the items of lines: none leaves before it is released."""
        released = [
            placed if item.release_at is None else max(placed, tick_of(item.release_at))
            for item in items
        ]
        moments = np.array(sorted(set(released)), np.int64)
        return cls(np.array(released, np.int64), moments, waiting)

    def spread_out(self, laid: Laid) -> Spread:
        """Lay offers out once for each moment, for the lines that may leave then."""
        waiting = self.waiting
        if waiting is None and len(self.moments) == 1:
            return Spread(laid, np.broadcast_to(self.moments[0], laid.service.shape))
        nothing = np.empty(0, np.int64)
        parts = list(self._parts(laid))
        at, since, by_class = (
            np.concatenate([nothing, *(part[k] for part in parts)]) for k in range(3)
        )
        edges = np.cumsum([0, *(len(part[0]) for part in parts)]).tolist()
        node = at if laid.node is None else laid.node[at]
        leaves: BoolArray = self.released[:, None] <= since
        carries = leaves if laid.carries is None else leaves & laid.carries[:, at]
        spread = Laid(
            runs=tuple(slice(*pair) for pair in pairwise(edges)),
            service=laid.service[at],
            node=node,
            zone=laid.zone[at],
            carries=carries,
        )
        if waiting is None:
            return Spread(spread, since)
        limit = waiting.units[by_class, :, node].T * leaves
        brings = waiting.is_more[by_class, :, node].T
        return Spread(spread, since, Stocked(by_class, limit, brings))

    def _parts(self, laid: Laid) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
        """Yield offers of one service at one moment, the moment, the class of stock."""
        steps = None if self.waiting is None else list(self._steps(self.waiting))
        for run in laid.runs:
            mine = np.arange(run.start, run.stop)
            if steps is None:
                for moment in self.moments.tolist():
                    yield mine, np.full(len(mine), moment), np.zeros(len(mine), int)
                continue
            node = mine if laid.node is None else laid.node[run]
            for at, is_one, when in steps:
                here = is_one[node].nonzero()[0]
                if len(here):
                    yield mine[here], when[node[here]], np.full(len(here), at)

    def _steps(self, waiting: Waiting) -> Iterator[tuple[int, BoolArray, IntArray]]:
        """Yield classes, and by node whether more leaves by one, and when; ``(K,)``."""
        first = int(self.moments[0])
        for at, (since, is_more) in enumerate(
            zip(waiting.since, waiting.is_more, strict=True)
        ):
            for release in self.moments.tolist():
                when = np.maximum(since, release)
                leaves = is_more & (self.released[:, None] <= when)
                is_one = np.logical_or.reduce(leaves, axis=0)
                if release != first:
                    # What is released before its stock is there leaves then.
                    is_one &= since < release
                if is_one.any():
                    yield at, is_one, when
