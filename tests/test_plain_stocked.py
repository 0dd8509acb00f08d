"""The brute force of stock by date agrees with what is worked out by hand."""

import math
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement, product
from zoneinfo import ZoneInfo

import pytest

from beside_stocked import best_of
from domroute.calendars import Calendar
from domroute.costs import Backorder, Handling, Speed
from domroute.ledger import Inbound, Inventory, Stock
from domroute.network import Item, Network, Node
from domroute.orders import Line, Order
from domroute.policy import Policy, PromiseOptions
from domroute.services import Service
from plain_dated import DatedWorld
from plain_dated_worlds import drawn
from plain_dates import Clock
from plain_stocked import StockedWorld
from plain_stocked_worlds import drawn_stocked
from plain_supply import received, shelf_of
from stocked_shares import LEAST, stocked_shares_of

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""A Monday."""
HOUR = timedelta(hours=1)
WEEK = ("mon", "tue", "wed", "thu", "fri")

pytestmark = pytest.mark.filterwarnings("ignore::domroute.errors.BackorderWarning")


def order_of(quantity=1, **fields):
    """Make an order of one line."""
    line = Line(id="l1", sku="A", quantity=quantity, **fields)
    return Order(id="o1", placed_at=NOW, destination={"lat": 0, "lon": 0}, lines=[line])


def network_of(**fields):
    """Make a network of one node, two days by truck from everywhere."""
    return Network(
        nodes=[
            Node(
                id="N1",
                location={"lat": 0, "lon": 0},
                cost={"per_shipment": 4.0},
                **fields,
            )
        ],
        items=[Item(sku="A", unit_price=10.0)],
        services=[
            Service(
                id="truck",
                transit_days=2,
                rate_card={"weights_kg": [9.0], "rates": [[0.0]]},
                zones={"kind": "distance", "bands_km": []},
            )
        ],
        calendars=[
            Calendar(id="day", hours={key: [("09:00", "17:00")] for key in WEEK}),
        ],
        time_zone="America/New_York",
    )


def shelf(*inbound, overdue_days=None, network=None, promised=(), **row):
    """Work out what may be promised of a row; inbound as (hours from now, units)."""
    clock = Clock(order_of(), network or network_of(), Policy())
    rows = [Inbound(at=NOW + at * HOUR, quantity=units) for at, units in inbound]
    made = Stock(node="N1", sku="A", inbound=rows, **row)
    found = shelf_of(made, clock, overdue_days, promised=promised)
    hours = tuple((at - NOW) / HOUR for at in found.moments)
    return hours, found.units


# --- supply -------------------------------------------------------------------------


def test_sums_come_before_whole_units():
    """2, 3.5 and 4.5 less 0.5 reserved and 1 of safety: 0.5, 2 and 3."""
    found = shelf((5, 1), (2, 1.5), on_hand=2, reserved=0.5, safety=1)

    assert found == ((2, 5), (0, 2, 3))


def test_what_is_promised_later_is_kept_now():
    """Of 2 now and 1 more, 2 are promised then: 1 is free, now and then."""
    promised = [(NOW + 2 * HOUR, 2)]

    assert shelf((2, 1), on_hand=2, promised=promised) == ((2,), (1, 1))


def test_what_is_promised_in_the_end_counts_in_the_end():
    """One is promised after all that comes: of 1 now and 1 more one is free."""
    promised = [(NOW + 9 * HOUR, 1)]

    assert shelf((2, 1), on_hand=1, promised=promised) == ((2,), (1, 1))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (None, ((), (1,))),
        (1, ((24,), (1, 2))),
        (2, ((48,), (1, 2))),
    ],
)
def test_overdue_counts_as_nothing_or_in_some_days(days, expected):
    """What comes at the very moment of the order is overdue already."""
    assert shelf((0, 1), on_hand=1, overdue_days=days) == expected


def test_what_comes_is_received_while_it_is_open():
    """At 08:30 in New York: open at 09:00, so usable two hours later, at 11:00."""
    network = network_of(calendar="day", receiving_minutes=120)

    # New York is at 08:00 when the order is placed.
    assert shelf((0.5, 1), on_hand=0, network=network) == ((3,), (0, 1))


def test_receiving_goes_on_the_next_day():
    """From 16:30 half an hour, and the rest from 09:00: at 10:30, 22.5 hours on."""
    network = network_of(calendar="day", receiving_minutes=120)

    # 16:30 in New York is 8.5 hours after the order.
    assert shelf((8.5, 1), on_hand=0, network=network) == ((26.5,), (0, 1))


def test_nothing_to_do_takes_no_time():
    """Without receiving it is there when it comes, whether or not it is open."""
    network = network_of(calendar="day")
    clock = Clock(order_of(), network, Policy())
    hours = clock.hours("day", "America/New_York")

    assert received(hours, NOW, 0) == NOW


# --- plans --------------------------------------------------------------------------


def best(quantity, costs, line=(), options=(), **row):
    """Find the best plan of an order: 1 unit now and 1 two days later, unless told."""
    row = {"on_hand": 1, "inbound": [Inbound(at=NOW + 48 * HOUR, quantity=1)], **row}
    policy = Policy(
        costs=[Handling(), *costs],
        unfilled_penalty=100.0,
        promise=PromiseOptions(**dict(options)),
    )
    world = StockedWorld(
        order_of(quantity, **{"allow_backorder": True, **dict(line)}),
        network_of(),
        Inventory([Stock(node="N1", sku="A", **row)]),
        policy,
    )
    found = best_of(world)
    moments = [part.stock_at for part in found.parts]
    return found.cost, [at and (at - NOW) / HOUR for at in moments]


def test_all_wait_where_waiting_is_free():
    """One shipment of 4, two days later."""
    assert best(2, []) == (4.0, [48])


def test_what_is_there_goes_now_where_days_are_dear():
    """
    Two days of transit, and two of waiting for what comes.

    Together 4 and 2 units of 4 days at 1.5: 16. Apart 8, and 2 + 4 days: 17; at 2.5
    they are 24 and 23.
    """
    assert best(2, [Speed(per_unit_day=1.5)]) == (16.0, [48])
    assert best(2, [Speed(per_unit_day=2.5)]) == (23.0, [None, 48])


def test_every_unit_that_waits_is_charged():
    """Together 4 + 2 x 5, apart 8 + 5."""
    assert best(2, [Backorder(per_unit=5.0)]) == (13.0, [None, 48])
    assert best(2, [Backorder(per_unit=3.0)]) == (10.0, [48])


def test_lines_that_may_not_wait_take_what_is_there():
    """The second unit stays: 4 + 100."""
    assert best(2, [], {"allow_backorder": False}) == (104.0, [None])


def test_horizon_ends_waiting():
    """Two days of waiting and two of transit are more than three."""
    assert best(2, [], options={"horizon_days": 3}) == (104.0, [None])


# --- other ways to the same ---------------------------------------------------------


def test_without_inbound_it_is_as_with_dates_alone():
    """Nothing comes, so nothing changes, whether or not lines may wait."""
    for seed in range(40):
        made = drawn(seed)
        dated = DatedWorld(made.order, *made[1:])
        wanted = min((plan.rank for plan in dated.plans()), default=None)
        for may in (False, True):
            policy = made.policy.model_copy(update={"allow_backorder": may})
            again = made._replace(policy=policy)
            world = StockedWorld(made.order, *again[1:])

            assert min((plan.rank for plan in world.plans()), default=None) == wanted


def test_worlds_are_drawn_in_which_waiting_pays():
    """Each of what must not be avoided is not, in three hundred worlds."""
    counts = Counter()
    for seed in range(300):
        made = drawn_stocked(seed)
        world = StockedWorld(made.order, *made[1:])
        found = best_of(world)
        if found is not None:
            counts.update({"all", *stocked_shares_of(world, found)})

    assert all(counts[name] >= least * counts["all"] for name, least in LEAST.items())


MOST_WAYS = 2000
"""To give units to something, at most: trying takes time."""


def test_unit_by_unit_it_costs_the_same():
    """Each unit is given a node, a service and a moment, and all rules are asked."""
    tried = 0
    for seed in range(120):
        made = drawn_stocked(seed)
        world = StockedWorld(made.order, *made[1:])
        ways = [list(ways_for(world, line)) for line in world.lines]
        if math.prod(map(len, ways)) > MOST_WAYS or made.policy.objective != "cost":
            continue
        costs = [cost_of(world, given) for given in product(*ways)]
        least = min((cost for cost in costs if cost is not None), default=math.inf)
        found = best_of(world)

        assert (math.inf if found is None else found.cost) == pytest.approx(least)
        tried += found is not None and bool(found.parts)
    assert tried > 20


def ways_for(world, line):
    """Yield what each unit of a line may be given to; None is to leave it."""
    delivery = world.delivery_of(line)
    homes = [
        (name, delivery, service, moment)
        for name in world.nodes
        if world.may(line, name, delivery)
        for service in world.carriers(name, delivery)
        for moment in world.moments[name]
    ]
    whole = not line.allow_split or line.ship_together is not None
    for given in combinations_with_replacement([None, *homes], line.quantity):
        if not whole or len(set(given)) == 1:
            yield given


def cost_of(world, given):
    """Price a plan; None if it breaks a rule."""
    loads, left = defaultdict(lambda: list(world.zero)), list(world.zero)
    sets = defaultdict(set)
    for at, (line, homes) in enumerate(zip(world.lines, given, strict=True)):
        for home in homes:
            if home is None:
                left[at] += 1
            else:
                loads[home][at] += 1
        if line.ship_together is not None:
            sets[line.ship_together] |= set(homes)
    penalty = world._penalty(left)
    parts = [
        world.part(*home[:3], tuple(units), home[3]) for home, units in loads.items()
    ]
    if penalty is None or any(len(homes) > 1 for homes in sets.values()):
        return None
    if any(isinstance(part, str) for part in parts) or not is_apart(world, parts):
        return None
    cost = penalty + sum(part.price + part.dated_price for part in parts)
    nodes = {part.node for part in parts}
    for name in nodes:
        more = price_at(world, name, [part for part in parts if part.node == name])
        if more is None:
            return None
        cost += more
    splits = world.policy.splits
    if splits.ship_complete and any(left) and parts:
        cost += math.inf if splits.incomplete_price is None else splits.incomplete_price
    is_light = any(world._is_light(part.units) for part in parts)
    more = world._splitting(len(parts), len(nodes), is_light=is_light)
    return None if more is None else cost + more


def is_apart(world, parts):
    """Tell whether shipments are apart as they should, and wait for something."""
    for at, part in enumerate(parts):
        moment = part.stock_at
        if moment is not None and not world.comes(part.node, part.units, moment):
            return False
        for other in parts[:at]:
            if part.delivery != other.delivery:
                continue
            is_here = part.node == other.node
            if not is_here and part.delivery.radius_km is not None:
                return False
            if is_here and not world.policy.splits.several_services:
                return False
    return True


def price_at(world, name, parts):
    """Price what a node gives beside its shipments; None if it may not."""
    node, price = world.nodes[name], 0.0
    units = [sum(each) for each in zip(*(part.units for part in parts), strict=True)]
    worth = Counter()
    for part in parts:
        leaves = part.dates.ships_at or part.dates.ready_at
        day = leaves.astimezone(ZoneInfo(world.clock.zone_of(node))).date()
        rows = zip(world.lines, part.units, strict=True)
        worth[day] += sum(world.worth(x) * n for x, n in rows)
    load = {
        "units": sum(units),
        "orders": 1,
        "lines": sum(n > 0 for part in parts for n in part.units),
    }
    if min(worth.values()) < node.minimum_order or any(
        load[one.measure.value] > one.limit for one in node.capacities
    ):
        return None
    for sku in {line.sku for line in world.lines}:
        mine = [at for at, line in enumerate(world.lines) if line.sku == sku]
        waits = [at for at in mine if world.may_wait(world.lines[at])]
        held = world.shelf(name, sku)
        for step, free in enumerate(held.units):
            # All that leaves before more comes, and what may not wait for that.
            until = (*held.moments, None)[step]
            gone = sum(
                part.units[at]
                for part in parts
                for at in mine
                if at not in waits
                or part.stock_at is None
                or until is None
                or part.stock_at < until
            )
            if gone > free:
                return None
        for rule in world._rules(name, soft=True):
            untouched = max(0, (held.in_the_end if waits else held.now) - rule.units)
            price += rule.price * max(0, sum(units[at] for at in mine) - untouched)
    return price
