"""One yardstick for all: what came of a replay, priced by one stated policy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from domroute.arguments import checked
from domroute.costs import nature_of
from domroute.orders import Order
from domroute.policy import Policy
from domroute.replay.measures import Frames, nature_of_amount, values_of
from domroute.replay.outcome import COLUMNS, Outcome
from domroute.router import Router
from domroute.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

_RETURNS = "returns"
"""What returns cost is the world's: no policy prices it."""
Row = tuple[Any, ...]


@checked
def priced_by(
    judge: Policy, outcome: Outcome, scenario: Scenario, orders: Iterable[Order]
) -> Outcome:
    """
    Price what came of a replay by another policy than the one that decided it.

    Parameters
    ----------
    judge
        Whose costs and penalties count; what it forbids is no fault here.
    outcome
        What came of the replay.
    scenario
        Where it was replayed, with the stock that it opened with, and the quotes.
    orders
        As they were placed.

    Notes
    -----
    An order is priced by what was sent of it in the end, as :meth:`.Router.score`
    prices a decision: each node by its cheapest service, two shipments from one node as
    one. What looks at stock (soft rules, terms of your own) sees the opening stock.
    What was canceled costs nothing, what stock is worth is no cost, and what returns
    cost stays what it was.
    """
    router = Router(scenario.network, scenario.inventory, judge)
    frames = Frames.of(outcome)
    found = dict(_priced(router, scenario, frames, {each.id: each for each in orders}))
    kept = frames.costs[frames.costs["term"] == _RETURNS]
    rows = [row for costs, _ in found.values() for row in costs]
    missing = {key: cost for _, parts in found.values() for key, cost in parts.items()}
    tables = dict(outcome.tables)
    tables["costs"] = _joined(rows, kept)
    unfilled = frames.unfilled
    tables["unfilled"] = unfilled.assign(
        cost=[
            missing.get(key, 0.0) * share
            for key, share in zip(
                zip(unfilled["order"], unfilled["line"], strict=True),
                _shares(unfilled),
                strict=True,
            )
        ]
    )
    return dataclasses.replace(outcome, tables=tables)


def _priced(
    router: Router, scenario: Scenario, frames: Frames, orders: dict[str, Order]
) -> Iterator[tuple[str, tuple[list[Row], dict[tuple[str, str], float]]]]:
    """Price order by order: rows of costs, and what each line left costs."""
    values = values_of(router.policy.costs)
    standing = frames.standing[["shipment", "node"]]
    sent = frames.sent.merge(standing, on="shipment")
    decided: dict[str, dict[tuple[str, str], int]] = {}
    first: dict[tuple[str, str], str] = {}
    columns = ("order", "line", "node", "shipment", "quantity")
    for name, line, node, shipment, units in zip(
        *(sent[column].tolist() for column in columns), strict=True
    ):
        mine = decided.setdefault(name, {})
        mine[line, node] = mine.get((line, node), 0) + int(units)
        first.setdefault((name, node), shipment)
    left: dict[str, dict[str, int]] = {}
    keys = ("order", "line", "quantity")
    for name, line, units in zip(
        *(frames.unfilled[column].tolist() for column in keys), strict=True
    ):
        lines = left.setdefault(name, {})
        lines[line] = lines.get(line, 0) + int(units)
    for name in frames.orders["order"].tolist():
        decision = decided.get(name, {})
        order = _wanted(orders[name], decision, left.get(name, {}))
        if order is None:
            continue
        plan = router.score(order, decision, quotes=scenario.quotes).result.plan
        amounts: list[tuple[str | None, str, float]] = [
            (first[name, shipment.node_id], *cost)
            for shipment in plan.shipments
            for cost in shipment.costs
            if cost[0] not in values
        ]
        amounts += [(None, *cost) for cost in plan.order_costs]
        missed = {(name, part.line_id): part.cost for part in plan.unfilled}
        if any(missed.values()):
            amounts.append((None, "unfilled", sum(missed.values())))
        rows: list[Row] = [
            (name, label, term, amount, nature_of_amount(term, values))
            for label, term, amount in amounts
        ]
        yield name, (rows, missed)


def _wanted(
    order: Order, decision: dict[tuple[str, str], int], left: dict[str, int]
) -> Order | None:
    """Leave out of an order what was canceled; None where that is all of it."""
    units = dict(left)
    for (line, _), count in decision.items():
        units[line] = units.get(line, 0) + count
    lines = tuple(
        line.model_copy(update={"quantity": units[line.id]})
        for line in order.lines
        if units.get(line.id)
    )
    return order.model_copy(update={"lines": lines}) if lines else None


def _joined(rows: list[Row], kept: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    made = pd.DataFrame(rows, columns=list(COLUMNS["costs"]))
    frames = [frame for frame in (made, kept) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else made


def _shares(unfilled: pd.DataFrame) -> list[float]:
    """Divide what a line left costs among its rows, by their units."""
    sums = unfilled.groupby(["order", "line"])["quantity"].transform("sum")
    return [float(share) for share in unfilled["quantity"] / sums]


def prices_of(policy: Policy) -> str:
    """
    Write down what a policy charges for, whatever it allows: equal where that is.

    Examples
    --------
    >>> one = Policy(unfilled_penalty=20.0)
    >>> prices_of(one) == prices_of(Policy()), prices_of(one) == prices_of(one)
    (False, True)
    """
    splits = policy.splits
    soft: list[object] = [splits.split_price]
    if splits.over_limit_price is not None:
        soft += [splits.over_limit_price, splits.max_shipments, splits.max_nodes]
    if splits.ship_complete:
        soft.append(splits.incomplete_price)
    return repr(
        (
            [repr(term) for term in policy.costs if nature_of(term).is_cash],
            policy.unfilled_penalty,
            soft,
            [repr(rule) for rule in policy.rules if rule.price],
            policy.distance,
        )
    )
