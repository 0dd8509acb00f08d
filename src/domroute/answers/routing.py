"""One order routed: priced, decided, written out, and judged."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from domroute.answers.compiled import Compiled
from domroute.answers.concluding import conclude
from domroute.answers.lift import ANY_DATE, Lift
from domroute.answers.merged import AtHubs, beside_merging
from domroute.costs.quotes import Quotes
from domroute.errors import InputError, Issue, SolverError
from domroute.offers.priced import Offers
from domroute.orders import Order
from domroute.result import RoutingResult
from domroute.sourcing.choice import Choice
from domroute.sourcing.kernel import decide, is_listed
from domroute.sourcing.settling import settle

MAX_SECONDS = 1e7
"""A third of a year: a longer limit is a mistake."""


def check_limit(time_limit_s: float | None) -> None:
    """
    Refuse a limit that is no number of seconds; None is no limit.

    Raises
    ------
    InputError
        If it is none.
    """
    value: object = time_limit_s
    if value is None:
        return
    if not isinstance(value, (int, float)) or not 0 < value <= MAX_SECONDS:
        text = (
            f"{value!r} should be a number of seconds, above 0, at most {MAX_SECONDS:g}"
        )
        raise InputError([Issue("out_of_range", "time_limit_s", text)])


def route_order(
    compiled: Compiled,
    order: Order,
    *,
    quotes: Quotes | None,
    started: float,
) -> RoutingResult:
    """
    Find the best plan for an order on the stock that was read, and judge it by that.

    Parameters
    ----------
    compiled
        The network, the policy, the snapshot of stock to answer from, and the seconds
        to do it in.
    order
        The order.
    quotes
        Costs and workloads already known.
    started
        When the question was asked, by ``time.perf_counter``.

    Raises
    ------
    InputError
        If the order names unknown items or nodes. All faults are listed.
    SolverError
        If the plan fails its verification, which would be a bug.
    """
    policy, choice = compiled.policy, None
    offers = compiled.offers(order, quotes, in_time=True)
    if offers.problem.is_cut:
        if policy.solve.method != "mip" and is_listed(offers, policy):
            choice = _chosen(compiled, offers)
        if choice is None or not choice.fills_all(offers):
            # What comes too late may be why something is left.
            offers, choice = compiled.offers(order, quotes), None
            spent = time.perf_counter() - started
            compiled = compiled.within(max(compiled.time_limit_s - spent, 1e-3))
    return decided(
        compiled, order, offers, quotes=quotes, started=started, choice=choice
    )


def decided(
    compiled: Compiled,
    order: Order,
    offers: Offers,
    *,
    quotes: Quotes | None,
    started: float,
    at_any_date: Callable[[], Offers] | None = None,
    choice: Choice | None = None,
) -> RoutingResult:
    """
    Choose among the offers of an order, and have the plan judged; see above.

    With ``at_any_date``, whoever knows already what could be offered if any date would
    do need not find it again where reasons are looked for; nor does a ``choice`` that
    was made have to be made again.
    """
    if choice is None:
        choice = _chosen(compiled, offers)
    beside = AtHubs(choice, offers)
    if compiled.merges is not None:
        beside = beside_merging(
            compiled, order, offers, choice, quotes, started=started
        )
        choice, offers = beside.choice, beside.offers

    def tell(choice: Choice) -> tuple[RoutingResult, tuple[Issue, ...]]:
        return told(
            compiled,
            order,
            offers,
            choice,
            quotes=quotes,
            started=started,
            at_any_date=at_any_date,
            beside=beside,
        )

    result, faults = tell(choice)
    if faults and offers.has_ladder and not choice.proves_goals:
        # The time was over before it was known how far down the ladder to go: what was
        # found goes too far, and no plan is known that does not.
        result, faults = tell(replace(choice, takes=None))
    if faults:
        raise solver_error(order, choice.method, faults)
    return result


def _chosen(compiled: Compiled, offers: Offers) -> Choice:
    """Make the best choice among offers."""
    seconds = compiled.time_limit_s
    choice = decide(offers, compiled.policy, compiled.arrays, time_limit_s=seconds)
    return settle(choice, offers, compiled.arrays.minimum_order)


def solver_error(order: Order, method: str, faults: tuple[Issue, ...]) -> SolverError:
    """Say what is wrong with a plan that ought to be right."""
    listed = "; ".join(str(fault) for fault in faults)
    return SolverError(f"order {order.id!r} by {method}: {listed}")


def told(
    compiled: Compiled,
    order: Order,
    offers: Offers,
    choice: Choice,
    *,
    quotes: Quotes | None,
    started: float,
    at_any_date: Callable[[], Offers] | None = None,
    beside: AtHubs | None = None,
) -> tuple[RoutingResult, tuple[Issue, ...]]:
    """Write out what was chosen for an order, and have it judged."""
    share = compiled.policy.solve.tuning.reasons.share
    reasons_s = share * compiled.time_limit_s

    def lifted(lift: Lift) -> Offers:
        if at_any_date is not None and lift == ANY_DATE:
            return at_any_date()
        return compiled.within(reasons_s).lifted(order, quotes, lift)

    result = conclude(
        offers,
        choice,
        compiled.policy,
        compiled.arrays,
        elapsed_s=time.perf_counter() - started,
        lifted=lifted,
        may_rise=compiled.may_rise,
        reasons=None if beside is None else beside.reasons,
        reasons_s=reasons_s,
        written=None if beside is None else beside.plan,
    )
    judge, stock = compiled.judge, compiled.inventory
    return result, judge.check_result(result, order, stock, quotes=quotes)
