"""Offers once for each moment from which on more of their lines may leave."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, pairwise

import numpy as np

from domroute.network import Item
from domroute.offers.laid import Laid
from domroute.promise.later import NEVER
from domroute.promise.window import tick_of
from domroute.records import record
from domroute.supply import StockByDate
from domroute.units import BoolArray, IntArray


@record
class Waiting:
    """
    What a delivery may wait for, at the nodes that are asked about.

    Attributes
    ----------
    units
        Units of each line that may leave by each class; shape ``(C, G, K)``.
    is_more
        Whether a line may send more by a class than by the one before, of what the
        order asks for; shape ``(C, G, K)``.
    by_date
        What comes by class of stock.
    sku_of, waits
        Of each line its SKU, and whether it may wait; shape ``(G,)``.
    """

    units: IntArray
    is_more: BoolArray
    by_date: StockByDate
    sku_of: IntArray
    waits: BoolArray

    @classmethod
    def of(
        cls,
        by_date: StockByDate,
        lines: tuple[IntArray, BoolArray, IntArray | None],
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
            SKU on all of its lines, None where each is of another; ``(G,)`` each.
        most
            Units of each that nodes may give at most, and no more than are asked for;
            shape ``(G, K)``.
        is_alone
            Whether no other orders want the same stock: others may take what is there
            now, however much that is.
        expires
            Where what is there expires, so that what arrives is worth a wait though
            there is enough; None for nowhere; shape ``(G, K)``.
        """
        sku_of, waits, wanted = lines
        stock = by_date.stock
        if wanted is not None or len(sku_of) < stock.shape[1]:
            stock = stock.take(sku_of, axis=1)
        if not np.logical_and.reduce(waits):
            stock = np.where(waits[:, None], stock, stock[:1])
        units = np.minimum(stock, most)
        here = units
        if not is_alone:
            here = stock * (most > 0)
        elif wanted is not None:
            # Lines that share a SKU may wait though each could be filled by itself.
            here = np.minimum(stock, wanted[:, None]) * (most > 0)
        is_more = here > 0
        np.greater(here[1:], here[:-1], out=is_more[1:])
        if expires is not None:
            coming = _coming(by_date, sku_of, waits)
            is_more[1:] |= (coming[1:] > coming[:-1]) & expires & (here[1:] > 0)
        is_more &= (by_date.since < NEVER)[:, None]
        if not np.logical_or.reduce(is_more[1:], axis=None):
            return None
        return cls(units, is_more, by_date, sku_of, waits)

    def stocked(self, by_class: IntArray, node: IntArray) -> Stocked:
        """Say what offers may take that leave nodes by classes, ``(A,)`` each."""
        at = _places(self.units.shape, by_class, node)
        return Stocked(by_class, self.units.take(at), self.is_more.take(at))

    def arriving(self, stocked: Stocked, node: IntArray) -> IntArray:
        """Count what of lines arrives by the class of each offer; shape ``(G, A)``."""
        coming = _coming(self.by_date, self.sku_of, self.waits)
        found: IntArray = coming.take(_places(coming.shape, stocked.by_class, node))
        return found


def _coming(by_date: StockByDate, sku_of: IntArray, waits: BoolArray) -> IntArray:
    """Count what of lines is not there yet, class by class; shape ``(C, G, K)``."""
    return by_date.coming.take(sku_of, axis=1) * waits[:, None]


def _places(shape: tuple[int, ...], by_class: IntArray, node: IntArray) -> IntArray:
    """Say where in ``(C, G, K)`` classes and nodes, ``(A,)``, stand; ``(G, A)``."""
    _, lines, nodes = shape
    return (by_class * (lines * nodes) + node) + np.arange(lines)[:, None] * nodes


@record
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
        # To take columns is several times as fast as to index them.
        return Stocked(
            self.by_class.take(offers),
            self.limit.take(offers, axis=1),
            self.brings.take(offers, axis=1),
            None if self.barred is None else self.barred.take(offers, axis=1),
        )

    def repeated(self, count: int) -> Stocked:
        """Say the same of as many offers again and again, so many times in all."""
        return Stocked(
            np.concatenate((self.by_class,) * count),
            np.concatenate((self.limit,) * count, axis=1),
            np.concatenate((self.brings,) * count, axis=1),
        )

    def barring(self, barred: BoolArray, arriving: IntArray) -> Stocked:
        """Take of some lines no more than what arrives; shapes ``(G, A)``."""
        limit = np.where(barred, np.minimum(self.limit, arriving), self.limit)
        return replace(self, limit=limit, barred=barred)


@record
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


@record
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
        waiting, moments, count = self.waiting, self.moments, len(laid.service)
        if waiting is None and len(moments) == 1:
            return Spread(laid, np.broadcast_to(moments[0], laid.service.shape))
        node = np.arange(count) if laid.node is None else laid.node
        if waiting is not None and len(moments) == 1 and laid.zones:
            return self._spread_alike(laid, waiting, node[laid.runs[0]])
        if waiting is None:
            when = moments[:, None].repeat(count, axis=1)
            stands = np.ones(when.shape, bool)
        else:
            stands, when = self._steps(waiting)
            stands, when = stands.take(node, axis=1), when.take(node, axis=1)
        step, at, edges = _run_by_run(stands, laid)
        since = when.take(step * count + at)
        node = node[at]
        leaves: BoolArray = self.released[:, None] <= since
        spread = Laid(
            runs=tuple([slice(*pair) for pair in pairwise(edges)]),
            service=laid.service[at],
            node=node,
            zone=laid.zone[at],
            carries=leaves if laid.carries is None else leaves & laid.carries[:, at],
        )
        if waiting is None:
            return Spread(spread, since)
        by_class = step if len(moments) == 1 else step // len(moments)
        stocked = waiting.stocked(by_class, node)
        if len(moments) > 1:
            stocked = replace(stocked, limit=stocked.limit * leaves)
        return Spread(spread, since, stocked)

    def _spread_alike(self, laid: Laid, waiting: Waiting, node: IntArray) -> Spread:
        """Lay out by one service what waits, and by the others likewise."""
        stands, when = self._steps(waiting)
        by_class, at = stands.take(node, axis=1).nonzero()
        node, count = node.take(at), len(laid.runs)
        since = when.reshape(-1).take(by_class * when.shape[1] + node)
        sizes = [size for size in np.bincount(by_class).tolist() if size]
        edges = accumulate(sizes * count, initial=0)
        every = np.concatenate([at + run.start for run in laid.runs])
        spread = Laid(
            runs=tuple([slice(*pair) for pair in pairwise(edges)]),
            service=laid.service.take(every),
            node=np.concatenate((node,) * count),
            zone=laid.zone.take(every),
            carries=None if laid.carries is None else laid.carries[:, every],
        )
        stocked = waiting.stocked(by_class, node).repeated(count)
        return Spread(spread, np.concatenate((since,) * count), stocked)

    def _steps(self, waiting: Waiting) -> tuple[BoolArray, IntArray]:
        """
        Tell by which steps more leaves a node, and when; shape ``(S, K)`` each.

        Each class has a step for each moment, one after another.
        """
        since, releases = waiting.by_date.since, self.moments[:, None]
        if len(releases) == 1:
            stands = np.logical_or.reduce(waiting.is_more, axis=1)
            return stands, np.maximum(since, releases)
        when = np.maximum(since[:, None], releases)
        leaves = waiting.is_more[:, None] & (self.released[:, None] <= when[:, :, None])
        stands = np.logical_or.reduce(leaves, axis=2)
        # What is released before its stock is there leaves then.
        stands[:, 1:] &= since[:, None] < releases[1:]
        return stands.reshape(-1, since.shape[1]), when.reshape(-1, since.shape[1])


def _run_by_run(stands: BoolArray, laid: Laid) -> tuple[IntArray, IntArray, list[int]]:
    """
    List offers service by service, and those of each step by step.

    Parameters
    ----------
    stands
        By which steps each offer stands; shape ``(S, A)``.
    laid
        The offers.

    Returns
    -------
    step, at : IntArray
        The step by which each stands, and which it is.
    edges : list of int
        Where the offers of one service by one step begin, and where the last end.
    """
    step = at = np.empty(0, np.int64)
    steps, places, edges = [step], [at], [0]
    sizes: list[int] = []
    for run in laid.runs:
        if not (sizes and laid.zones):  # else it is like the one before
            step, at = stands[:, run].nonzero()
            sizes = [size for size in np.bincount(step).tolist() if size]
        steps.append(step)
        places.append(at + run.start)
        edges += sizes
    return np.concatenate(steps), np.concatenate(places), list(accumulate(edges))
