"""Results called optimal, held against another method and other time limits."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.baselines.partition import Partition
from benchmarks.baselines.pricing import Prices
from benchmarks.families.networks import Shape, draw_stream
from benchmarks.report import Table
from domroute import Order, Policy, Router, SplitLimits

LIMITS_S: Final = (0.04, 0.08, 0.15, 0.3, 0.6)
_LONG_S: Final = (3.0, 10.0)
"""Asked besides of each thirtieth order."""
_LONG_EACH: Final = 30
_REFERENCE_S: Final = 10.0
_SAME: Final = 1e-6
"""Of a cost: two optima no farther apart are one."""
_ORDERS: Final = 25
"""Of each network."""


@dataclass(slots=True)
class Audit:
    """
    What one order came to by each limit, and by the other method.

    Attributes
    ----------
    nodes, lines, cap
        Its size, and the most shipments it may have.
    reference
        What the best plan costs by the other method; None where that cannot tell.
    cost, bound
        By limit; shape ``(T,)`` each.
    status, method
        Likewise.
    """

    nodes: int
    lines: int
    cap: int | None
    reference: float | None = None
    limits: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    bound: list[float] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    method: str = ""

    @property
    def best(self) -> float:
        """The least that any plan of it is known to cost."""
        known = min(self.cost, default=math.inf)
        return known if self.reference is None else min(known, self.reference)

    def faults(self) -> Iterator[tuple[float, str]]:
        """Yield, by limit, what cannot be."""
        slack = _SAME * max(1.0, abs(self.best))
        told = zip(self.limits, self.cost, self.bound, self.status, strict=True)
        for limit, cost, bound, status in told:
            if status == "optimal" and cost > self.best + slack:
                yield limit, "optimal above a known plan"
            if bound > self.best + slack:
                yield limit, "bound above a known plan"
            if self.reference is not None and cost < self.reference - slack:
                yield limit, "below the other method's optimum"


def proofs(*, full: bool) -> list[Table]:
    """Route orders by five limits each, and by another method."""
    count = 3000 if full else 100
    audits = [
        audit for seed in range(count // _ORDERS) for audit in audits_of(seed, _ORDERS)
    ]
    return [summarize(audits)]


def audits_of(seed: int, orders: int) -> Iterator[Audit]:
    """Draw one network and orders on it, every other one under a cap on shipments."""
    rng = np.random.default_rng([seed, 11])
    nodes = int(rng.integers(50, 301))
    lines = (13, 20) if seed % 20 in {4, 15} else (6, 12)
    cap = None if seed % 2 else int(rng.integers(2, 5))
    shape = Shape(
        nodes=nodes,
        orders=orders,
        lines=lines,
        units=(1, 1, 2, 3),
        stocked=float(rng.uniform(0.12, 0.3)) * math.sqrt(100 / nodes),
    )
    policy = Policy(splits=SplitLimits(max_shipments=cap))
    stream = draw_stream(shape, seed=seed, policy=policy)
    router = stream.router()
    partition = Partition(Prices(stream), _REFERENCE_S)
    for at, order in enumerate(stream.orders):
        audit = Audit(nodes, len(order.lines), cap)
        is_long = (seed * orders + at) % _LONG_EACH == 0
        _route(router, order, LIMITS_S + (_LONG_S if is_long else ()), audit)
        audit.reference = partition.cheapest(order, min(audit.cost))
        yield audit


def _route(
    router: Router, order: Order, limits: tuple[float, ...], audit: Audit
) -> None:
    for limit in limits:
        result = router.route(order, time_limit_s=limit)
        audit.limits.append(limit)
        audit.cost.append(result.cost)
        audit.bound.append(result.bound)
        audit.status.append(str(result.status))
        audit.method = result.method


def summarize(audits: list[Audit]) -> Table:
    """Count, by limit and method, what was proven and what cannot be."""
    known = sum(audit.reference is not None for audit in audits)
    table = Table(
        "Proofs held against another method",
        "Orders of 6 to 20 lines of 1 to 3 units over 50 to 300 nodes, every other "
        "network under a cap of 2 to 4 shipments, by several time limits each; the "
        "optimum by a partition into contents that CP-SAT solves. A fault is a result "
        "called optimal above a known plan, a bound above one, or a plan below the "
        "other method's optimum.",
        ["limit, s", "by", "orders", "optimal", "mean gap of the others", "faults"],
    )
    faults: Counter[tuple[float, str]] = Counter()
    for audit in audits:
        for limit, _ in audit.faults():
            faults[limit, audit.method] += 1
    for limit in LIMITS_S + _LONG_S:
        for method in ("subset", "mip"):
            mine = [
                (audit, audit.limits.index(limit))
                for audit in audits
                if limit in audit.limits and audit.method == method
            ]
            gaps = [
                1 - audit.bound[at] / audit.cost[at]
                for audit, at in mine
                if audit.status[at] != "optimal"
            ]
            table.rows.append(
                [
                    f"{limit:g}",
                    method,
                    f"{len(mine):,}",
                    f"{len(mine) - len(gaps):,}",
                    f"{np.mean(gaps):.2%}" if gaps else "-",
                    f"{faults[limit, method]}",
                ]
            )
    table.notes.append(
        f"The other method knew the optimum of {known:,} of {len(audits):,} orders."
    )
    return table
