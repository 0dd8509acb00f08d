"""What a wave has found, written out order by order, and judged."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from domroute.answers.concluding import conclude
from domroute.batch.aims import reaches_goals
from domroute.batch.asking import Asked
from domroute.batch.days import day_uses, without_days
from domroute.batch.placed import Placed, Seat
from domroute.batch.repricing import restrict
from domroute.batch.search import Joint
from domroute.batch.wave import Wave
from domroute.errors import SolverError
from domroute.offers.priced import Offers
from domroute.orders import Order
from domroute.result import RoutingResult
from domroute.sourcing.choice import IS_FORBIDDEN, Choice, Take
from domroute.sourcing.settling import settle
from domroute.units import FloatArray
from domroute.verify import Beside, check_together

JOINT: Final = "joint"
"""The method of results that were decided together."""


def write_out(
    asked: Asked,
    wave: Wave,
    joint: Joint,
    orders: Sequence[Order],
    sequence: Sequence[int],
    *,
    seconds: float,
    besides: Sequence[RoutingResult] = (),
) -> tuple[tuple[RoutingResult, ...], bool]:
    """
    Write out what every order takes, and judge it; and tell whether goals are proven.

    Where the time was over before it was known whether a ladder is drained, and the
    judge finds that it is not, the order has no plan, and what it took is left to the
    others: those that have to drain it are placed again. Beside stand plans that were
    decided before the wave: they are judged with it, together.

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
        before_it = np.zeros(len(wave.capacity))
        for turn, at in enumerate(sequence):
            left = min(alone_s, ends - time.perf_counter())
            results[at], proves = _conclude(
                *(asked, wave, joint, turn, orders[at]),
                before_it=before_it,
                reasons_s=left,
            )
            is_sure = is_sure and proves
        written = tuple([results[at] for at in range(len(orders))])
        faults = _faults_of(asked, orders, written, besides)
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
    asked: Asked,
    wave: Wave,
    joint: Joint,
    turn: int,
    order: Order,
    *,
    before_it: FloatArray,
    reasons_s: float,
) -> tuple[RoutingResult, bool]:
    """
    Write out what one order takes; its own bound is its cost alone.

    And tell whether what comes before cost, if anything does, is as it would be alone.
    Of what all orders pay for the days that they fill, each pays for what it adds to
    those before it, which use of each row ``before_it``; to that it is added, too.
    """
    offers = asked.price(order)
    on_days = wave.days.of(offers)
    if on_days is not None and offers.days is not None:
        offers = replace(offers, days=offers.days.filled(before_it[on_days]))
    cell = wave.cells.of(offers)
    takes = _takes(joint, turn, offers)
    alone = joint.alone[turn]
    bound = math.inf if alone >= IS_FORBIDDEN else alone
    compiled = asked.of(order)
    policy, arrays = compiled.policy, compiled.arrays
    proves_goals = joint.incumbent.is_sure(turn) and reaches_goals(
        offers, takes, policy, arrays, time_limit_s=reasons_s
    )
    mine = joint.incumbent.lift(turn)
    incumbent, nodes = joint.incumbent, offers.problem.nodes
    taken = incumbent.taken_from(offers, cell)
    taken_later = incumbent.taken_later(wave.cells.later_of(offers))
    used = incumbent.used_capacity(wave.arrays.capacity.of_node)
    left = restrict(offers, taken, used[:, nodes], wave.arrays, taken_later)
    days = offers.eligibility.days
    if on_days is not None:
        left = without_days(left, incumbent.used_capacity(on_days))
    if days is not None:
        load = incumbent.used_capacity(np.arange(len(wave.capacity)))
        days = days.beside(wave.days.used(load))
        left = replace(left, eligibility=replace(left.eligibility, days=days))
    # By itself an order may go from other nodes; others want what is left there.
    is_one = len(joint.incumbent.placed) == 1
    minimum_order = arrays.minimum_order if is_one else None
    choice = Choice(takes, bound, JOINT, proves_goals=proves_goals)
    choice = settle(choice, offers, minimum_order, left)
    if mine is not None:
        incumbent.put(turn, _as_settled(mine, incumbent.seats[turn], offers, choice))
    has_order: set[int] = set()
    for take in choice.takes or ():
        rows, load = day_uses(on_days, take, has_order)
        np.add.at(before_it, rows, load)
    result = conclude(
        offers,
        choice,
        policy,
        arrays,
        elapsed_s=0.0,
        lifted=lambda lift: compiled.within(reasons_s).lifted(
            order, asked.quotes, lift, left=left, used=used
        ),
        may_rise=compiled.may_rise,
        left=left,
        reasons_s=reasons_s,
    )
    return result, proves_goals


def _as_settled(mine: Placed, seat: Seat, offers: Offers, choice: Choice) -> Placed:
    """
    Stand where the plan is written out, which may be on other days, or at once.

    So those that are written out after it are not moved to where it has gone.
    """
    loner = seat.loner
    if loner is None or not choice.takes:
        return mine
    at = {id(block): n for n, block in enumerate(offers.blocks)}
    takes = tuple(
        replace(take, block=loner.offers.blocks[at[id(take.block)]])
        for take in choice.takes
    )
    return replace(mine, takes=takes, drawn=None)


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
    asked: Asked,
    orders: Sequence[Order],
    results: Sequence[RoutingResult],
    besides: Sequence[RoutingResult],
) -> dict[str, list[str]]:
    """Judge every plan, by the order's id, and all of them together, by none."""
    compiled = asked.compiled
    beside = Beside((result.plan for result in (*results, *besides)), orders)
    faults = {
        order.id: [
            f"order {order.id!r}: {fault}"
            for fault in asked.of(order).judge.check_result(
                result, order, compiled.inventory, quotes=asked.quotes, beside=beside
            )
        ]
        for order, result in zip(orders, results, strict=True)
    }
    together = check_together(
        [result.plan for result in (*results, *besides)],
        compiled.network,
        compiled.inventory,
        quotes=asked.quotes,
        orders=[*orders, *(one.order for one in besides if one.order is not None)],
        policy=compiled.policy,
    )
    faults[""] = [str(fault) for fault in together]
    return {name: found for name, found in faults.items() if found}
