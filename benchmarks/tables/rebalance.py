"""A backlog routed again together after its busiest node is lost."""

from __future__ import annotations

import random
import resource
import time
from collections import Counter
from dataclasses import dataclass

from benchmarks.families.waves import WaveShape, draw_wave
from benchmarks.measure import clock
from benchmarks.report import Table
from domroute import Order, RebalanceResult, Rerouted, Router, Stability
from domroute.batch.loading import is_loaded, load
from domroute.events import Closed
from domroute.plan import Plan
from domroute.result import RoutingResult

_SHORT = [(WaveShape(2_000, 30, 300, 1.3), 10.0)]
_FULL = [*_SHORT, (WaveShape(20_000, 100, 1_000, 1.3), 30.0)]
_NOON = "2026-12-01T12:00:00Z"
_SHARES = {"gold": 10, "silver": 30, None: 60}
PRICE = 1.0
"""Of a line that moves; a shipment costs some ten times as much."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Open orders, booked, and the node that is lost."""

    router: Router
    before: tuple[RoutingResult, ...]
    lost: str

    @property
    def events(self) -> list[Closed]:
        """What happens."""
        return [Closed(at=_NOON, node=self.lost)]


def backlog_of(shape: WaveShape, seconds: float) -> Backlog:
    """Draw a wave with tiers, plan it jointly, and book it."""
    wave, draw = draw_wave(shape), random.Random(0)
    names, shares = list(_SHARES), list(_SHARES.values())
    orders: list[Order] = [
        one.model_copy(update={"tier": draw.choices(names, shares)[0]})
        for one in wave.orders
    ]
    costs = (*wave.policy.costs, Stability(per_line=PRICE))
    policy = wave.policy.model_copy(update={"costs": costs})
    inventory = wave.inventory.copy()
    router = Router(wave.network, inventory, policy)
    before = router.route_batch(orders, time_limit_s=seconds).results
    parts = [part for one in before for part in one.plan.shipments]
    inventory.exchange([], Plan(tuple(parts)))
    ((lost, _),) = Counter(part.node_id for part in parts).most_common(1)
    return Backlog(router, before, lost)


def one_by_one(backlog: Backlog) -> float:
    """Route again by itself each order that the node had, and let others be."""
    router = backlog.router.with_inventory(backlog.router.inventory.copy())
    total = 0.0
    for result in backlog.before:
        found: RoutingResult | Rerouted = result
        if backlog.lost in result.plan.node_ids:
            found = router.reroute(result, backlog.events)
            router.inventory.exchange(found.freed, Plan(found.added))
        total += found.cost
    return total


def rebalance(*, full: bool) -> list[Table]:
    """Lose the busiest node of a backlog."""
    table = Table(
        "A backlog after its busiest node is lost",
        "Orders x nodes x SKUs, and stock beside demand, as of the waves routed "
        "jointly; all orders are planned jointly and booked, then the node with most "
        f"shipments closes. A line that moves costs {PRICE:g}. *one by one*: only its "
        "orders, each routed again by itself, in percent above the bound. By tier, a "
        "tenth of the orders gold and three tenths silver: the bound is of all orders, "
        "whichever come first, so that the gap holds what precedence costs; that of "
        "each tier is below. Seconds, and of the processor, from results and events to "
        "judged answers; megabytes the most that the process had until then.",
        [
            "backlog",
            "tiers",
            "cost",
            "bound",
            "gap",
            "one by one",
            "moved",
            "limit",
            "seconds",
            "of CPU",
            "MB",
        ],
    )
    load()
    is_loaded(wait_s=300)
    for shape, limit in _FULL if full else _SHORT:
        backlog = backlog_of(shape, limit)
        alone = one_by_one(backlog)
        for tiers in ((), ("gold", "silver")):
            begun = time.process_time()
            answer, took = clock(
                backlog.router.rebalance,
                backlog.before,
                backlog.events,
                tiers=tiers,
                time_limit_s=limit,
            )
            worked = time.process_time() - begun
            above = "" if tiers else f"+{alone / answer.bound - 1:.2%}"
            table.rows.append(
                [
                    shape.name,
                    ", ".join(tiers) or "none",
                    f"{answer.cost:,.0f}",
                    f"{answer.bound:,.0f}",
                    f"{answer.gap:.2%}",
                    above,
                    f"{len(answer.moved):,}",
                    f"{limit:g} s",
                    f"{took:.0f}",
                    f"{worked:.0f}",
                    f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f}",
                ]
            )
            if tiers:
                table.notes.append(f"{shape.name}: {_told(answer)}.")
        lost = sum(backlog.lost in one.plan.node_ids for one in backlog.before)
        table.notes.append(f"{shape.name}: {lost:,} orders were planned at that node.")
    return [table]


def _told(answer: RebalanceResult) -> str:
    """Say of each tier what was proven."""
    return "; ".join(
        f"{tier.name or 'others'} {tier.orders:,} orders, {tier.moved:,} moved, "
        f"gap {tier.gap:.2%}"
        for tier in answer.tiers
    )
