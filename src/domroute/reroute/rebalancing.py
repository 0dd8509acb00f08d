"""A backlog routed again together: what stays, what moves at a price, tier by tier."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime

from domroute.answers.compiled import Compiled
from domroute.batch.asking import Asked
from domroute.batch.beginning import placed_before
from domroute.batch.incumbent import Incumbent
from domroute.batch.placed import Placed
from domroute.batch.routing import status_of, turn_of
from domroute.batch.state import Watch
from domroute.batch.tiers import TierFound, TierSearch
from domroute.batch.wave import Wave, compile_wave
from domroute.batch.writing import write_out
from domroute.costs.quotes import Quotes
from domroute.events import RerouteEvent
from domroute.ledger import Inventory, Snapshot
from domroute.orders import Order
from domroute.policy import Policy
from domroute.reroute.apart import Apart, stands_apart
from domroute.reroute.backlog import Given, Open, read_backlog
from domroute.reroute.concluding import answer_of, nothing_left
from domroute.reroute.places import places_of
from domroute.reroute.rebalanced import RebalanceResult, TierResult
from domroute.reroute.revising import (
    policy_for,
    policy_for_all,
    quotes_for,
    revised,
    told,
)
from domroute.reroute.stock import stock_for_all
from domroute.reroute.sunk import Sunk, sunk_by
from domroute.result import RoutingResult
from domroute.sourcing.proof import settled
from domroute.words import Objective, Status

ReadAll = Callable[[Inventory, Sequence[Order]], Compiled]
"""Makes the network and policy ready to answer orders from some stock."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """
    What is asked, beside the network and its stock.

    Attributes
    ----------
    results, events, orders, tiers
        What was planned, what has happened, the orders, and which come first.
    now
        As of when.
    quotes
        Costs and workloads already known.
    time_limit_s, gap, seed, watch, executor
        As a wave is given them.
    """

    results: Iterable[Given]
    events: Iterable[RerouteEvent | Mapping[str, object]]
    orders: Iterable[Order] | None
    tiers: object
    now: datetime | None
    quotes: Quotes | None
    time_limit_s: float
    gap: float
    seed: int
    watch: Watch
    executor: Executor | None


def rebalance_orders(
    compiled: Compiled,
    ledger: Inventory | Snapshot,
    asked: Backlog,
    read: ReadAll,
    started: float,
) -> RebalanceResult:
    """
    Route again together what is left of the orders of a backlog.

    Parameters
    ----------
    compiled
        The network and the policy.
    ledger
        The stock as it is now.
    asked
        The backlog.
    read
        Makes them ready to answer from some stock.
    started
        When it began, by the clock of performance.

    Raises
    ------
    InputError
        If something is wrong with what is asked. All faults are listed.
    SolverError
        If a plan fails its verification, which would be a bug.
    """
    policy = compiled.policy
    opens, now, names = read_backlog(
        *(asked.results, asked.events, asked.orders, asked.tiers),
        policy=policy,
        network=compiled.network,
        now=asked.now,
    )
    lost = [cell for one in opens for cell in one.standing.lost.items()]
    late = {event: None for one in opens for event in one.standing.late}
    stock = stock_for_all(ledger, [one.after for one in opens], lost, late)
    moving = [one for one in opens if one.rest is not None]
    moving.sort(key=lambda one: turn_of(one.order))
    ready = read(stock, [one.rest.order for one in moving if one.rest is not None])
    routing = _Routing.of(ready, policy, moving, stock=stock, backlog=asked, now=now)
    found, tiers, bound = routing.run()
    answers = []
    for one in opens:
        result, by = nothing_left(one.before), policy
        if one.rest is not None:
            result = told(found[one.order.id], one.rest)
            by = routing.asked.of(one.rest.order).policy
        answers.append(
            answer_of(
                (one.before, one.standing.before),
                one.after,
                result,
                policy=policy,
                by=by,
                kits=one.kits,
                lost=one.standing.lost,
                ignored=one.standing.ignored,
            )
        )
    moved = {one.order_id for one in answers if one.has_changed}
    told_of = []
    for at, known in tiers.items():
        mine = [found[one.order.id] for one in moving if one.tier == at]
        name = names[at] if at < len(names) else None
        told_of.append(_tier_result(name, mine, moved, known, asked.gap))
    cost = math.fsum(one.result.cost for one in answers)
    is_best = all(one.status is Status.OPTIMAL for one in told_of)
    is_none = any(one.status is Status.INFEASIBLE for one in told_of)
    return RebalanceResult(
        results=tuple(answers),
        tiers=tuple(told_of),
        status=Status.OPTIMAL
        if is_best
        else Status.INFEASIBLE
        if is_none
        else Status.FEASIBLE,
        cost=cost,
        bound=settled(bound, cost),
        policy_version=policy.version,
        gap_asked=asked.gap,
        elapsed_s=time.perf_counter() - started,
        snapshot=ready.inventory,
    )


@dataclass(slots=True, eq=False)
class _Routing:
    """
    What is left of the orders, on its way through a wave.

    Attributes
    ----------
    asked
        What each order is asked of.
    joint, apart
        The orders that are decided together, in turn; and those of which each is
        decided before the others of its tier.
    """

    asked: Asked
    joint: list[Open]
    orders: list[Order]
    apart: Apart
    backlog: Backlog

    @classmethod
    def of(
        cls,
        ready: Compiled,
        policy: Policy,
        moving: Sequence[Open],
        *,
        stock: Inventory,
        backlog: Backlog,
        now: datetime,
    ) -> _Routing:
        """Give every order the terms and the limits that are left of it."""
        network, limit = ready.network, ready.time_limit_s
        rests = {one.order.id: one.rest for one in moving if one.rest is not None}
        places = {
            name: mine
            for one in moving
            if (name := one.order.id) in rests
            and (mine := places_of(one.standing, rests[name].order, network))
        }
        base = revised(ready, policy_for_all(policy, places))
        base = base.within(min(limit, backlog.time_limit_s))
        variants: dict[object, Compiled] = {}
        own: dict[str, Compiled] = {}
        whole = stock.snapshot()
        joint, orders, apart = [], [], []
        for one in moving:
            rest = rests[one.order.id]
            sunk = sunk_by(one.after.kept, policy, rest.order.value or 0.0)
            variant = _variant(base, sunk, variants)
            if variant is not base:
                own[one.order.id] = variant
            if stands_apart(one, sunk, rest, whole=whole, now=now, arrays=ready.arrays):
                apart.append((one, sunk))
                continue
            no_others = sunk.new_nodes == 0
            others = set(rest.everyone) - sunk.nodes if no_others else ()
            joint.append(one)
            orders.append(rest.without(sorted(others)))
        quotes = quotes_for(backlog.quotes, [rest.order for rest in rests.values()])
        asked = Asked(base, quotes, own)
        return cls(asked, joint, orders, Apart(apart, stock, asked, now), backlog)

    def run(
        self,
    ) -> tuple[dict[str, RoutingResult], dict[int, TierFound], float]:
        """Decide all; return results by order id, what is known by tier, and in all."""
        asked, base, backlog = self.asked, self.asked.compiled, self.backlog
        at_hand = sorted({one.tier for one in (*self.joint, *self.apart.opens)})
        if not at_hand:
            return {}, {}, 0.0
        wave = compile_wave(
            self.orders, asked.price, base.policy, base.arrays, asked.policy_of
        )
        members = [
            [n for n, one in enumerate(self.joint) if one.tier == tier]
            for tier in at_hand
        ]
        search = TierSearch(
            wave,
            members,
            self._start(wave),
            lambda at, incumbent: self.apart.decide(at_hand[at], incumbent),
            time_limit_s=backlog.time_limit_s,
            gap=backlog.gap,
            seed=backlog.seed,
            watch=backlog.watch,
            executor=backlog.executor,
        )
        joint, tiers, bound = search.run()
        results, _ = write_out(
            asked,
            wave,
            joint,
            self.orders,
            range(len(self.orders)),
            seconds=backlog.time_limit_s,
            besides=list(self.apart.results.values()),
        )
        rests = {one.order.id: one.rest for one in self.joint if one.rest is not None}
        found = {
            one.order_id: replace(one, order=rests[one.order_id].order)
            for one in results
        } | self.apart.results
        return found, dict(zip(at_hand, tiers, strict=True)), bound

    def _start(self, wave: Wave) -> list[Placed | None] | None:
        """See what stands of the plans before as what the orders take."""
        policy = self.asked.compiled.policy
        if policy.objective is not Objective.COST or wave.drains:
            return None
        empty = Incumbent.of(wave)
        return [
            placed_before(empty, at, order, one.standing.open)
            for at, (one, order) in enumerate(zip(self.joint, self.orders, strict=True))
        ]


def _variant(base: Compiled, sunk: Sunk, variants: dict[object, Compiled]) -> Compiled:
    """Ask by the limits that are left; those with the same are asked the same."""
    policy: Policy = policy_for(base.policy, sunk, {})
    if policy is base.policy:
        return base
    key = sunk.splits, sunk.price
    if key not in variants:
        variants[key] = revised(base, policy)
    return variants[key]


def _tier_result(
    name: str | None,
    mine: Sequence[RoutingResult],
    moved: set[str],
    known: TierFound,
    gap: float,
) -> TierResult:
    """Say what was decided for a tier."""
    cost = math.fsum(one.cost for one in mine)
    bound = settled(known.bound, cost)
    return TierResult(
        name=name,
        orders=len(mine),
        moved=sum(one.order_id in moved for one in mine),
        unfilled=sum(part.quantity for one in mine for part in one.plan.unfilled),
        status=status_of(cost, bound, gap, is_sure=True),
        cost=cost,
        bound=bound,
    )
