"""Decisions made elsewhere, priced by the same model and held to the same rules."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np

from domroute.answers.assembly import assemble
from domroute.answers.compiled import Compiled
from domroute.answers.concluding import conclude
from domroute.answers.decided import as_shipped, to_come
from domroute.answers.replaced import ship_goods
from domroute.costs.quotes import Quotes
from domroute.decisions import Decision, as_if_held, read_decision
from domroute.errors import Issue, SolverError
from domroute.indexing import index_order
from domroute.ledger import Snapshot
from domroute.offers.priced import Offers
from domroute.orders import Order
from domroute.problem import NetworkArrays, OrderProblem
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.sourcing.choice import Choice
from domroute.sourcing.greedy import simple_bound
from domroute.sourcing.kernel import decide
from domroute.sourcing.offers import tabulate
from domroute.sourcing.settling import settle
from domroute.split.atoms import atoms_of
from domroute.tables import html_table
from domroute.units import BoolArray, IntArray
from domroute.words import Objective, Status

GIVEN: Final = "given"
"""The method of results that were decided elsewhere."""

_BROKEN: Final = frozenset(
    {
        "not_permitted",
        "rule_broken",
        "oversold",
        "capacity",
        "minimum_order",
        "line_split",
        "split_pickup",
        "split_limit",
        "ship_complete",
        "ship_together",
        "not_together",
        "must_fill",
    }
)
"""What a decision can have broken; any other fault is one of our own pricing."""


@dataclass(frozen=True, slots=True)
class Scored:
    """
    A decision made elsewhere: what it costs, and what it broke.

    Attributes
    ----------
    result
        The decision as a plan, at the policy's costs, by the services that are best,
        several of a node where the policy lets it; its ``method`` is ``given``. Its
        bound is what plans that break nothing cost at least, or its own cost where that
        is lower.
    faults
        The rules and limits that it broke, and the stock that was not there; codes are
        the judge's. None means that the policy could have decided the same.

    Examples
    --------
    Two units left N2, which had one and is the dearer:

    >>> from domroute import Inventory, Line, Location, Network, Node, Order, Policy
    >>> from domroute import Router, Stock
    >>> place = Location(lat=40.7, lon=-74.0)
    >>> router = Router(
    ...     Network(
    ...         nodes=[
    ...             Node(id="N1", location=place, cost={"per_shipment": 1.0}),
    ...             Node(id="N2", location=place, cost={"per_shipment": 3.0}),
    ...         ],
    ...         items=[{"sku": "A"}],
    ...     ),
    ...     Inventory([Stock(node=name, sku="A", on_hand=1) for name in ("N1", "N2")]),
    ...     Policy(costs=[{"term": "handling"}]),
    ... )
    >>> order = Order(
    ...     id="o1", destination=place, lines=[Line(id="l1", sku="A", quantity=2)]
    ... )
    >>> scored = router.score(order, {("l1", "N2"): 2})
    >>> scored.result.cost, str(scored.faults[0])
    (3.0, "node 'N2': 2 units of 'A' ship, 1 are available [oversold]")
    """

    result: RoutingResult
    faults: tuple[Issue, ...] = ()

    def __str__(self) -> str:
        return "\n\n".join([str(self.result), *map(str, self.faults)])

    def _repr_html_(self) -> str:
        if not self.faults:
            return self.result._repr_html_()
        rows = [(fault.code, fault.where, fault.message) for fault in self.faults]
        table = html_table(["fault", "where", "what"], rows)
        return self.result._repr_html_() + table

    def to_dict(self) -> dict[str, Any]:
        """Return the result and the faults as plain values, ready for JSON."""
        return {
            "result": self.result.to_dict(),
            "faults": [asdict(fault) for fault in self.faults],
        }


def score_order(
    compiled: Compiled,
    order: Order,
    decision: Decision,
    *,
    quotes: Quotes | None,
) -> Scored:
    """
    Price a decision, and list what it broke.

    It is priced, and judged, as though the ledger had held what it took: where the
    ledger holds less now, stock is raised to that, and the fault is reported.

    Parameters
    ----------
    compiled
        The network, stock and policy, and the seconds to look for the bound.
    order
        What was asked for.
    decision
        What was shipped, in whole units.
    quotes
        Costs and workloads already known.

    Raises
    ------
    InputError
        If order or decision name what is not there, or units that cannot be.
    SolverError
        If the judge prices the decision otherwise, which would be a bug.
    """
    started = time.perf_counter()
    shipped = read_decision(compiled.arrays, order, decision)
    if index_order(compiled.arrays, compiled.stock_map, order).ways is not None:
        return _score_goods(compiled, order, shipped, quotes=quotes, started=started)
    stock_map = compiled.stock_map
    later = to_come(compiled, order)
    ledger = as_if_held(stock_map.inventory, order, shipped, later)
    if ledger is not stock_map.inventory:
        stock_map = stock_map.at(ledger)
    problem = index_order(
        compiled.arrays, stock_map, order, supply=compiled.dating.supply
    )
    eligibility = compiled.screen.screen(problem, ledger)
    permitted = compiled.price(
        problem, quotes, inventory=ledger, eligibility=eligibility
    )

    units = _count_units(compiled.arrays, problem, shipped)
    given, takes, stuck = as_shipped(
        compiled, problem, units, quotes=quotes, eligibility=eligibility, ledger=ledger
    )
    reasons = dict.fromkeys(range(len(problem.lines)), Reason.AS_DECIDED)
    without = np.flatnonzero(stuck.any(axis=1)).tolist()
    reasons |= dict.fromkeys(without, Reason.NO_SERVICE)
    best = _best(permitted, compiled)
    bound = best.bound
    if not stuck.any():
        # What breaks a rule may cost less than all that keep to them: no contradiction.
        plan = assemble(given, compiled.policy, compiled.arrays, takes)
        bound = min(bound, plan.costs.total)
    decided = replace(
        best, takes=None if stuck.any() else takes, bound=bound, method=GIVEN
    )
    result = conclude(
        given,
        settle(decided, given, None),  # by the first of services that cost the same
        compiled.policy,
        compiled.arrays,
        elapsed_s=time.perf_counter() - started,
        reasons=reasons,
    )
    faults = (
        _stuck(compiled.arrays, problem, stuck)
        if stuck.any()
        else _judge(compiled, result, order, ledger, quotes)
    )
    if all(fault.code != "rule_broken" for fault in faults):
        faults += _below_rung(permitted, units, compiled.arrays)
    if not faults:
        faults = _not_drained(permitted, best, units)
    # Cheaper than what may be is no proof; nor is a bound by cost where cost is second.
    if faults or compiled.policy.objective is not Objective.COST:
        result = replace(result, status=Status.FEASIBLE)
    return Scored(result, faults)


def _score_goods(
    compiled: Compiled,
    order: Order,
    shipped: Mapping[tuple[str, str], int],
    *,
    quotes: Quotes | None,
    started: float,
) -> Scored:
    """Price a decision that does not say which goods have left for its lines."""
    made = ship_goods(compiled, order, shipped, quotes=quotes)
    stock_map = compiled.stock_map.at(made.ledger)
    problem = index_order(compiled.arrays, stock_map, order)
    permitted = compiled.price(problem, quotes, inventory=made.ledger)
    given, stuck = made.given, made.stuck
    price = np.where(np.isinf(given.penalty), 0.0, given.penalty)
    given = replace(given, penalty=price)
    reasons = dict.fromkeys(range(len(problem.asked)), Reason.AS_DECIDED)
    without = np.flatnonzero(stuck.any(axis=1)).tolist()
    reasons |= dict.fromkeys(without, Reason.NO_SERVICE)
    best = _best(permitted, compiled)
    bound = best.bound
    if not stuck.any():
        plan = assemble(given, compiled.policy, compiled.arrays, made.takes)
        bound = min(bound, plan.costs.total)
    result = conclude(
        given,
        replace(
            best, takes=None if stuck.any() else made.takes, bound=bound, method=GIVEN
        ),
        compiled.policy,
        compiled.arrays,
        elapsed_s=time.perf_counter() - started,
        reasons=reasons,
    )
    result = replace(result, order=order)
    if stuck.any():
        faults = _stuck(compiled.arrays, given.problem, stuck)
    else:
        faults = _judge(compiled, result, order, made.ledger, quotes)
    if all(fault.code != "rule_broken" for fault in faults):
        faults += _below_rung(permitted, made.units, compiled.arrays)
    if faults or compiled.policy.objective is not Objective.COST:
        result = replace(result, status=Status.FEASIBLE)
    return Scored(result, faults)


def _count_units(
    arrays: NetworkArrays,
    problem: OrderProblem,
    shipped: Mapping[tuple[str, str], int],
) -> IntArray:
    """Lay a decision out over lines and nodes at hand; shape ``(L, M)``."""
    line_at = {line.id: at for at, line in enumerate(problem.lines)}
    node_at = {arrays.nodes[n].id: at for at, n in enumerate(problem.nodes.tolist())}
    units = np.zeros((len(problem.lines), len(problem.nodes)), np.int64)
    for (line, node), count in shipped.items():
        units[line_at[line], node_at[node]] = count
    return units


def _best(permitted: Offers, compiled: Compiled) -> Choice:
    """Find the best plan that keeps to the rules, and has the stock, or a bound."""
    if compiled.policy.objective is Objective.COST:
        return decide(
            permitted,
            compiled.policy,
            compiled.arrays,
            time_limit_s=compiled.time_limit_s,
        )
    bound = simple_bound(tabulate(permitted, atoms_of(permitted.problem)))
    return Choice(None, permitted.rung.holds(bound), GIVEN, proves_goals=False)


def _below_rung(
    permitted: Offers, units: IntArray, arrays: NetworkArrays
) -> tuple[Issue, ...]:
    """Tell nodes beyond the rung that is proven to do: the judge may not see so far."""
    rung, nodes = permitted.rung, permitted.problem.nodes
    if not rung.is_proven:
        return ()
    is_beyond = (arrays.priority[nodes] > rung.worst) & units.any(axis=0)
    return tuple(
        Issue(
            "rule_broken",
            f"node {arrays.nodes[node].id!r}",
            f"it has priority {arrays.priority[node]:g}, "
            f"nodes up to {rung.worst:g} fill as much",
        )
        for node in nodes[is_beyond].tolist()
    )


def _not_drained(permitted: Offers, best: Choice, units: IntArray) -> tuple[Issue, ...]:
    """Tell what a decision that breaks nothing else drains too little, likewise."""
    if permitted.drain is None or best.takes is None or not best.proves_goals:
        return ()
    wanted = np.zeros_like(units)
    for take in best.takes:
        wanted[take.block.lines, take.node] += take.units
    if (_by_rung(permitted.drain, wanted) == _by_rung(permitted.drain, units)).all():
        return ()
    given = ", ".join(map(str, _by_rung(permitted.drain, units).tolist()))
    could = ", ".join(map(str, _by_rung(permitted.drain, wanted).tolist()))
    text = f"{given} units come from its rungs, one after another, and {could} can"
    return (Issue("rule_broken", "the ladder", text),)


def _by_rung(rung: IntArray, units: IntArray) -> IntArray:
    """Count the units that come from each rung of a ladder that drains; ``(R,)``."""
    counted = np.bincount(rung, units.sum(axis=0))
    return np.rint(counted).astype(np.int64)


def _stuck(
    arrays: NetworkArrays, problem: OrderProblem, stuck: BoolArray
) -> tuple[Issue, ...]:
    """Say what no service carries: such a decision has no price."""
    return tuple(
        Issue(
            "wrong_service",
            f"node {arrays.nodes[problem.nodes[node]].id!r}",
            f"no service carries what it ships of line {problem.asked[line].id!r}",
        )
        for line, node in zip(*np.nonzero(stuck), strict=True)
    )


def _judge(
    compiled: Compiled,
    result: RoutingResult,
    order: Order,
    ledger: Snapshot,
    quotes: Quotes | None,
) -> tuple[Issue, ...]:
    """
    List what the judge has against a decision.

    Raises
    ------
    SolverError
        If that is the price.
    """

    def ask(inventory: Snapshot) -> tuple[Issue, ...]:
        return compiled.judge.check(
            result.plan, order, inventory, quotes=quotes, cost=result.cost
        )

    faults = ask(ledger)
    wrong = [str(fault) for fault in faults if fault.code not in _BROKEN]
    if wrong:
        message = f"the decision for order {order.id!r}: " + "; ".join(wrong)
        raise SolverError(message)
    real = compiled.stock_map.inventory
    if ledger is real:
        return faults
    # Stock is judged as it is, all else as though the units had been there.
    return (
        *(fault for fault in faults if fault.code != "oversold"),
        *(fault for fault in ask(real) if fault.code == "oversold"),
    )
