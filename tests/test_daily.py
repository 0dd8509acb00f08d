"""Limits by the working day: a full day moves the work, and with it the dates."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from domroute import Inventory, Network, Policy, Router, SplitLimits, Stock
from domroute.calendars import Calendar, Processing
from domroute.capacity import Capacity
from domroute.costs import Handling, Shipping
from domroute.errors import InputError
from domroute.files.results import results_from_json, results_to_json
from domroute.frames import nodes_from_frame, to_frames
from domroute.network import Item, Node
from domroute.orders import Delivery, Line, Order
from domroute.plan import Plan
from domroute.reasons import Reason
from domroute.scenario import Scenario
from domroute.services import Service
from domroute.verify import verify, verify_batch

MON, TUE, WED = date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)
THU, FRI = date(2026, 12, 3), date(2026, 12, 4)
"""A week; orders come on Monday at ten."""
PLACE = {"lat": 40.7, "lon": -74.0}
WEEK = Calendar(
    id="week",
    hours={d: [["09:00", "17:00"]] for d in ("mon", "tue", "wed", "thu", "fri")},
)
PARCEL = Service(
    id="parcel",
    rate_card={"weights_kg": (100.0,), "rates": [[5.0]]},
    zones={"kind": "distance", "bands_km": ()},
    calendar="week",
    pickups=("16:00",),
    transit_days=1,
)


def shop(*limits, cutoff=None, processing=None, **changes):
    """Newark, which opens from nine to five on weekdays, with limits by the day."""
    more = {} if processing is None else {"processing": processing}
    newark = Node(
        id="newark",
        location=PLACE,
        calendar="week",
        cutoff=cutoff,
        capacity=limits or None,
        cost={"per_shipment": 1.0},
        **more,
    )
    return Network(
        time_zone="UTC",
        calendars=[WEEK],
        nodes=[newark],
        items=[Item(sku="A"), Item(sku="B")],
        services=[PARCEL],
        **changes,
    )


def per_day(limit, measure="units", **special):
    """Limit each working day."""
    return Capacity(limit=limit, measure=measure, per="day", **special)


def asked(units=1, name="o1", at="2026-11-30T10:00:00Z", **changes):
    """Ask for some units of A, on Monday at ten."""
    return Order(
        id=name,
        placed_at=at,
        destination=PLACE,
        lines=[Line(id="l1", sku="A", quantity=units)],
        **changes,
    )


def ledger(**taken):
    """Plenty of A and B; what is taken of Newark's days in units, by weekday."""
    made = Inventory([Stock(node="newark", sku=sku, on_hand=50) for sku in "AB"])
    days = {"mon": MON, "tue": TUE, "wed": WED, "thu": THU, "fri": FRI}
    made.start_days({("newark", "units", days[d]): n for d, n in taken.items()})
    return made


def routed(order, network, inventory=None, **policy):
    """Route an order; the judge has looked at it already."""
    policy = Policy(costs=[Handling(), Shipping()], unfilled_penalty=50.0, **policy)
    stock = ledger() if inventory is None else inventory
    return Router(network, stock, policy).route(order)


def days_of(result):
    """Say on which days how many units are worked on."""
    return [(part.works_on, part.units) for part in result.plan.shipments]


def test_day_with_room_is_the_first():
    """Three units of three a day: nothing moves."""
    result = routed(asked(3), shop(per_day(3)))

    assert days_of(result) == [(MON, 3)]
    assert result.plan.shipments[0].ships_at == datetime(2026, 11, 30, 16, tzinfo=UTC)


def test_full_day_moves_the_dates():
    """Monday and Tuesday are full: worked on on Wednesday, there on Thursday."""
    (part,) = routed(asked(), shop(per_day(3)), ledger(mon=3, tue=3)).plan.shipments

    assert part.works_on == WED
    assert part.ready_at == datetime(2026, 12, 2, 9, tzinfo=UTC)
    assert part.ships_at == datetime(2026, 12, 2, 16, tzinfo=UTC)
    assert part.delivers_on == THU


def test_room_is_for_the_shipment():
    """Tuesday has room for one: two go on Wednesday, where one shipment must do."""
    alone = SplitLimits(several_services=False)

    result = routed(asked(2), shop(per_day(3)), ledger(mon=3, tue=2), splits=alone)

    assert days_of(result) == [(WED, 2)]


def test_order_beyond_a_day_is_divided():
    """Five units of three a day: three now, two tomorrow; 2 x (5 + 1) = 12."""
    result = routed(asked(5), shop(per_day(3)))

    assert days_of(result) == [(MON, 3), (TUE, 2)]
    assert result.cost == pytest.approx(12.0)


def test_special_date_has_its_own_limit():
    """Three a day, but none on Monday and five on Tuesday."""
    special = {MON: 0, TUE: 5}

    result = routed(asked(5), shop(per_day(3, special=special)))

    assert days_of(result) == [(TUE, 5)]


def test_cutoff_does_not_matter_to_what_was_moved():
    """Orders are Tuesday's until eight; the work of Monday's begins at nine there."""
    network = shop(per_day(3), cutoff={"mon": "14:00", "*": "08:00"})

    (part,) = routed(asked(), network, ledger(mon=3)).plan.shipments

    assert part.works_on == TUE


def test_waiting_days_pass_once():
    """One working day is waited: Tuesday's work, which is full, is Wednesday's."""
    network = shop(per_day(3), processing=Processing(days=1, minutes=60))

    (part,) = routed(asked(), network, ledger(tue=3)).plan.shipments

    assert part.works_on == WED
    assert part.ready_at == datetime(2026, 12, 2, 10, tzinfo=UTC)


def test_held_goods_take_nothing_before_they_are_worked_on():
    """For Friday the truck leaves on Thursday: the work is Thursday's, not Monday's."""
    held = asked(delivery=Delivery(earliest=FRI))

    assert days_of(routed(held, shop(per_day(3)))) == [(THU, 1)]


def test_held_goods_are_worked_on_before_where_the_last_day_is_full():
    """Thursday is full: Wednesday's work is in time for the same truck."""
    held = asked(delivery=Delivery(earliest=FRI))

    (part,) = routed(held, shop(per_day(3)), ledger(thu=3)).plan.shipments

    assert (part.works_on, part.delivers_on) == (WED, FRI)


def test_no_day_with_room():
    """Nothing is ever worked on: there is no capacity."""
    result = routed(asked(), shop(per_day(0)))

    assert [left.reason for left in result.plan.unfilled] == [Reason.NO_CAPACITY]


def test_moved_too_far_is_too_late():
    """Needed on Tuesday; Monday is full, and what leaves on Tuesday comes after."""
    wanted = asked(delivery=Delivery(need_by=TUE))

    result = routed(wanted, shop(per_day(3)), ledger(mon=3))

    assert [left.reason for left in result.plan.unfilled] == [Reason.TOO_LATE]


@pytest.mark.parametrize(
    ("limit", "days"),
    [
        (per_day(1, "orders"), [(MON, 4)]),
        (per_day(1, "lines"), [(MON, 2), (TUE, 2)]),
        (per_day(2, "workload"), [(MON, 2), (TUE, 2)]),
    ],
)
def test_every_measure_counts_by_the_day(limit, days):
    """Two lines of two units: one order, two lines, a workload of four."""
    order = asked(2)
    more = order.model_copy(
        update={"lines": (*order.lines, Line(id="l2", sku="B", quantity=2))}
    )

    assert days_of(routed(more, shop(limit))) == days


def test_until_when_it_holds_is_the_last_moment_for_the_same_truck():
    """Moved to Tuesday: who comes until Tuesday at 16:00 meets that truck, too."""
    (part,) = routed(asked(), shop(per_day(3)), ledger(mon=3)).plan.shipments

    assert part.valid_until == datetime(2026, 12, 1, 16, tzinfo=UTC)


def test_reserved_work_takes_its_day_and_gives_it_back():
    """Three units on Monday: the next order goes on Tuesday until they are released."""
    stock, network = ledger(), shop(per_day(3))
    stock.keep_to(network)
    stock.reserve(routed(asked(3), network, stock).plan)
    later = routed(asked(name="o2"), network, stock)
    stock.start_period()

    assert stock.load("newark", "units", day=MON) == 3.0
    assert days_of(later) == [(TUE, 1)]
    stock.release("o1")
    assert stock.load("newark", "units", day=MON) == 0.0


def test_ledger_refuses_an_overfull_day():
    """A plan made before another was reserved finds its day full."""
    stock, network = ledger(), shop(per_day(3))
    stock.keep_to(network)
    first, second = (routed(asked(2, name), network, stock) for name in ("o1", "o2"))
    stock.reserve(first.plan)

    with pytest.raises(InputError) as refused:
        stock.reserve(second.plan)

    assert [issue.code for issue in refused.value.issues] == ["capacity"]


def test_what_has_left_keeps_its_day():
    """The work is done: its day is not given back, and past days can be forgotten."""
    stock, network = ledger(), shop(per_day(3))
    stock.reserve(routed(asked(2), network, stock).plan)
    stock.commit("o1")

    assert stock.load("newark", "units", day=MON) == 2.0
    stock.forget_days(TUE)
    assert stock.load("newark", "units", day=MON) == 0.0


def test_order_counts_once_on_a_day():
    """Two reservations of one order are one order of Monday's."""
    stock, network = ledger(), shop(per_day(9))
    plan = routed(asked(2), network, stock).plan
    stock.reserve(plan)
    stock.reserve(plan, beside=True)

    assert stock.load("newark", "orders", day=MON) == 1.0


def test_promises_are_put_away_with_their_days():
    """A ledger that takes up what was promised has the same days taken."""
    stock, network = ledger(tue=1), shop(per_day(9))
    stock.reserve(routed(asked(2), network, stock).plan)
    other = ledger()

    other.restore(stock.promised())

    assert other.day_loads == stock.day_loads
    assert other == stock


def test_wave_shares_days():
    """Four orders of one unit, two a day: two on Monday, two on Tuesday."""
    orders = [asked(name=f"o{at}") for at in range(4)]
    network, stock = shop(per_day(2)), ledger()
    policy = Policy(costs=[Handling(), Shipping()], unfilled_penalty=50.0)

    batch = Router(network, stock, policy).route_batch(orders)

    days = Counter(s.works_on for r in batch.results for s in r.plan.shipments)
    assert days == {MON: 2, TUE: 2}
    assert verify_batch(batch, orders, network, stock, policy) == ()


@pytest.mark.parametrize(
    ("works_on", "code"),
    [(None, "wrong_date"), (date(2026, 12, 5), "wrong_date"), (MON, "capacity")],
)
def test_judge_knows_the_days(works_on, code):
    """A day is named, the node's own (the fifth is a Saturday), and not overfull."""
    network, stock = shop(per_day(3)), ledger(mon=3)
    policy = Policy(costs=[Handling(), Shipping()], unfilled_penalty=50.0)
    plan = Router(network, stock, policy).route(asked()).plan
    false = tuple(replace(part, works_on=works_on) for part in plan.shipments)

    faults = verify(Plan(false), asked(), network, stock, policy)

    assert code in {fault.code for fault in faults}


def test_day_is_told_in_json():
    """A result that is written and read says on which day it is worked on."""
    result = routed(asked(), shop(per_day(3)))
    (back,) = results_from_json(results_to_json([result]))

    assert back.plan == result.plan
    assert result.to_dict()["shipments"][0]["works_on"] == MON.isoformat()


def test_tables_keep_limits_by_the_day():
    """One, one beside others, and several of them come back from a frame."""
    limits = (
        (per_day(3, special={MON: 1}),),
        (per_day(3), Capacity(limit=9, measure="units")),
        (per_day(3), per_day(2, "orders"), Capacity(limit=9, measure="lines")),
    )
    nodes = tuple(
        Node(id=f"N{at}", location=PLACE, capacity=some)
        for at, some in enumerate(limits)
    )
    scenario = Scenario("days", Network(nodes=nodes, items=[]), Inventory())

    assert nodes_from_frame(to_frames(scenario)["nodes"]) == nodes


@pytest.mark.parametrize(
    "given",
    [
        {"limit": 3, "measure": "units", "special": {"2026-12-24": 1}},
        {"limit": 3, "measure": "units", "per": "week"},
        {"limit": 3, "measure": "units", "per": "day", "special": {"2026-12-24": -1}},
        [{"limit": n, "measure": "units", "per": "day"} for n in (3, 4)],
    ],
)
def test_limits_that_cannot_be(given):
    """Single days of a period, weeks, limits below zero, and two for the same."""
    with pytest.raises(ValidationError):
        Node(id="N1", location=PLACE, capacity=given)


def test_limits_by_the_day_need_to_know_when():
    """Nothing can be worked on on a day if nobody says when the order came."""
    order = asked().model_copy(update={"placed_at": None})

    with pytest.raises(InputError) as refused:
        routed(order, shop(per_day(3)))

    assert [issue.code for issue in refused.value.issues] == ["no_placed_at"]


@pytest.mark.parametrize(
    "key", [("newark", "units"), ("newark", "pallets", MON), ("newark", "units", "mon")]
)
def test_days_taken_are_checked(key):
    """A node, a measure that there is, and a date."""
    with pytest.raises(InputError):
        Inventory().start_days({key: 1})
