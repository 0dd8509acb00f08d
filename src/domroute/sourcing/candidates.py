"""The ways to ship what may be shipped, priced: one row of arrays per way, an *offer*."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domroute.costs import Distance, Handling, Shipping
from domroute.costs.quotes import NO_QUOTES, OrderQuotes
from domroute.costs.term import Carrier, Charges, CostTerm, Pricer, Question, Tariff
from domroute.inventory import Inventory
from domroute.problem import Group, NetworkArrays, OrderProblem
from domroute.sourcing.eligibility import Eligibility, SoftBreak
from domroute.units import BoolArray, FloatArray, IntArray

QUOTED = "quoted"
HONOR_QUOTES = (Handling, Distance, Shipping)
"""Terms whose amounts tell apart what a quote of a shipment or unit covers."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One term's share of an offer block; shapes as in ``Block``."""

    name: str
    per_shipment: FloatArray | None = None
    per_line: FloatArray | None = None
    per_unit: FloatArray | None = None
    curve: Callable[[FloatArray], FloatArray] | None = None
    tariff: Tariff | None = None
    breaks: SoftBreak | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """
    The offers of one delivery group by one service.

    Attributes
    ----------
    group
        Position of the group in the problem.
    lines
        Positions of the group's lines; shape ``(G,)``.
    nodes
        Positions in ``problem.nodes``, one per offer; shape ``(A,)``.
    limit
        Units of each line that an offer can take at most; shape ``(G, A)``.
    per_shipment, per_line, per_unit
        Sums over the parts; shapes ``(A,)``, ``(G, A)`` or None, and ``(G, A)``.
    parts
        The terms one by one, to report costs by.
    """

    group: int
    service: str | None
    lines: IntArray
    nodes: IntArray
    limit: IntArray
    per_shipment: FloatArray
    per_line: FloatArray | None
    per_unit: FloatArray
    parts: tuple[Part, ...]

    @property
    def has_steps(self) -> bool:
        """Whether some cost is not linear in units, lines and shipments."""
        return any(part.tariff or part.curve or part.breaks for part in self.parts)

    def price(self, units: FloatArray, facts: OrderProblem) -> FloatArray:
        """
        Price B ways to fill the group's lines at every offer.

        Parameters
        ----------
        units
            Units of each line, at least one in every row; shape ``(B, G)``.
        facts
            Weights and volumes.

        Returns
        -------
        FloatArray
            Shape ``(B, A)``; limits are not looked at.
        """
        cost = units @ self.per_unit
        cost += self.per_shipment
        if self.per_line is not None:
            cost += (units > 0) @ self.per_line
        for part in self.parts:
            if part.tariff is not None:
                cost += tariff_price(
                    part.tariff,
                    units @ facts.weight_kg[self.lines],
                    units @ facts.volume_cm3[self.lines],
                )
            if part.curve is not None:
                cost += part.curve(units)
            if part.breaks is not None:
                cost += part.breaks.price * ((units > 0) @ part.breaks.breaks > 0)
        return cost

    def price_at(
        self, units: FloatArray, offers: IntArray, facts: OrderProblem
    ) -> FloatArray:
        """Price B shipments, each at its own offer; ``units`` is ``(B, G)``; ``(B,)``."""
        cost = self.per_shipment[offers]
        cost = cost + np.einsum("bg,gb->b", units, self.per_unit[:, offers])
        present = units > 0
        if self.per_line is not None:
            cost += np.einsum("bg,gb->b", present, self.per_line[:, offers])
        for part in self.parts:
            if part.tariff is not None:
                weight = units @ facts.weight_kg[self.lines]
                volume = units @ facts.volume_cm3[self.lines]
                step, full = tariff_steps(part.tariff, weight, volume)
                zone = part.tariff.zone[offers]
                cost += part.tariff.rates[zone, step]
                if full is not None:
                    cost += full * part.tariff.rates[zone, -1]
            if part.curve is not None:
                cost += part.curve(units)[np.arange(len(units)), offers]
            if part.breaks is not None:
                broken = part.breaks.breaks[:, offers].T
                cost += part.breaks.price * (present & broken).any(axis=1)
        return cost

    def price_parts(
        self, offer: int, units: IntArray, facts: OrderProblem
    ) -> list[tuple[str, float]]:
        """Price one shipment at one offer, term by term; ``units`` has shape ``(G,)``."""
        return [
            (part.name, _price_part(part, self.lines, offer, units, facts))
            for part in self.parts
        ]


def _price_part(
    part: Part, lines: IntArray, offer: int, units: IntArray, facts: OrderProblem
) -> float:
    cost = 0.0
    if part.per_shipment is not None:
        cost += float(part.per_shipment[offer])
    if part.per_line is not None:
        cost += float((units > 0) @ part.per_line[:, offer])
    if part.per_unit is not None:
        cost += float(units @ part.per_unit[:, offer])
    if part.tariff is not None:
        one = replace(part.tariff, zone=part.tariff.zone[offer : offer + 1])
        weight = np.array([units @ facts.weight_kg[lines]])
        volume = np.array([units @ facts.volume_cm3[lines]])
        cost += float(tariff_price(one, weight, volume)[0, 0])
    if part.curve is not None:
        cost += float(part.curve(units[None, :])[0, offer])
    if part.breaks is not None and ((units > 0) & part.breaks.breaks[:, offer]).any():
        cost += part.breaks.price
    return cost


def tariff_price(tariff: Tariff, weight: FloatArray, volume: FloatArray) -> FloatArray:
    """
    Price parcels of given weights and volumes from every node; shape ``(B, M)``.

    The first step that holds a parcel prices it; what holds in none is first lightened
    by full parcels of the last step.
    """
    step, full = tariff_steps(tariff, weight, volume)
    by_zone = tariff.rates.T[step]
    if full is not None:
        by_zone = by_zone + full[:, None] * tariff.rates[:, -1]
    return by_zone[:, tariff.zone]


def tariff_steps(
    tariff: Tariff, weight: FloatArray, volume: FloatArray
) -> tuple[IntArray, FloatArray | None]:
    """Find the step of the last parcel, and the full parcels before it; ``(B,)`` each."""
    full = None
    if weight.max() > tariff.caps_kg[-1] or volume.max() > tariff.caps_cm3[-1]:
        full = _full_parcels(tariff, weight, volume)
        weight = np.maximum(0.0, weight - full * tariff.parcel_kg)
        if np.isfinite(tariff.parcel_cm3):
            volume = np.maximum(0.0, volume - full * tariff.parcel_cm3)
    step = tariff.caps_kg.searchsorted(weight)
    if np.isfinite(tariff.parcel_cm3):
        step = np.maximum(step, tariff.caps_cm3.searchsorted(volume))
    return step, full


def _full_parcels(tariff: Tariff, weight: FloatArray, volume: FloatArray) -> FloatArray:
    full = np.ceil((weight - tariff.caps_kg[-1]) / tariff.parcel_kg)
    if np.isfinite(tariff.parcel_cm3):
        by_volume = np.ceil((volume - tariff.caps_cm3[-1]) / tariff.parcel_cm3)
        full = np.maximum(full, by_volume)
    return np.maximum(full, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """
    Every way an order's units may leave, and what the order as a whole must keep to.

    Attributes
    ----------
    blocks
        Offers by group and service, in a stated order.
    penalty
        Cost of leaving a unit of each line unfilled; infinite where it must be filled;
        shape ``(L,)``.
    workload
        Capacity in workload that a unit of each line takes at each node at hand; shape
        ``(L, M)``; None where no node is limited so.
    """

    problem: OrderProblem
    eligibility: Eligibility
    blocks: tuple[Block, ...]
    penalty: FloatArray
    workload: FloatArray | None

    @property
    def offer_count(self) -> int:
        """How many ways to ship there are."""
        return sum(len(block.nodes) for block in self.blocks)


def find_candidates(
    problem: OrderProblem,
    eligibility: Eligibility,
    terms: Sequence[tuple[CostTerm, Pricer]],
    arrays: NetworkArrays,
    inventory: Inventory,
    quotes: OrderQuotes,
    penalty: FloatArray,
) -> Candidates:
    """Price every way to ship what the eligibility leaves."""
    blocks: list[Block] = []
    stock = eligibility.stock[problem.sku_of]
    usable = eligibility.allowed & (stock > 0)
    limit = np.minimum(stock, problem.quantity[:, None])
    if not eligibility.allowed.all():
        limit = limit * eligibility.allowed
    if eligibility.capacity is not None:
        usable &= eligibility.capacity > 0
    for at, group in enumerate(problem.groups):
        kept = np.flatnonzero(usable[group.lines].any(axis=0))
        if len(kept) == 0:
            continue
        question = _ask(problem, group, arrays, inventory, kept)
        lines = _QuotedLines.of(question, quotes)
        charged = [(term, pricer.charges(question)) for term, pricer in terms]
        breaks = [
            replace(soft, breaks=soft.breaks[:, kept]) for soft in eligibility.breaks[at]
        ]
        rows = limit if len(problem.groups) == 1 else limit[group.lines]
        if len(kept) < limit.shape[1]:
            rows = rows[:, kept]
        blocks += [
            _build_block(
                at, group, kept, rows, charged, eligibility, breaks, lines, way
            )
            for way in _ways(charged, lines, len(kept))
        ]
    return Candidates(
        problem=problem,
        eligibility=eligibility,
        blocks=tuple(block for block in blocks if len(block.nodes)),
        penalty=penalty,
        workload=_workload(problem, arrays, quotes),
    )


def _ask(
    problem: OrderProblem,
    group: Group,
    arrays: NetworkArrays,
    inventory: Inventory,
    kept: IntArray,
) -> Question:
    at = group.lines.tolist()
    place = group.destination
    return Question(
        order=problem.order,
        delivery=group.delivery,
        postal_code=None if place is None else place.postal_code,
        lines=tuple([problem.lines[i] for i in at]),
        items=tuple([problem.items[i] for i in at]),
        arrays=arrays,
        inventory=inventory,
        nodes=problem.nodes[kept],
        distance_km=group.distance_km[kept],
        quantity=problem.quantity[group.lines],
        weight_kg=problem.weight_kg[group.lines],
        volume_cm3=problem.volume_cm3[group.lines],
        unit_price=problem.unit_price[group.lines],
        available=problem.stock[problem.sku_of[group.lines]][:, kept],
    )


@dataclass(frozen=True, slots=True, eq=False)
class _QuotedLines:
    """The quotes of a group as arrays; NaN where nothing is quoted."""

    shipment: FloatArray | None
    by_service: dict[str, FloatArray]
    units: FloatArray | None

    @classmethod
    def of(cls, question: Question, quotes: OrderQuotes) -> _QuotedLines:
        if quotes is NO_QUOTES:
            return cls(None, {}, None)
        ids = [question.arrays.nodes[at].id for at in question.nodes.tolist()]
        shipment = None
        by_service: dict[str, FloatArray] = {}
        units = None
        if quotes.shipments:
            found = quotes.shipments
            shipment = np.array([found.get((name, None), np.nan) for name in ids])
            for service in sorted({key[1] for key in found if key[1] is not None}):
                by_service[service] = np.array(
                    [found.get((name, service), np.nan) for name in ids]
                )
        if quotes.units:
            get = quotes.units.get
            units = np.array(
                [[get((line.id, name), np.nan) for name in ids] for line in question.lines]
            )
        return cls(shipment, by_service, units)


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """One service (or none) over the nodes that use it, and its shipment quotes."""

    carrier: Carrier | None
    nodes: IntArray
    quoted: FloatArray | None


def _ways(
    charged: list[tuple[CostTerm, Charges]], quotes: _QuotedLines, count: int
) -> list[_Way]:
    """List the services to choose from; a shipment quoted without one needs none."""
    offered = [made.carriers for _, made in charged if made.carriers is not None]
    everywhere = np.arange(count)
    if quotes.shipment is None:
        covered = np.zeros(count, bool)
    else:
        covered = ~np.isnan(quotes.shipment)
    ways: list[_Way] = []
    if not offered:
        return [_Way(None, everywhere, quotes.shipment)]
    if covered.any() and quotes.shipment is not None:
        at = np.flatnonzero(covered)
        ways.append(_Way(None, at, quotes.shipment[at]))
    for carriers in offered:
        for carrier in carriers:
            serves = carrier.serves & ~covered
            at = everywhere if serves.all() else np.flatnonzero(serves)
            mine = quotes.by_service.get(carrier.service)
            ways.append(_Way(carrier, at, None if mine is None else mine[at]))
    return ways


def _build_block(
    at: int,
    group: Group,
    kept: IntArray,
    limit: IntArray,
    charged: list[tuple[CostTerm, Charges]],
    eligibility: Eligibility,
    breaks: list[SoftBreak],
    quotes: _QuotedLines,
    way: _Way,
) -> Block:
    nodes = way.nodes
    whole = len(nodes) == len(kept)
    carrier = way.carrier
    quoted = None if way.quoted is None else ~np.isnan(way.quoted)
    units = None if quotes.units is None else quotes.units[:, nodes]
    known = None if units is None else ~np.isnan(units)
    parts: list[Part] = []
    for term, made in charged:
        part = _take(term.name, made, nodes, whole=whole)
        if made.carriers is not None and carrier is not None:
            part = _carry(part, carrier, nodes, len(group.lines))
        if term.is_quotable:
            honors = type(term) in HONOR_QUOTES
            part = _cover(part, quoted, known, honors_quotes=honors)
        parts.append(part)
    if quoted is not None or known is not None:
        parts.append(
            Part(
                QUOTED,
                per_shipment=None if way.quoted is None else np.nan_to_num(way.quoted),
                per_unit=None if units is None else np.nan_to_num(units),
            )
        )
    parts += [
        Part(name, per_shipment=price[kept[nodes]])
        for name, price in eligibility.preferences
    ]
    for soft in breaks:
        mine = soft.breaks[:, nodes]
        if mine.all():
            parts.append(Part(soft.name, per_shipment=np.full(len(nodes), soft.price)))
        elif (mine == mine[0]).all():
            parts.append(Part(soft.name, per_shipment=soft.price * mine[0]))
        else:
            parts.append(Part(soft.name, breaks=replace(soft, breaks=mine)))
    if not whole:
        limit = limit[:, nodes]
    if carrier is not None and not carrier.carries.all():
        limit = limit * carrier.carries[:, None]
    return Block(
        group=at,
        service=None if carrier is None else carrier.service,
        lines=group.lines,
        nodes=kept if whole else kept[nodes],
        limit=limit,
        per_shipment=_sum([p.per_shipment for p in parts], (len(nodes),)),
        per_line=_sum_or_none([p.per_line for p in parts]),
        per_unit=_sum([p.per_unit for p in parts], limit.shape),
        parts=tuple(parts),
    )


def _take(name: str, made: Charges, nodes: IntArray, *, whole: bool) -> Part:
    if whole:
        return Part(name, made.per_shipment, made.per_line, made.per_unit, made.curve)
    curve = made.curve
    return Part(
        name,
        None if made.per_shipment is None else made.per_shipment[nodes],
        None if made.per_line is None else made.per_line[:, nodes],
        None if made.per_unit is None else made.per_unit[:, nodes],
        None if curve is None else lambda units: curve(units)[:, nodes],
    )


def _carry(part: Part, carrier: Carrier, nodes: IntArray, lines: int) -> Part:
    """Add a carrier's tariff and surcharges to the term that offers it."""
    count = len(nodes)
    per_shipment, per_unit = part.per_shipment, part.per_unit
    if carrier.per_shipment:
        per_shipment = _sum([per_shipment, np.full(count, carrier.per_shipment)], (count,))
    if carrier.per_unit.any():
        extra = np.broadcast_to(carrier.per_unit[:, None], (lines, count))
        per_unit = _sum([per_unit, extra], (lines, count))
    zone = carrier.tariff.zone
    tariff = carrier.tariff
    if len(zone) != count:
        tariff = replace(tariff, zone=zone[nodes])
    return replace(part, per_shipment=per_shipment, per_unit=per_unit, tariff=tariff)


def _cover(
    part: Part,
    shipment: BoolArray | None,
    units: BoolArray | None,
    *,
    honors_quotes: bool,
) -> Part:
    """
    Drop what quotes cover.

    The library's own terms drop the part that a quote is about. A term of a user's is
    dropped wholly where the shipment is quoted, and charged on what is not quoted else:
    its judge cannot tell the parts of an amount apart.
    """
    if shipment is not None and shipment.any():
        curve, tariff, free = part.curve, part.tariff, ~shipment
        part = replace(
            part,
            per_shipment=None if part.per_shipment is None else part.per_shipment * free,
            curve=None if curve is None else lambda units: curve(units) * free,
            tariff=None if tariff is None else _free_zone(tariff, shipment),
        )
        if not honors_quotes:
            part = replace(
                part,
                per_line=None if part.per_line is None else part.per_line * free,
                per_unit=None if part.per_unit is None else part.per_unit * free,
            )
    if units is not None and units.any():
        charged = part.curve
        part = replace(
            part,
            per_line=None if part.per_line is None else part.per_line * ~units,
            per_unit=None if part.per_unit is None else part.per_unit * ~units,
            curve=None if charged is None else _curve_without(charged, units),
        )
    return part


def _curve_without(
    curve: Callable[[FloatArray], FloatArray], quoted: BoolArray
) -> Callable[[FloatArray], FloatArray]:
    """Charge a curve on the lines that are not quoted, which differ from node to node."""
    patterns, of = np.unique(quoted, axis=1, return_inverse=True)

    def charge(units: FloatArray) -> FloatArray:
        cost = np.zeros((len(units), quoted.shape[1]))
        for at in range(patterns.shape[1]):
            here = of == at
            cost[:, here] = curve(units * ~patterns[:, at])[:, here]
        return cost

    return charge


def _free_zone(tariff: Tariff, free: BoolArray) -> Tariff:
    """Put some nodes into an extra zone where every parcel is free."""
    rates = np.vstack((tariff.rates, np.zeros(tariff.rates.shape[1])))
    return replace(tariff, rates=rates, zone=np.where(free, len(tariff.rates), tariff.zone))


def _sum(arrays: list[FloatArray | None], shape: tuple[int, ...]) -> FloatArray:
    total = _sum_or_none(arrays)
    return np.zeros(shape) if total is None else total


def _sum_or_none(arrays: list[FloatArray | None]) -> FloatArray | None:
    total: FloatArray | None = None
    for array in arrays:
        if array is not None:
            total = array if total is None else total + array
    return total


def _workload(
    problem: OrderProblem, arrays: NetworkArrays, quotes: OrderQuotes
) -> FloatArray | None:
    if not quotes.workload:
        return None
    load = np.ones((len(problem.lines), len(problem.nodes)))
    get = quotes.workload.get
    for j, node in enumerate(problem.nodes.tolist()):
        name = arrays.nodes[node].id
        for i, line in enumerate(problem.lines):
            load[i, j] = get((line.id, name), 1.0)
    return load
