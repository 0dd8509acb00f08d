"""The offers of one delivery, priced term by term."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import compress

import numpy as np

from domroute.costs.charges import Below, Charge, Charged, Kinds, Linear, parted
from domroute.offers.dayroom import DayRoom
from domroute.offers.laid import runs_of
from domroute.offers.pricetable import forbid, product, spread
from domroute.promise.dated import Dates
from domroute.records import record
from domroute.units import BoolArray, FloatArray, IntArray


@record
class Block:
    """
    The offers of one delivery group, service by service.

    Attributes
    ----------
    group
        Position of the group in the problem.
    services
        The services there are, by position.
    service
        The position of each offer's; -1 where it goes by none; shape ``(A,)``.
    runs
        The offers of each service: nodes rise within each.
    zone
        Of each offer by its service's rule, from zero, where ``zones`` is more than
        that; shape ``(A,)``.
    zones
        How many zones there are where several services have one rule, serve every node
        of the block and differ in nothing but one charge by zone; 0 elsewhere.
    lines
        Positions of the group's lines; shape ``(G,)``.
    nodes
        Positions in ``problem.nodes``, one per offer; shape ``(A,)``.
    limit
        Units of each line that an offer can take at most; shape ``(G, A)``.
    per_shipment, per_line, per_unit
        Sums of what is linear; shapes ``(A,)``, ``(G, A)`` or None, and ``(G, A)``.
    charged
        The terms one by one, to report costs by.
    stepped
        What of it is not linear.
    carries
        The lines that each offer's service accepts; None for all; shape ``(G, A)``.
    dates
        When each offer leaves and arrives; None where nothing says when.
    released
        From when on each line may leave; None where all may from one moment on; shape
        ``(G,)``.
    kinds
        Of the nodes of a run, where ``zones`` is more than 0 and some offers are none,
        for their dates: their limit is 0. None where all are.
    by_class
        The class of stock by which each offer leaves; None where nothing is waited for;
        shape ``(A,)``.
    barred
        The lines of which each takes what arrives alone; None for none; ``(G, A)``.
    brings
        The lines of which more is there by the class of each than by the one before;
        None where nothing is waited for; shape ``(G, A)``.
    room
        What the working days have left that the order could overfill; None for none.
    """

    group: int
    services: tuple[str, ...]
    service: IntArray
    runs: tuple[slice, ...]
    zone: IntArray
    zones: int
    lines: IntArray
    nodes: IntArray
    limit: IntArray
    per_shipment: FloatArray
    per_line: FloatArray | None
    per_unit: FloatArray
    charged: tuple[Charged, ...]
    stepped: tuple[Charge, ...]
    carries: BoolArray | None = None
    dates: Dates | None = None
    released: IntArray | None = None
    kinds: Kinds | None = None
    by_class: IntArray | None = None
    barred: BoolArray | None = None
    brings: BoolArray | None = None
    room: DayRoom | None = None

    @property
    def made(self) -> BoolArray | None:
        """Which offers there are; None for all, shape ``(A,)``."""
        kinds = self.kinds
        return None if kinds is None else kinds.serves[:, kinds.of_node].ravel()

    @property
    def is_together(self) -> bool:
        """Whether all that a plan takes of it comes on one date."""
        return self.dates is not None and self.dates.soonest is not None

    def apart(self) -> Block:
        """Let what is taken of it come on several dates."""
        if self.dates is None or self.dates.soonest is None:
            return self
        return replace(self, dates=self.dates.apart())

    @property
    def has_choice(self) -> bool:
        """Whether some node may ship by several services."""
        return len(self.runs) > 1 and len(np.unique(self.nodes)) < len(self.nodes)

    def with_room(self, room: DayRoom) -> Block:
        """Limit what offers take to what their working days have left."""
        return replace(self, limit=np.minimum(self.limit, room.limits()), room=room)

    def at_most(self, units: IntArray) -> Block:
        """Limit what offers take, on any day, to units of each line; ``(G, A)``."""
        room = self.room
        if room is not None:
            room = replace(room, most=np.minimum(room.most, units))
        return replace(self, limit=np.minimum(self.limit, units), room=room)

    def service_of(self, offer: int) -> str | None:
        """Name the service that an offer goes by, if any."""
        at = int(self.service[offer])
        return None if at < 0 else self.services[at]

    def offer_at(self, node: int, run: slice) -> int:
        """Find the offer of a node at hand by the service of a run; -1 for none."""
        offer = run.start + int(self.nodes[run].searchsorted(node))
        return offer if offer < run.stop and self.nodes[offer] == node else -1

    def at_node(self, node: int) -> list[int]:
        """List the offers of a node at hand, service by service."""
        found: list[int] = (self.nodes == node).nonzero()[0].tolist()
        return found

    def below(self, most: FloatArray | None = None, slope: float = 1.0) -> list[Below]:
        """Draw lines below what is not linear, as :meth:`Charge.below` does."""
        drawn = [charge.below(most, slope) for charge in self.stepped]
        return [line for line in drawn if line is not None]

    def price_nodes(
        self, units: FloatArray, count: int, nothing: float
    ) -> tuple[FloatArray, bool]:
        """
        Price B ways to fill the group's lines by each node's cheapest service.

        Parameters
        ----------
        units
            As :meth:`price` takes them.
        count
            How many nodes are at hand.
        nothing
            What stands at nodes that cannot fill so much.

        Returns
        -------
        tuple
            The prices, ``(B, M)``, and whether it is plain that no node ships any of
            them for less by several services at once.
        """
        if self.zones:
            return self._price_even(units, count, nothing)
        price = self.price(units)
        forbid(price, units, self.limit, nothing)
        if self.room is not None:
            offers, over = self.room.is_over(units)
            for at, offer in enumerate(offers.tolist()):
                price[over[:, at], offer] = nothing
        if len(self.runs) == 1:
            return spread(price, self.nodes, count, nothing), True
        found = np.full((count, len(price)), nothing)
        for run in self.runs:
            nodes, mine = self.nodes[run], price.T[run]
            if len(nodes) == count:
                np.minimum(found, mine, out=found)
            else:
                found[nodes] = np.minimum(found.take(nodes, axis=0), mine)
        return found.T, False

    def _price_even(
        self, units: FloatArray, count: int, nothing: float
    ) -> tuple[FloatArray, bool]:
        """Price by node where services differ by zones alone: zone by zone."""
        nodes, kinds = self.runs[0], self.kinds
        price = self._price_linear(units, nodes)
        fixed = float(np.minimum.reduce(self.per_shipment[nodes]))
        is_plain = fixed >= 0.0 and (
            self.per_line is None or bool(self.per_line.min() >= 0.0)
        )
        firsts = [run.start for run in self.runs]
        for charge in self.stepped:
            zoned = charge.least_by_zone(
                units, firsts, self.zone, self.zones, self.kinds
            )
            if zoned is not None:
                least, two = zoned
                zone = self.zone[nodes] if kinds is None else kinds.of_node
                price += least.take(zone, axis=1)
                # A second shipment costs its start, and what the node asks for it.
                is_plain = is_plain and (
                    two is not None
                    and float(np.maximum.reduce(least - two, axis=None)) <= fixed
                )
            else:
                price += charge.price(units)[:, nodes]
                is_plain = is_plain and charge.is_subadditive
        limit = self.limit[:, nodes]
        if kinds is not None:
            by_run = self.limit.reshape(len(limit), len(self.runs), -1)
            limit = np.maximum.reduce(by_run, axis=1)
        forbid(price, units, limit, nothing)
        return spread(price, self.nodes[nodes], count, nothing), is_plain

    def cheapest(self, units: IntArray, node: int) -> tuple[int, float] | None:
        """
        Find the offer of a node that ships units, ``(G,)``, for the least.

        The first among equals, and by how much the next costs more; None where the node
        has none that can.
        """
        if len(self.runs) == 1 or self.zones:
            return self._cheapest_by_zone(units, node)
        offers = self.at_node(node)
        able = self.able(units, offers)
        if len(able) <= 1:
            return (able[0], math.inf) if able else None
        several = np.broadcast_to(units.astype(float), (len(able), len(units)))
        return _first_of(able, self.price_at(several, np.array(able)).tolist())

    def able(self, units: IntArray, offers: list[int]) -> list[int]:
        """Keep the offers that can ship units, ``(G,)``, by themselves."""
        if not offers:
            return []
        limit = self.limit.take(offers, axis=1)
        fits = np.logical_and.reduce(units[:, None] <= limit, axis=0)
        able = list(compress(offers, fits.tolist()))
        if self.room is None or not able:
            return able
        holds = self.room.holds(units, np.array(able))
        return [offer for offer, fits in zip(able, holds.tolist(), strict=True) if fits]

    def _cheapest_by_zone(self, units: IntArray, node: int) -> tuple[int, float] | None:
        """Find it where services differ by zones alone, or there is but one."""
        first = self.offer_at(node, self.runs[0])
        if first < 0:
            return None
        offers = [first + run.start for run in self.runs]
        if self.room is not None:
            offers = self.able(units, offers)
        elif self.kinds is None:
            # All have what the node has.
            if not np.logical_and.reduce(units <= self.limit[:, first]):
                return None
        else:
            able = np.logical_and.reduce(units[:, None] <= self.limit[:, offers])
            offers = np.array(offers)[able].tolist()
        if len(offers) > 1:
            for charge in self.stepped:
                if charge.is_by_zone:  # there is but one
                    return _first_of(offers, charge.price_by(units, offers))
        return (offers[0], math.inf if len(offers) == 1 else 0.0) if offers else None

    def only(self, kept: BoolArray | None) -> Block:
        """Keep some of the offers that there are, ``(A,)``; None for all."""
        if kept is None or kept.all():
            return self
        made = self.made
        kept = kept if made is None else kept & made
        at = kept.nonzero()[0]
        charged = tuple([term.only(at) for term in self.charged])
        return replace(
            self,
            service=self.service[at],
            runs=runs_of(at, self.runs),
            zone=self.zone[at],
            zones=0,
            kinds=None,
            nodes=self.nodes[at],
            limit=self.limit.take(at, axis=1),
            per_shipment=self.per_shipment[at],
            per_line=None if self.per_line is None else self.per_line.take(at, axis=1),
            per_unit=self.per_unit.take(at, axis=1),
            charged=charged,
            stepped=parted(charged)[1],
            carries=None if self.carries is None else self.carries.take(at, axis=1),
            dates=None if self.dates is None else self.dates.only(at),
            by_class=None if self.by_class is None else self.by_class[at],
            barred=None if self.barred is None else self.barred.take(at, axis=1),
            brings=None if self.brings is None else self.brings.take(at, axis=1),
            room=None if self.room is None else self.room.only(at),
        )

    def price(self, units: FloatArray) -> FloatArray:
        """
        Price B ways to fill the group's lines at every offer.

        Parameters
        ----------
        units
            Units of each line, at least one in every row; shape ``(B, G)``.

        Returns
        -------
        FloatArray
            Shape ``(B, A)``; limits are not looked at.
        """
        cost = self._price_linear(units, slice(None))
        for charge in self.stepped:
            cost += charge.price(units)
        return cost

    def _price_linear(self, units: FloatArray, offers: slice) -> FloatArray:
        """Price what is linear, by some of the offers; all of an offer side by side."""
        cost = product(self.per_unit[:, offers].T, units.T).T
        cost += self.per_shipment[offers]
        if self.per_line is not None:
            present = (units > 0).astype(float)
            cost += product(self.per_line[:, offers].T, present.T).T
        return cost

    def price_at(self, units: FloatArray, offers: IntArray) -> FloatArray:
        """Price B shipments, each at its own offer; from ``(B, G)`` units, ``(B,)``."""
        cost: FloatArray = self.per_shipment[offers]
        per_unit = self.per_unit.take(offers, axis=1)
        cost = cost + np.einsum("bg,gb->b", units, per_unit)
        if self.per_line is not None:
            per_line = self.per_line.take(offers, axis=1)
            cost += np.einsum("bg,gb->b", units > 0, per_line)
        for charge in self.stepped:
            cost += charge.price_at(units, offers)
        return cost

    def price_terms(self, offer: int, units: IntArray) -> list[tuple[str, float]]:
        """Price one shipment at one offer, term by term; ``units`` is ``(G,)``."""
        return [(term.name, term.price_one(units, offer)) for term in self.charged]

    def never_falls(self, *, by_term: bool) -> bool:
        """
        Tell whether no shipment costs less when more is put in.

        By term, or only on the whole: one may make up for what another pays.
        """
        if by_term:
            return all(term.never_falls for term in self.charged)
        whole = Linear(self.per_shipment, self.per_line, self.per_unit)
        return whole.never_falls and all(c.never_falls for c in self.stepped)


def _first_of(offers: list[int], price: list[float]) -> tuple[int, float]:
    """Return the first that costs the least, and by how much the next costs more."""
    least, second = sorted(price)[:2]
    return offers[price.index(least)], second - least
