"""The real run as daily waves, and whether its prices foretell what a unit is worth."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from benchmarks.families.days import HAS_DATA, RATIO, Week, weeks
from benchmarks.report import Table
from benchmarks.tables.unit_prices import PriceDay, price_test
from domroute import BatchResult, Inventory, Order, Router, RoutingResult

_LIMIT_S = 5.0
"""Seconds of search a day."""
_SHOWN = 7
"""Days at the end with a row of their own; those before are summed by year."""
_DATE = "%d %b %Y"
_RATIOS = (RATIO, 1.5, 2.0)
_COLUMNS = (
    "orders",
    "one by one",
    "joint",
    "saving",
    "gap",
    "proven",
    "contended cells",
    "left",
)


@dataclass(frozen=True, slots=True)
class Day:
    """What a day costs in either way, from the same stock."""

    day: date
    orders: int
    in_turn: float
    joint: float
    bound: float
    left_in_turn: int
    left: Counter[str]
    contended: int
    is_proven: bool


@dataclass(slots=True)
class Totals:
    """What all days came to, and one by one from a ledger of its own."""

    days: list[Day] = field(default_factory=list)
    by_itself: float = 0.0
    last: PriceDay | None = None


def daily_waves(*, full: bool) -> list[Table]:
    """Route every day of the real run jointly; ask what one unit more is worth."""
    if not HAS_DATA:
        return []
    totals = Totals()
    for week in weeks(latest=None if full else 1):
        _route_week(week, totals)
    tables = [_days_table(totals), _stock_table(4 if full else 1)]
    if totals.last is not None:
        tables.append(price_test(totals.last))
    return tables


def _route_week(week: Week, totals: Totals) -> None:
    """Route the days of a week, each from what the joint plans before it left."""
    router, ledger = week.open()
    other_router, other = week.open()
    for day, orders in week.days:
        in_turn = _in_turn(router, ledger, orders)
        # The stock as it was: what the turns reserved is given back.
        _end_day(in_turn, ledger.release)
        totals.last = PriceDay(f"{day:{_DATE}}", week, orders, _copied(ledger))
        batch = router.route_batch(orders, time_limit_s=_LIMIT_S)
        for result in batch:
            ledger.reserve(result.plan)
        _end_day(batch, ledger.commit)
        ledger.start_period()
        by_itself = _in_turn(other_router, other, orders)
        _end_day(by_itself, other.commit)
        other.start_period()
        totals.by_itself += _cost(by_itself)
        totals.days.append(_day(day, in_turn, batch))


def _in_turn(
    router: Router, ledger: Inventory, orders: Iterable[Order]
) -> list[RoutingResult]:
    """Route orders as they were placed, each proven best, and reserve each."""
    results = []
    for order in orders:
        result = router.route(order)
        ledger.reserve(result.plan)
        results.append(result)
    return results


def _end_day(results: Iterable[RoutingResult], end: Callable[[str], None]) -> None:
    """Give back, or send off, what orders have reserved."""
    for result in results:
        if result.plan.shipments:
            end(result.order_id)


def _copied(ledger: Inventory) -> Inventory:
    """Keep the stock as it is now."""
    return Inventory(list(ledger))


def _cost(results: Iterable[RoutingResult]) -> float:
    return math.fsum(result.cost for result in results)


def _left(results: Iterable[RoutingResult]) -> Counter[str]:
    """Count the units that are left, by reason."""
    found: Counter[str] = Counter()
    for result in results:
        for part in result.plan.unfilled:
            found[part.reason.value] += part.quantity
    return found


def _day(day: date, in_turn: list[RoutingResult], batch: BatchResult) -> Day:
    found = Day(
        day=day,
        orders=len(batch),
        in_turn=_cost(in_turn),
        joint=batch.cost,
        bound=batch.bound,
        left_in_turn=_left(in_turn).total(),
        left=_left(batch),
        contended=batch.statistics.contended,
        is_proven=batch.is_optimal,
    )
    # The joint search begins with the plan in turn.
    assert found.joint <= found.in_turn * (1 + 1e-9), found
    return found


def _days_table(totals: Totals) -> Table:
    table = Table(
        "The real run as daily waves",
        "The orders of `examples/real_run.py` (thelook's customers, baskets and "
        "prices, ten distribution centers, 200 stores, the tariff by zone and weight) "
        "as one wave a day (UTC). The example's own stock lasts for years, so every "
        "week it is drawn anew from it, on Monday: of each product "
        f"{RATIO:g} times what the week wants, rounded up. *one by one* routes the "
        "day's orders as they were placed, each exactly and reserving what it takes, "
        f"from the same stock as *joint* ({_LIMIT_S:g} s a day at most), whose plans "
        "are kept. A unit that is left costs 60; *left* counts them, one by one / "
        "jointly, and their cost is in both.",
        ["day", *_COLUMNS],
    )
    earlier, latest = totals.days[:-_SHOWN], totals.days[-_SHOWN:]
    years: dict[int, list[Day]] = {}
    for found in earlier:
        years.setdefault(found.day.year, []).append(found)
    for year, days in years.items():
        table.rows.append(_row(f"{year}, {len(days)} days", days))
    table.rows += [_row(f"{found.day:{_DATE}}", [found]) for found in latest]
    table.rows.append(_row(f"all, {len(totals.days)} days", totals.days))
    joint = math.fsum(found.joint for found in totals.days)
    table.notes.append(
        f"One by one from a ledger of its own, each week: {totals.by_itself:,.0f}; "
        f"jointly {joint:,.0f}, {1 - joint / totals.by_itself:.2%} less. A day's wave "
        "knows nothing of the next day's."
    )
    left: Counter[str] = Counter()
    for found in totals.days:
        left.update(found.left)
    reasons = ", ".join(f"{reason} {many:,}" for reason, many in left.most_common())
    table.notes.append(
        f"Units left jointly, by reason: {reasons or 'none'}. No node is eligible "
        "where only stores farther than the policy's 1,200 km hold what is wanted."
    )
    table.raw += [
        {
            "day": found.day.isoformat(),
            "orders": found.orders,
            "one_by_one": found.in_turn,
            "joint": found.joint,
            "bound": found.bound,
        }
        for found in totals.days
    ]
    return table


def _stock_table(count: int) -> Table:
    """Route the last weeks from more stock, too: how much is there is our choice."""
    table = Table(
        "Daily waves from more stock",
        f"The last weeks ({count}), from stock at other ratios to demand, each drawn "
        "once.",
        ["stock beside demand", *_COLUMNS],
    )
    for ratio in _RATIOS:
        totals = Totals()
        for week in weeks(ratio=ratio, latest=count):
            _route_week(week, totals)
        table.rows.append(_row(f"{ratio:g}", totals.days))
    return table


def _row(name: str, days: list[Day]) -> list[str]:
    in_turn = math.fsum(day.in_turn for day in days)
    joint = math.fsum(day.joint for day in days)
    bound = math.fsum(day.bound for day in days)
    left = sum(day.left.total() for day in days)
    return [
        name,
        f"{sum(day.orders for day in days):,}",
        f"{in_turn:,.0f}",
        f"{joint:,.0f}",
        f"{max(0.0, 1 - joint / in_turn):.2%}",
        f"{max(0.0, 1 - bound / joint):.2%}",
        f"{sum(day.is_proven for day in days):,}",
        f"{sum(day.contended for day in days):,}",
        f"{sum(d.left_in_turn for d in days):,} / {left:,}",
    ]
