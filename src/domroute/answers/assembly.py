"""From takes to a plan: shipments with costs by term, in a stated order."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypedDict

import numpy as np

from domroute.offers.priced import Offers
from domroute.plan import Content, Costs, Plan, Shipment, Unfilled
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.promise.telling import Moments, moments_of
from domroute.promise.window import moment_of
from domroute.reasons import Reason
from domroute.sourcing.byday import day_costs
from domroute.sourcing.choice import Take
from domroute.units import IntArray
from domroute.words import Supply

SPLIT, INCOMPLETE = "split", "incomplete"


class _Supplied(TypedDict, total=False):
    """What a shipment is made of, by the names of its fields."""

    stock_at: datetime | None
    supply: Supply


_NO_DATES: Final = Moments()
_NO_SUPPLY: Final = _Supplied()
"""What is told of an order that has no dates."""


def assemble(
    offers: Offers,
    policy: Policy,
    arrays: NetworkArrays,
    takes: tuple[Take, ...],
    reasons: dict[int, Reason] | None = None,
) -> Plan:
    """
    Build the plan that takes describe.

    Parameters
    ----------
    offers, policy, arrays
        What the takes were chosen from.
    takes
        The units each offer takes.
    reasons
        Why units of a line stay unfilled, by position of the line; ``CHEAPER_UNFILLED``
        where not given.
    """
    problem = offers.problem
    units = np.zeros(len(problem.lines), np.int64)
    for take in takes:
        units[take.block.lines] += take.units
    filled = problem.filled(units)
    shipments = [_shipment(offers, arrays, take) for take in takes]
    shipments.sort(key=_place)
    left = problem.wanted - filled
    return Plan(
        shipments=tuple(shipments),
        unfilled=_unfilled(offers, left, reasons or {}),
        order_costs=_order_costs(offers, policy, takes, filled, left),
        digital=problem.digital,
    )


def _place(part: Shipment) -> tuple[str, str, str, float]:
    """Say where a shipment stands among those of its plan."""
    leaves = 0.0 if part.ships_at is None else part.ships_at.timestamp()
    first = part.contents[0].line_id if part.contents else ""
    return part.node_id, first, part.service or "", leaves


def _shipment(offers: Offers, arrays: NetworkArrays, take: Take) -> Shipment:
    problem, block = offers.problem, take.block
    group = problem.groups[block.group]
    at = take.node
    contents, each = [], offers.workload
    workload = 0.0
    for i, quantity in zip(block.lines.tolist(), take.units.tolist(), strict=True):
        if quantity:
            line = problem.lines[i]
            contents.append(Content(line.id, line.sku, quantity))
            workload += quantity * (1.0 if each is None else float(each[i, at]))
    dates = block.dates
    when = _NO_DATES if dates is None else moments_of(dates, take.offer)
    supply = _NO_SUPPLY if dates is None else _supply_of(offers, take)
    return Shipment(
        order_id=problem.order.id,
        node_id=arrays.nodes[problem.nodes[at]].id,
        method=group.delivery.method,
        contents=tuple(contents),
        costs=costs_of(take),
        service=block.service_of(take.offer),
        distance_km=float(group.distance_km[at]),
        workload=workload,
        **when,
        **supply,
    )


def _supply_of(offers: Offers, take: Take) -> _Supplied:
    """Say what a shipment that has dates waits for."""
    placed, block = offers.problem.order.placed_at, take.block
    if placed is None:
        return {}
    stock_at: datetime | None = None
    by_date, at = offers.eligibility.by_date, block.by_class
    if by_date is not None and at is not None and at[take.offer]:
        stock_at = moment_of(int(by_date.since[at[take.offer], take.node]))
    supply = Supply.IN_STOCK if stock_at is None else Supply.BACK_ORDER
    items = offers.problem.items
    for line, units in zip(block.lines.tolist(), take.units.tolist(), strict=True):
        release = items[line].release_at if units else None
        if release is not None and release > placed:
            supply = Supply.PRE_ORDER
    return {"stock_at": stock_at, "supply": supply}


def costs_of(take: Take) -> Costs:
    """Price a shipment, term by term."""
    costs: dict[str, float] = {}
    for name, amount in take.block.price_terms(take.offer, take.units):
        costs[name] = costs.get(name, 0.0) + amount
    return Costs.of(costs)


def _unfilled(
    offers: Offers, left: IntArray, reasons: dict[int, Reason]
) -> tuple[Unfilled, ...]:
    problem = offers.problem
    return tuple(
        [
            Unfilled(
                order_id=problem.order.id,
                line_id=problem.asked[at].id,
                sku=problem.asked[at].sku,
                quantity=units,
                reason=reasons.get(at, Reason.CHEAPER_UNFILLED),
                cost=units * float(offers.penalty[at]),
            )
            for at, units in enumerate(left.tolist())
            if units
        ]
    )


def _order_costs(
    offers: Offers,
    policy: Policy,
    takes: tuple[Take, ...],
    filled: IntArray,
    left: IntArray,
) -> Costs:
    """Price what belongs to no one shipment: splits, what is left, stock and days."""
    splits = policy.splits
    shipments = len(takes)
    costs: dict[str, float] = {}
    if shipments > 1:
        costs[SPLIT] = splits.split_price * (shipments - 1)
        if splits.over_limit_price is not None:
            nodes = len({take.node for take in takes})
            over = max(0, shipments - (splits.max_shipments or shipments))
            over += max(0, nodes - (splits.max_nodes or nodes))
            costs[SPLIT] += splits.over_limit_price * over
    if (
        splits.ship_complete
        and splits.incomplete_price is not None
        and left.any()
        and filled.any()
    ):
        costs[INCOMPLETE] = splits.incomplete_price
    for safety in offers.eligibility.safeties:
        taken = taken_by_sku(offers, takes)
        costs[safety.name] = safety.price * float(
            np.maximum(0, taken - safety.free).sum()
        )
    costs |= day_costs(offers, takes)
    return Costs.of(costs) if costs else Costs()


def taken_by_sku(offers: Offers, takes: tuple[Take, ...]) -> IntArray:
    """Count units by SKU and node at hand over all takes; shape ``(K, M)``."""
    problem = offers.problem
    taken = np.zeros((len(problem.skus), len(problem.nodes)), np.int64)
    for take in takes:
        np.add.at(taken[:, take.node], problem.sku_of[take.block.lines], take.units)
    return taken
