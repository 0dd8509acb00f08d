"""Orders that come one by one: what it brings to know what stock is worth."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing import get_context

import numpy as np

from benchmarks.families.online import Shape, draw_bed, large_shape
from benchmarks.families.online_world import ARRIVAL, START, World
from benchmarks.published import DATA
from benchmarks.report import Table
from domroute import StockValue

_OURS = "at values, ten times, nudged"
_BOUND = "bound, had all been known"
_PUBLISHED = {
    "closest node that carries it": 1.136,
    "independent rounding": 1.136,
    "correlated rounding (Jasin and Sinha)": 1.085,
    "dilated rounding (Ma)": 1.077,
    "exact, myopic": 1.077,
    "exact at fluid prices": 1.048,
}
"""What rules are known to reach here; the two exact ones by our own measurement."""
_TIMES = 10
_CHECKED = 2
"""Sequences that are also routed by the router itself, with its ledger."""
_STILL = 5
"""Sequences of an instance that are filled ten times without a nudge as well."""


@dataclass(slots=True)
class Found:
    """
    What one instance says.

    Attributes
    ----------
    ratios
        Cost by rule, of each sequence, beside the fluid program.
    seconds
        Of each time that stock was valued.
    routed
        Cost by the router itself beside the compiled rule, and the share of orders
        that went to the same nodes, by sequence checked.
    """

    ratios: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    routed: list[tuple[float, float]] = field(default_factory=list)

    def note(self, rule: str, ratio: float) -> None:
        """Take down one sequence."""
        self.ratios.setdefault(rule, []).append(ratio)


def online(*, full: bool) -> list[Table]:
    """Fill the orders of the test-bed by every rule, and those of a larger case."""
    instances, sequences = (30, 30) if full else (4, 2)
    jobs = [
        (seed, sequences, _CHECKED if seed == 0 else 0) for seed in range(instances)
    ]
    context = get_context("spawn")  # what the solver starts does not survive a fork
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        found = list(pool.map(_instance, jobs))
    tables = [_test_bed(found, sequences)]
    if full and DATA.exists():
        tables.append(_larger())
    return tables


def _test_bed(found: list[Found], sequences: int) -> Table:
    table = Table(
        "Ahead of demand: the online test-bed",
        f"Cost beside the fluid program, {len(found)} instances x {sequences} "
        "sequences of 10,000 arrivals; the standard error is that of the instances' "
        "means. *At values* are exact plans at the values of "
        "`Router.value_stock`, found once or ten times as the arrivals come, and "
        "nudged between by what was used, or not: that not nudged on "
        f"{min(_STILL, sequences)} sequences of each instance.",
        ["rule", "mean", "standard error", "known"],
    )
    for rule in found[0].ratios:
        means = np.array([np.mean(one.ratios[rule]) for one in found])
        error = means.std(ddof=1) / math.sqrt(len(means))
        known = f"{_PUBLISHED[rule]:.3f}" if rule in _PUBLISHED else ""
        name = f"**{rule}**" if rule == _OURS else rule
        table.rows.append([name, f"{means.mean():.4f}", f"{error:.4f}", known])
    seconds = np.array([took for one in found for took in one.seconds])
    table.notes.append(
        f"To value the stock takes {np.median(seconds):.3f} s (median), "
        f"{seconds.max():.3f} s at most, with {os.cpu_count()} at work."
    )
    beside, beyond = [], []
    for one in found:
        for ours, bound in zip(one.ratios[_OURS], one.ratios[_BOUND], strict=True):
            beside.append(ours / bound - 1)
        beyond += one.routed
    table.notes.append(f"Ours is {np.mean(beside):.2%} above the bound.")
    costs, shares = np.array(beyond).T
    table.notes.append(
        f"{len(beyond)} sequences were routed by `Router.route` with the ledger as "
        f"well: at least {shares.min():.2%} of orders went to the same nodes, and cost "
        f"was {costs.min():.6f} to {costs.max():.6f} of that of the compiled rule."
    )
    return table


def _instance(job: tuple[int, int, int]) -> Found:
    """Fill all sequences of an instance by every rule."""
    from benchmarks.baselines import online_rules as rules
    from benchmarks.baselines.fluid_lp import solve_fluid

    seed, sequences, checked = job
    bed = draw_bed(seed)
    world, fluid, found = World(bed), solve_fluid(bed), Found()
    once = world.value(bed.stock, 0)
    rounding: dict[str, Callable[..., np.ndarray]] = {
        "independent rounding": rules.independent,
        "correlated rounding (Jasin and Sinha)": rules.correlated,
        "dilated rounding (Ma)": rules.dilated,
    }
    for sequence in range(sequences):
        who = bed.arrivals(sequence)
        tried = rules.closest(bed, *who)
        cost = rules.run_tried(bed, *who, tried)
        found.note("closest node that carries it", cost / fluid.cost)
        for at, (name, rule) in enumerate(rounding.items()):
            draws = [seed, sequence, 2 + at]
            tried = rule(bed, *who, fluid.share, draws)
            found.note(name, rules.run_tried(bed, *who, tried) / fluid.cost)
        for name, prices in (
            ("exact, myopic", np.zeros(bed.stock.shape)),
            ("exact at fluid prices", fluid.prices),
        ):
            fixed = rules.Values.fixed(prices)
            cost, _ = rules.run_exact(bed, *who, bed.stock.copy(), fixed)
            found.note(name, cost / fluid.cost)
        for name, times, nudges in (
            ("at values, once", 1, False),
            ("at values, once, nudged", 1, True),
            ("at values, ten times", _TIMES, False),
            (_OURS, _TIMES, True),
        ):
            if times > 1 and not nudges and sequence >= _STILL:
                continue
            run = _Run(world, who, times, once if nudges else _still(once))
            run.go(found.seconds)
            found.note(name, run.cost / fluid.cost)
            if name == _OURS and sequence < checked:
                found.routed.append(run.check())
        found.note(_BOUND, world.bound(*who) / fluid.cost)
    return found


def _still(values: StockValue) -> StockValue:
    return values.model_copy(update={"nudge": 0.0})


class _Run:
    """One sequence filled at values, found so many times as the orders come."""

    def __init__(
        self,
        world: World,
        who: tuple[np.ndarray, np.ndarray],
        times: int,
        first: StockValue,
    ) -> None:
        self._world, self._who = world, who
        edges = np.linspace(0, len(who[0]), times + 1).round().astype(int).tolist()
        self._edges = list(pairwise(edges))
        self._values = [first]
        self._chosen: list[np.ndarray] = []
        self.cost = 0.0

    def go(self, seconds: list[float]) -> None:
        """Fill all orders by the compiled rule; note how long values took."""
        from benchmarks.baselines.online_rules import Values, run_exact

        world, (types, metros) = self._world, self._who
        stock = world.bed.stock.copy()
        for begin, end in self._edges:
            if begin:
                started, last = time.perf_counter(), self._values[-1]
                value = world.value(stock, begin, last)
                seconds.append(time.perf_counter() - started)
                value = value.model_copy(update={"nudge": last.nudge})
                self._values.append(value)
            values = Values(*world.table(self._values[-1]), self._values[-1].nudge)
            cost, chosen = run_exact(
                world.bed, types[begin:end], metros[begin:end], stock, values
            )
            self.cost += cost
            self._chosen.append(chosen)

    def check(self) -> tuple[float, float]:
        """Route all orders by the router, at the same values, with its own ledger."""
        world, (types, metros) = self._world, self._who
        ledger, cost, same, routed = world.ledger(world.bed.stock), 0.0, 0, 0
        chosen = np.concatenate(self._chosen)
        names = np.array([*world.names, "cancel"])
        for (begin, end), values in zip(self._edges, self._values, strict=True):
            router = world.router_of(ledger, values)
            for at in range(begin, end):
                of_type = int(types[at])
                if of_type >= len(world.bed.items):
                    continue
                placed = START + at * ARRIVAL
                order = world.order(f"o{at}", of_type, int(metros[at]), placed)
                result = router.route(order)
                ledger.reserve(result.plan)
                cost += result.cost - result.costs.to_dict().get("stock_value", 0.0)
                went = {
                    content.sku: shipment.node_id
                    for shipment in result.plan.shipments
                    for content in shipment.contents
                }
                count = int(world.bed.sizes[of_type])
                mine = [world.skus[item] for item in world.bed.items[of_type, :count]]
                expected = names[chosen[at, :count]].tolist()
                same += [went[sku] for sku in mine] == expected
                routed += 1
        return cost / self.cost, same / routed


def _larger() -> Table:
    """Fill a larger case once."""
    shape = large_shape()
    table = Table(
        "Ahead of demand: a larger case",
        f"{len(shape.metros)} metros, {len(shape.nodes)} nodes, {shape.items} items, "
        f"{shape.arrivals:,} arrivals of {5 * shape.types} types and none, one seed; "
        "cost beside the bound that knows all arrivals.",
        ["rule", "above the bound", "seconds a valuation"],
    )
    for name, ratio, seconds in larger_case(shape):
        took = f"{seconds:.2f}" if seconds else ""
        table.rows.append([name, f"{ratio - 1:.2%}", took])
    return table


def larger_case(shape: Shape, seed: int = 0) -> list[tuple[str, float, float]]:
    """Return cost beside the bound by rule, and the seconds of a valuation."""
    from benchmarks.baselines.online_rules import Values, run_exact

    bed = draw_bed(seed, shape)
    world, who = World(bed), bed.arrivals(0)
    bound = world.bound(*who)
    myopic = Values.fixed(np.zeros(bed.stock.shape))
    cost, _ = run_exact(bed, *who, bed.stock.copy(), myopic)
    rows = [("exact, myopic", cost / bound, 0.0)]
    first = world.value(bed.stock, 0)
    for name, times, values in (
        ("at values, once", 1, _still(first)),
        ("at values, ten times", _TIMES, _still(first)),
        (_OURS, _TIMES, first),
    ):
        seconds: list[float] = []
        run = _Run(world, who, times, values)
        run.go(seconds)
        took = float(np.median(seconds)) if seconds else 0.0
        rows.append((name, run.cost / bound, took))
    return rows
