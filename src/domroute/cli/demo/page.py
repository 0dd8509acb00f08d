"""What became of a scenario's orders, on one page of small tables."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from domroute.cli.demo.in_time import Run
from domroute.reasons import Reason
from domroute.scenario import Scenario
from domroute.tables import text_pairs, text_table
from domroute.words import Status


def headline(scenario: Scenario) -> str:
    """
    Say in two lines what is about to be routed.

    Examples
    --------
    >>> from domroute.instances import load
    >>> print(headline(load("tiny")))
    tiny: 20 orders, 28 lines, 74 units
    6 nodes (2 dc, 3 store, 1 vendor), 10 items, 185 units available
    """
    kinds = Counter(node.kind for node in scenario.network.nodes)
    nodes = ", ".join(f"{many:,} {kind}" for kind, many in sorted(kinds.items()))
    lines = [line for order in scenario.orders for line in order.lines]
    units = sum(line.quantity for line in lines)
    held = int(scenario.inventory.available_rows.sum())
    return (
        f"{scenario.name}: {len(scenario.orders):,} orders, {len(lines):,} lines, "
        f"{units:,} units\n"
        f"{len(scenario.network.nodes):,} nodes ({nodes}), "
        f"{len(scenario.network.items):,} items, {held:,} units available"
    )


def report(run: Run) -> str:
    """
    Set what a person wants to know of a run as small tables.

    Examples
    --------
    >>> from domroute.cli.demo.in_time import route_in_time
    >>> from domroute.instances import load
    >>> print(report(route_in_time(load("tiny"))).splitlines()[2])
     proven: 20 of 20 plans optimal, largest gap 0.00%
    """
    tables = [
        text_pairs(_summary(run)),
        text_table(("cost", "amount", "an order", "share"), _cost_rows(run)),
        text_table(("shipments", "orders", "share"), _shipment_rows(run)),
        text_table(("filled by", "shipments", "units", "share"), _kind_rows(run)),
        text_table(("delivery", "ordered", "filled", "share"), _delivery_rows(run)),
    ]
    if run.units_unfilled:
        header = ("unfilled", "units", "share", "because")
        tables.append(text_table(header, _unfilled_rows(run)))
    return "\n\n".join(tables)


def _summary(run: Run) -> list[tuple[str, str]]:
    results, methods = run.results, Counter(result.method for result in run.results)
    optimal = sum(result.status is Status.OPTIMAL for result in results)
    gap = max((result.gap for result in results), default=0.0)
    splits = sum(result.plan.split_count for result in results)
    split_orders = sum(result.plan.split_count > 0 for result in results)
    shipments = sum(len(result.plan.shipments) for result in results)
    ordered = run.units_ordered
    filled = ordered - run.units_unfilled.total()
    routed = sum(bool(result.plan.shipments) for result in results)
    latency = ", ".join(f"p{p} {run.latency_ms(p):,.2f} ms" for p in (50, 90, 99))
    # The router raises at the first plan in which the judge finds a fault.
    judged = sum(math.isfinite(result.cost) for result in results)
    return [
        ("speed", f"{run.orders_per_s:,.0f} orders a second ({run.elapsed_s:,.1f} s)"),
        ("latency", latency),
        (
            "proven",
            f"{optimal:,} of {len(results):,} plans optimal, largest gap {gap:.2%}",
        ),
        (
            "method",
            ", ".join(f"{word} {many:,}" for word, many in methods.most_common()),
        ),
        ("verified", f"{judged:,} plans, nothing found"),
        (
            "shipments",
            f"{shipments:,}, {shipments / max(1, routed):.3f} an order shipped",
        ),
        ("splits", f"{splits:,}, in {_share(split_orders, len(results))} of orders"),
        (
            "filled",
            f"{filled:,} of {ordered:,} units ({filled / max(1, ordered):.2%})",
        ),
    ]


def _cost_rows(run: Run) -> Iterable[tuple[str, ...]]:
    costs, orders = run.costs, len(run.results)
    for term, amount in sorted(costs, key=lambda pair: -pair[1]):
        yield _cost_row(term, amount, costs.total, orders)
    yield _cost_row("total", costs.total, costs.total, orders)


def _cost_row(term: str, amount: float, total: float, orders: int) -> tuple[str, ...]:
    return (
        term,
        f"{amount:,.2f}",
        f"{amount / max(1, orders):,.2f}",
        _share(amount, total),
    )


def _shipment_rows(run: Run) -> Iterable[tuple[str, ...]]:
    for count, orders in sorted(run.shipment_counts.items()):
        yield (f"{count}", f"{orders:,}", _share(orders, len(run.results)))


def _kind_rows(run: Run) -> Iterable[tuple[str, ...]]:
    kinds = {node.id: node.kind for node in run.scenario.network.nodes}
    shipments: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for result in run.results:
        for shipment in result.plan.shipments:
            shipments[kinds[shipment.node_id]] += 1
            units[kinds[shipment.node_id]] += shipment.units
    for kind, many in units.most_common():
        yield (kind, f"{shipments[kind]:,}", f"{many:,}", _share(many, units.total()))


def _delivery_rows(run: Run) -> Iterable[tuple[str, ...]]:
    ordered: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for order in run.orders:
        for line in order.lines:
            ordered[order.delivery_of(line).method.value] += line.quantity
    for result in run.results:
        for shipment in result.plan.shipments:
            filled[shipment.method.value] += shipment.units
    for method, many in ordered.most_common():
        yield (method, f"{many:,}", f"{filled[method]:,}", _share(filled[method], many))


def _unfilled_rows(run: Run) -> Iterable[tuple[str, ...]]:
    for reason, many in run.units_unfilled.most_common():
        share = f"{many / run.units_ordered:.2%}"
        yield (reason, f"{many:,}", share, Reason(reason).sentence)


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "-"
