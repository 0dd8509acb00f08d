"""What dates take: the same orders with and without, promises, and timetables."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from benchmarks.report import Table
from domroute import (
    Backorder,
    Calendar,
    Delivery,
    DistanceZones,
    Inbound,
    Inventory,
    Item,
    Line,
    Network,
    Node,
    Order,
    Policy,
    Processing,
    RateCard,
    Router,
    Service,
    Stock,
)

_ZONES = (
    *("America/New_York", "America/Chicago"),
    *("America/Denver", "America/Los_Angeles"),
)
_WEEK = ("mon", "tue", "wed", "thu", "fri")
_SKUS = 40
_START = datetime(2026, 11, 20, tzinfo=UTC)


def dated(*, full: bool) -> list[Table]:
    """Route orders with and without dates, promise them, and lay out timetables."""
    return [
        _orders(full=full),
        _waiting(full=full),
        _promises(full=full),
        _timetables(),
    ]


def _orders(*, full: bool) -> Table:
    table = Table(
        "One order with dates",
        "Milliseconds of `Router.route`, warm: the same orders of 1 to 5 lines by "
        "three services, in turn without and with dates. With dates, nodes of four "
        "zones of time have hours, cut-offs and work, services pick-ups and transit, "
        "every order has a `need_by` that is hard, and is placed at a random second.",
        ["nodes", "p50 without", "p50 with", "ratio", "p99 without", "p99 with"],
    )
    for nodes in (50, 300, 2000) if full else (50, 300):
        plain, timed = _router(nodes, timed=False), _router(nodes, timed=True)
        pairs = list(zip(_draw(timed=False), _draw(timed=True), strict=True))
        _in_turn(plain.route, timed.route, pairs[:40])
        without, with_ = _in_turn(plain.route, timed.route, pairs)
        table.rows.append(
            [
                f"{nodes:,}",
                *(_ms(x, 50) for x in (without, with_)),
                f"{np.median(with_) / np.median(without):.2f}",
                *(_ms(x, 99) for x in (without, with_)),
            ]
        )
    return table


def _waiting(*, full: bool) -> Table:
    table = Table(
        "One order that may wait for stock",
        "Milliseconds of `Router.route`, warm: the same orders by three services "
        "without dates, and in turn with dates, a hard `need_by` and stock still to "
        "come in a third of all cells, for which every line may wait at a price.",
        ["nodes", "p50 without", "p50 waiting", "ratio", "p99 without", "p99 waiting"],
    )
    for nodes in (50, 300, 2000) if full else (50, 300):
        plain = _router(nodes, timed=False)
        waits = _router(nodes, timed=True, comes=1 / 3)
        pairs = list(zip(_draw(timed=False), _draw(timed=True), strict=True))
        _in_turn(plain.route, waits.route, pairs[:40])
        without, with_ = _in_turn(plain.route, waits.route, pairs)
        table.rows.append(
            [
                f"{nodes:,}",
                *(_ms(x, 50) for x in (without, with_)),
                f"{np.median(with_) / np.median(without):.2f}",
                *(_ms(x, 99) for x in (without, with_)),
            ]
        )
    return table


def _promises(*, full: bool) -> Table:
    table = Table(
        "Promise before purchase",
        "Milliseconds: `Router.promise` of the same dated orders with four speeds "
        "(five options), beside `Router.route`, in turn. Without a wish, and with a "
        "`need_by` of three to eight days, which slow services miss.",
        ["nodes", "need_by", "p50 route", "p50 promise", "ratio"],
    )
    for nodes in (50, 300) if full else (50,):
        router = _router(nodes, timed=True, services=4)
        for wished in (False, True):
            pairs = [(order, order) for order in _draw(timed=True, wished=wished)]
            _in_turn(router.route, router.promise, pairs[:20])
            route, promise = _in_turn(router.route, router.promise, pairs)
            table.rows.append(
                [
                    f"{nodes:,}",
                    "yes" if wished else "no",
                    _ms(route, 50),
                    _ms(promise, 50),
                    f"{np.median(promise) / np.median(route):.2f}",
                ]
            )
    return table


def _timetables() -> Table:
    table = Table(
        "Timetables",
        "Seconds of the first dated order, which lays out when goods leave 2,000 nodes "
        "by 10 services on the next months' dates, and of the second.",
        ["nodes", "first order", "second order"],
    )
    for name, differ in (("of two kinds, four zones", False), ("all different", True)):
        router = _router(2000, timed=True, services=10, differ=differ)
        took = [_seconds(router.route, order) for order in _draw(timed=True)[:2]]
        table.rows.append([name, f"{took[0]:.2f}", f"{took[1]:.4f}"])
    return table


def _in_turn(
    one: Callable[[Order], object],
    other: Callable[[Order], object],
    pairs: list[tuple[Order, Order]],
) -> tuple[list[float], list[float]]:
    """Time two calls, one right after the other, for pairs of orders."""
    took = [(_seconds(one, first), _seconds(other, second)) for first, second in pairs]
    return [seconds for seconds, _ in took], [seconds for _, seconds in took]


def _seconds(call: Callable[[Order], object], order: Order) -> float:
    started = time.perf_counter()
    call(order)
    return time.perf_counter() - started


def _ms(seconds: list[float], percent: int) -> str:
    return f"{1e3 * np.percentile(seconds, percent):.2f}"


def _calendars(nodes: int, *, differ: bool) -> list[Calendar]:
    found = [
        Calendar(id="dc", hours={day: [["08:00", "20:00"]] for day in _WEEK}),
        Calendar(id="shop", hours={day: [["10:00", "19:00"]] for day in _WEEK}),
        Calendar(id="carrier", days=_WEEK, closed=["2026-11-26"]),
    ]
    for at in range(nodes if differ else 0):
        opens = f"{7 + at % 4:02}:{at % 60:02}"
        hours = {day: [[opens, "20:00"]] for day in _WEEK}
        found.append(Calendar(id=f"own {at}", hours=hours))
    return found


def _router(
    nodes: int,
    *,
    timed: bool,
    services: int = 3,
    differ: bool = False,
    comes: float = 0.0,
) -> Router:
    rng = random.Random(5)
    made = []
    for at in range(nodes):
        lat, lon = rng.uniform(30, 47), rng.uniform(-120, -72)
        when: dict[str, Any] = {}
        if timed:
            minute = f"{at % 60:02}" if differ else "00"
            when = {
                "time_zone": _ZONES[min(3, int((-lon - 72) // 13))],
                "calendar": f"own {at}" if differ else ("dc", "shop")[at % 2],
                "cutoff": f"{12 + at % 3}:{minute}",
                "processing": Processing(minutes=60 * (at % 3)),
            }
        fee = {"per_shipment": rng.uniform(1, 4)}
        location = {"lat": lat, "lon": lon}
        made.append(Node(id=f"N{at:04}", location=location, cost=fee, **when))
    items = [Item(sku=f"K{at}", weight_kg=rng.uniform(0.2, 3)) for at in range(_SKUS)]
    stock = [
        Stock(node=node.id, sku=item.sku, on_hand=rng.randint(1, 4))
        for node in made
        for item in items
        if rng.random() < 0.5
    ]
    if comes:
        have = {(row.node, row.sku): row.on_hand for row in stock}
        draw = random.Random(7)
        stock = [
            Stock(
                node=node.id,
                sku=item.sku,
                on_hand=have.get((node.id, item.sku), 0),
                inbound=_coming(draw) if draw.random() < comes else (),
            )
            for node in made
            for item in items
        ]
    network = Network(
        nodes=made,
        items=items,
        services=[_service(at, timed=timed) for at in range(services)],
        calendars=_calendars(nodes, differ=differ) if timed else (),
        time_zone="America/New_York" if timed else None,
    )
    policy = Policy()
    if comes:
        costs = [*policy.costs, Backorder(per_unit=0.5)]
        policy = Policy(costs=costs, allow_backorder=True)
    return Router(network, Inventory(stock), policy)


def _coming(draw: random.Random) -> list[Inbound]:
    """Draw what arrives at one node, once or twice within three weeks."""
    return [
        Inbound(
            at=_START + timedelta(hours=draw.uniform(0, 500)),
            quantity=draw.randint(1, 6),
        )
        for _ in range(draw.randint(1, 2))
    ]


def _service(at: int, *, timed: bool) -> Service:
    """Make a service: the dearer, the faster."""
    when: dict[str, Any] = {}
    if timed:
        slow = max(0, 2 - at)
        when = {
            "calendar": "carrier",
            "pickups": ["17:00"] if at % 2 else ["16:30", "20:00"],
            "transit_days": [1 + slow + zone * (at < 2) for zone in range(5)],
            "delivers_by": "20:00",
        }
    rates = [
        [(2.0 + 3.0 * at) * (1 + zone) * (1 + 0.2 * step) for step in range(8)]
        for zone in range(5)
    ]
    return Service(
        id=f"S{at}",
        rate_card=RateCard(weights_kg=[0.5, 1, 2, 4, 8, 16, 32, 70], rates=rates),
        zones=DistanceZones(bands_km=[200, 600, 1200, 2400]),
        **when,
    )


def _draw(*, timed: bool, wished: bool = True) -> list[Order]:
    """Draw orders: the same ones with and without dates."""
    rng = random.Random(3)
    orders = []
    for at in range(400):
        skus = rng.sample(range(_SKUS), rng.randint(1, 5))
        placed = _START + timedelta(seconds=rng.uniform(0, 14 * 86400))
        wish = (placed + timedelta(days=rng.randint(3, 8))).date()
        place: dict[str, Any] = {
            "lat": rng.uniform(30, 47),
            "lon": rng.uniform(-120, -72),
            "time_zone": rng.choice(_ZONES),
        }
        lines = [
            Line(id=f"l{n}", sku=f"K{sku}", quantity=rng.randint(1, 2))
            for n, sku in enumerate(skus)
        ]
        when: dict[str, Any] = {"placed_at": placed}
        if wished:
            when["delivery"] = Delivery(need_by=wish)
        orders.append(
            Order(
                id=f"o{at}",
                destination=place,
                lines=lines,
                **(when if timed else {}),
            )
        )
    return orders
