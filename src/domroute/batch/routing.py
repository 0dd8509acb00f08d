"""A batch routed: compiled, solved jointly, written out order by order, and judged."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from domroute.answers.compiled import Compiled
from domroute.batch.asking import Asked
from domroute.batch.search import Joint, solve_wave
from domroute.batch.state import Watch
from domroute.batch.wave import Wave, compile_wave
from domroute.batch.writing import write_out
from domroute.batchresult import BatchResult, BatchStatistics, Price
from domroute.costs.quotes import Quotes
from domroute.errors import InputError, Issue
from domroute.names import order_issues
from domroute.orders import Order
from domroute.problem import NetworkArrays
from domroute.sourcing.proof import settled
from domroute.units import IntArray
from domroute.words import Status

_LONGEST_S = 1e7


def check_batch(
    arrays: NetworkArrays,
    orders: Sequence[Order],
    *,
    time_limit_s: float,
    gap: float,
    seed: int,
    first_come: object = False,
    executor: object = None,
) -> None:
    """
    Refuse a batch that cannot be routed as given.

    Raises
    ------
    InputError
        With every fault of every order, and of the options.
    """
    issues: list[Issue] = []
    seen: set[str] = set()
    for order in orders:
        if order.id in seen:
            text = "an order of this id is in the batch already"
            issues.append(Issue("duplicate_id", f"order {order.id!r}", text))
        seen.add(order.id)
        issues += order_issues(arrays.known, order)
    for name, value, most in (
        ("time_limit_s", time_limit_s, _LONGEST_S),
        ("gap", gap, 1.0),
    ):
        number: object = value
        is_fine = isinstance(number, (int, float)) and 0 <= number <= most
        if not is_fine or isinstance(number, bool):
            text = f"{number!r} should be a number from 0 to {most:g}"
            issues.append(Issue("out_of_range", name, text))
    whole: object = seed
    if not isinstance(whole, int) or isinstance(whole, bool) or whole < 0:
        text = f"{whole!r} should be a whole number, 0 or above"
        issues.append(Issue("out_of_range", "seed", text))
    if not isinstance(first_come, bool):
        text = f"{first_come!r} should be True or False"
        issues.append(Issue("wrong_type", "first_come", text))
    if not (executor is None or isinstance(executor, Executor)):
        text = f"{type(executor).__name__} should be a concurrent.futures.Executor"
        issues.append(Issue("wrong_type", "executor", text))
    if issues:
        raise InputError(issues)


def route_wave(
    compiled: Compiled,
    orders: Sequence[Order],
    *,
    quotes: Quotes | None,
    started: float,
    time_limit_s: float,
    gap: float,
    seed: int,
    watch: Watch,
    first_come: bool = False,
    executor: Executor | None = None,
) -> BatchResult:
    """Compile a batch, solve it jointly, and write out and judge what was found."""
    # By priority, then as placed, then by id: rows may come in any order.
    sequence = sorted(range(len(orders)), key=lambda at: turn_of(orders[at]))
    in_turn = [orders[at] for at in sequence]
    alone_s = min(time_limit_s, compiled.time_limit_s)
    asked = Asked(compiled.within(alone_s), quotes, is_alone=len(orders) == 1)
    wave = compile_wave(in_turn, asked.price, compiled.policy, compiled.arrays)
    priced = time.perf_counter()
    joint = solve_wave(
        wave,
        range(len(in_turn)),
        time_limit_s=time_limit_s,
        gap=gap,
        seed=seed,
        watch=watch,
        first_come=first_come,
        executor=executor,
    )
    searched = time.perf_counter()
    results, is_sure = write_out(
        asked, wave, joint, orders, sequence, seconds=time_limit_s
    )
    cost = math.fsum(result.cost for result in results)
    bound = settled(joint.bound, cost)
    return BatchResult(
        results=results,
        status=status_of(cost, bound, gap, is_sure=is_sure),
        cost=cost,
        bound=bound,
        stock_and_capacity=tuple(_prices(wave, joint)),
        policy_version=compiled.policy.version,
        gap_asked=gap,
        # Where an order has lost its plan, there was none of the wave.
        history_points=tuple(
            (s, b, c if math.isfinite(cost) else cost) for s, b, c in joint.history
        ),
        elapsed_s=time.perf_counter() - started,
        statistics=BatchStatistics(
            orders=len(orders),
            tabled=sum(len(table.orders) for table in wave.tables),
            bundles=sum(table.price.size for table in wave.tables),
            contended=int(wave.is_contended.sum()),
            steps=joint.steps,
            price_bound=joint.price_bound if math.isfinite(bound) else None,
            compile_s=priced - started,
            search_s=searched - priced,
            conclude_s=time.perf_counter() - searched,
            table_mb=sum(table.price.nbytes for table in wave.tables) / 1e6,
        ),
        snapshot=compiled.inventory,
    )


def turn_of(order: Order) -> tuple[int, float, str]:
    """Sort orders by priority, the highest first, then as they were placed, by id."""
    at = math.inf if order.placed_at is None else order.placed_at.timestamp()
    return -order.priority, at, order.id


def status_of(cost: float, bound: float, gap: float, *, is_sure: bool) -> Status:
    """
    Say what is claimed of a joint plan.

    Examples
    --------
    >>> status_of(2.0, 1.0, 0.1, is_sure=True)
    <Status.FEASIBLE: 'feasible'>
    """
    if math.isinf(bound) and bound > 0:
        return Status.INFEASIBLE
    is_close = cost - bound <= max(gap, 1e-9) * max(abs(cost), 1e-12)
    if math.isfinite(cost) and is_close and is_sure:
        return Status.OPTIMAL
    return Status.FEASIBLE


def _prices(wave: Wave, joint: Joint) -> list[Price]:
    """List the prices of what is contended or limited, the dearest first."""
    nodes, table = wave.arrays.nodes, wave.arrays.capacity
    skus = {row: sku for sku, row in wave.cells.row.items()}
    used, prices = joint.incumbent.used, joint.prices
    cells: IntArray = np.flatnonzero(wave.is_contended)
    cells = cells[np.isin(cells // len(nodes), list(skus))]  # of what is there now
    found = []
    for cell in cells.tolist():
        row, at = divmod(cell, len(nodes))
        # What may be waited for is stock of the node, too.
        later = [other * len(nodes) + at for other in wave.cells.beside(skus[row])]
        found.append(
            Price(
                nodes[at].id,
                skus[row],
                float(prices.units[cell]),
                float(max(wave.stock[cell], wave.cells.whole(skus[row], at))),
                float(used.units[cell] + used.units[later].sum()),
            )
        )
    found += [
        Price(
            nodes[table.node[at]].id,
            None,
            float(prices.load[at]),
            float(wave.capacity[at]),
            float(used.load[at]),
            table.measures[at],
        )
        for at in np.flatnonzero(wave.is_limited).tolist()
        if at < len(table.node)  # days have rows of their own
    ]
    found.sort(key=lambda p: (-p.price, p.node_id, p.sku or "", p.measure or ""))
    return found
