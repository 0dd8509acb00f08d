"""A batch routed: compiled, solved jointly, written out order by order, and judged."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from domroute.answers.compiled import Compiled
from domroute.answers.concluding import conclude
from domroute.batch.aims import reaches_goals
from domroute.batch.repricing import restrict
from domroute.batch.search import Joint, solve_wave
from domroute.batch.state import Watch
from domroute.batch.wave import Wave, compile_wave
from domroute.batchresult import BatchResult, BatchStatistics, Price
from domroute.costs.quotes import Quotes
from domroute.errors import InputError, Issue, SolverError
from domroute.names import order_issues
from domroute.offers.priced import Offers, Rung
from domroute.orders import Order
from domroute.problem import NetworkArrays
from domroute.result import RoutingResult
from domroute.sourcing.choice import IS_FORBIDDEN, Choice, Take
from domroute.sourcing.proof import settled
from domroute.sourcing.settling import settle
from domroute.units import IntArray
from domroute.verify import Beside, check_together
from domroute.words import Status


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What a batch is asked of, and the quotes that it is asked with."""

    compiled: Compiled
    quotes: Quotes | None
    rungs: dict[str, Rung] = field(default_factory=dict)

    def price(self, order: Order) -> Offers:
        """Find what may be shipped for an order; by the same rung of a ladder again."""
        found = self.compiled.offers(
            order, self.quotes, rung=self.rungs.get(order.id), is_alone=False
        )
        if found.has_ladder:
            self.rungs[order.id] = found.rung
        return found


JOINT = "joint"
"""The method of results that were decided together."""
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
    sequence = sorted(range(len(orders)), key=lambda at: _placed(orders[at]))
    in_turn = [orders[at] for at in sequence]
    alone_s = min(time_limit_s, compiled.time_limit_s)
    asked = _Asked(compiled.within(alone_s), quotes)
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
    results, is_sure = _write_out(
        asked, wave, joint, orders, sequence, seconds=time_limit_s
    )
    cost = math.fsum(result.cost for result in results)
    bound = settled(joint.bound, cost)
    return BatchResult(
        results=results,
        status=_status(cost, bound, gap, is_sure=is_sure),
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


def _placed(order: Order) -> tuple[int, float, str]:
    """Sort orders by priority, the highest first, then as they were placed, by id."""
    at = math.inf if order.placed_at is None else order.placed_at.timestamp()
    return -order.priority, at, order.id


def _status(cost: float, bound: float, gap: float, *, is_sure: bool) -> Status:
    if math.isinf(bound) and bound > 0:
        return Status.INFEASIBLE
    is_close = cost - bound <= max(gap, 1e-9) * max(abs(cost), 1e-12)
    if math.isfinite(cost) and is_close and is_sure:
        return Status.OPTIMAL
    return Status.FEASIBLE


def _write_out(
    asked: _Asked,
    wave: Wave,
    joint: Joint,
    orders: Sequence[Order],
    sequence: Sequence[int],
    *,
    seconds: float,
) -> tuple[tuple[RoutingResult, ...], bool]:
    """
    Write out what every order takes, and judge it; and tell whether goals are proven.

    Where the time was over before it was known whether a ladder is drained, and the
    judge finds that it is not, the order has no plan, and what it took is left to the
    others: those that have to drain it are placed again.

    Raises
    ------
    SolverError
        If the judge finds anything else.
    """
    share = asked.compiled.policy.solve.tuning.reasons.share
    ends = time.perf_counter() + share * seconds
    alone_s = share * asked.compiled.time_limit_s
    has_refused = False
    while True:
        results: dict[int, RoutingResult] = {}
        is_sure = True
        for turn, at in enumerate(sequence):
            left = min(alone_s, ends - time.perf_counter())
            results[at], proves = _conclude(
                asked, wave, joint, turn, orders[at], reasons_s=left
            )
            is_sure = is_sure and proves
        written = tuple([results[at] for at in range(len(orders))])
        faults = _faults_of(asked, orders, written)
        broken = [turn for turn, at in enumerate(sequence) if orders[at].id in faults]
        before = joint.incumbent.copy()
        doubtful = [turn for turn in broken if not joint.incumbent.is_sure(turn)]
        for turn in doubtful:
            joint.incumbent.refuse(turn)
        has_refused = has_refused or bool(doubtful)
        again = [turn for turn in broken if has_refused and turn not in doubtful]
        joint.incumbent.settle_all(again, wave.free_prices())
        if joint.incumbent.is_like(before):
            break
    if faults:
        words = [fault for found in faults.values() for fault in found]
        raise SolverError("the batch: " + "; ".join(words))
    return written, is_sure


def _conclude(
    asked: _Asked,
    wave: Wave,
    joint: Joint,
    turn: int,
    order: Order,
    *,
    reasons_s: float,
) -> tuple[RoutingResult, bool]:
    """
    Write out what one order takes; its own bound is its cost alone.

    And tell whether what comes before cost, if anything does, is as it would be alone.
    """
    offers = asked.price(order)
    cell = wave.cells.of(offers)
    takes = _takes(joint, turn, offers)
    alone = joint.alone[turn]
    bound = math.inf if alone >= IS_FORBIDDEN else alone
    policy, arrays = asked.compiled.policy, asked.compiled.arrays
    proves_goals = joint.incumbent.is_sure(turn) and reaches_goals(
        offers, takes, policy, arrays, time_limit_s=reasons_s
    )
    mine = joint.incumbent.lift(turn)
    incumbent, nodes = joint.incumbent, offers.problem.nodes
    taken = wave.stock[cell] - incumbent.left[cell]
    taken_later = incumbent.taken_later(wave.cells.later_of(offers))
    used = incumbent.used_capacity(wave.arrays.capacity.of_node)
    left = restrict(offers, taken, used[:, nodes], wave.arrays, taken_later)
    if mine is not None:
        incumbent.put(turn, mine)
    # By itself an order may go from other nodes; others want what is left there.
    is_one = len(joint.incumbent.placed) == 1
    minimum_order = arrays.minimum_order if is_one else None
    choice = Choice(takes, bound, JOINT, proves_goals=proves_goals)
    result = conclude(
        offers,
        settle(choice, offers, minimum_order, left),
        policy,
        arrays,
        elapsed_s=0.0,
        lifted=lambda lift: asked.compiled.within(reasons_s).lifted(
            order, asked.quotes, lift, left=left, used=used
        ),
        may_rise=asked.compiled.may_rise,
        left=left,
        reasons_s=reasons_s,
    )
    return result, proves_goals


def _takes(joint: Joint, turn: int, offers: Offers) -> tuple[Take, ...] | None:
    placed, seat = joint.incumbent.placed[turn], joint.incumbent.seats[turn]
    if placed is None or placed.cost >= IS_FORBIDDEN:
        return None
    if seat.table is None:
        # Blocks are made again for the result: the same offers, by position.
        if seat.loner is None:
            return ()
        at = {id(block): n for n, block in enumerate(seat.loner.offers.blocks)}
        return tuple(
            Take(offers.blocks[at[id(take.block)]], take.offer, take.units)
            for take in placed.takes
        )
    return seat.table.takes(placed.picks, offers)


def _faults_of(
    asked: _Asked, orders: Sequence[Order], results: Sequence[RoutingResult]
) -> dict[str, list[str]]:
    """Judge every plan, by the order's id, and all of them together, by none."""
    compiled = asked.compiled
    beside = Beside(result.plan for result in results)
    faults = {
        order.id: [
            f"order {order.id!r}: {fault}"
            for fault in compiled.judge.check_result(
                result, order, compiled.inventory, quotes=asked.quotes, beside=beside
            )
        ]
        for order, result in zip(orders, results, strict=True)
    }
    together = check_together(
        [result.plan for result in results],
        compiled.network,
        compiled.inventory,
        quotes=asked.quotes,
        orders=orders,
        policy=compiled.policy,
    )
    faults[""] = [str(fault) for fault in together]
    return {name: found for name, found in faults.items() if found}


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
    ]
    found.sort(key=lambda p: (-p.price, p.node_id, p.sku or "", p.measure or ""))
    return found
