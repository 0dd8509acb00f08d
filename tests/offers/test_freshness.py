"""Units that expire: what still comes in time to be good, and what is told if not."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import item, network, node, order, pickup, service
from domroute.costs import Backorder, Handling, Shipping
from domroute.ledger.inventory import Inbound, Inventory, Stock
from domroute.policy import Policy, SolveOptions
from domroute.reasons import Reason
from domroute.router import Router
from domroute.verify import Judge, verify

PLACED = datetime(2026, 3, 2, 8, tzinfo=UTC)
POLICY = Policy(costs=[Handling(), Shipping()], unfilled_penalty=50.0)
SLOW = service("slow", rates=((5.0, 8.0),), transit_days=5)
FAST = service("fast", rates=((9.0, 18.0),), transit_days=1)


def net_of(*nodes, services=(), life=3):
    """Make a network that sells A, which is to be good for some days."""
    sold = [item("A", minimum_life_days=life, weight_kg=0.1), "B"]
    return network(*(nodes or [node("N1")]), items=sold, services=services)


def ledger(**fields):
    """Make a ledger of A at N1."""
    return Inventory([Stock(node="N1", sku="A", **{"on_hand": 5, **fields})])


def routed(wanted, inventory, net, policy=POLICY):
    """Route an order, judge its plan, and return what ships, and reasons."""
    result = Router(net, inventory, policy).route(wanted)
    found = Judge(net, policy).check_result(
        result, wanted, inventory, seeks_reasons=True
    )
    assert not found
    shipped = [
        (part.service, part.delivers_on and part.delivers_on.day, part.units)
        for part in result.plan.shipments
    ]
    return shipped, [part.reason for part in result.plan.unfilled]


def asked(units=2, **fields):
    """Ask for A on 2 March."""
    return order(A=units, **{"placed_at": PLACED, **fields})


@pytest.mark.parametrize(
    ("last", "shipped"),
    [
        ("2026-03-05", []),
        ("2026-03-06", [("fast", 3, 2)]),
        ("2026-03-09", [("fast", 3, 2)]),
        ("2026-03-10", [("slow", 7, 2)]),
    ],
)
def test_units_come_while_they_are_good(last, shipped):
    """Fast comes on the 3rd, slow on the 7th; three days are to be left."""
    net = net_of(services=[SLOW, FAST])

    found, reasons = routed(asked(), ledger(expires_on=last), net)

    assert found == shipped
    assert reasons == ([] if shipped else [Reason.EXPIRED])


@pytest.mark.parametrize(
    ("life", "last", "is_good"),
    [(0, "2026-03-02", True), (0, "2026-03-01", False), (3, "2026-03-04", False)],
)
def test_undated_order_counts_from_its_own_date(life, last, is_good):
    """Nothing says when it comes: what is good on the day of the order will do."""
    net = net_of(life=life)

    shipped, reasons = routed(asked(), ledger(expires_on=last), net)

    assert (len(shipped), reasons) == ((1, []) if is_good else (0, [Reason.EXPIRED]))


def test_date_of_an_undated_order_is_that_of_the_node():
    """In Los Angeles, eight hours behind UTC, the 2nd begins at eight."""
    late = datetime(2026, 3, 2, 7, 53, tzinfo=UTC)
    west = net_of(node("N1", time_zone="America/Los_Angeles"), life=0)
    inventory = ledger(expires_on="2026-03-01")

    assert routed(asked(placed_at=late), inventory, west)[0]
    assert not routed(asked(placed_at=PLACED), inventory, west)[0]
    assert not routed(asked(placed_at=late), inventory, net_of(life=0))[0]


def test_nothing_is_asked_where_nobody_says_when():
    """An order without a date, of a network without any."""
    shipped, _ = routed(order(A=2), ledger(expires_on="2020-01-01"), net_of())

    assert shipped == [("parcel", None, 2)]


def test_service_that_promises_no_date_counts_from_the_node():
    """It leaves on the 2nd: with three days to be left, the 5th will do."""
    sold = [item("A", minimum_life_days=3), item("B", release_at=PLACED)]
    vague = service("vague", rates=((1.0, 2.0),))
    net = network(node("N1"), items=sold, services=[vague])

    for last, count in (("2026-03-05", 1), ("2026-03-04", 0)):
        assert len(routed(asked(), ledger(expires_on=last), net)[0]) == count


def test_collected_units_are_good_when_they_are_collected():
    """Work takes until the 4th."""
    shop = node("N1", kind="store", processing={"days": 2}, time_zone="UTC")
    wanted = asked(delivery=pickup("N1"))

    for last, count in (("2026-03-07", 1), ("2026-03-06", 0)):
        shipped, reasons = routed(wanted, ledger(expires_on=last), net_of(shop))
        assert len(shipped) == count
        assert reasons == [Reason.EXPIRED] * (not count)


def test_expired_is_told_only_where_it_stands_in_the_way():
    """More of a node whose goods are old is no help; of one that is far, it is dear."""
    net, spoiled = net_of(services=[SLOW]), ledger(expires_on="2026-03-05")

    assert routed(asked(9), ledger(expires_on="2026-03-05"), net)[1] == [Reason.EXPIRED]
    assert routed(asked(9), ledger(), net)[1] == [Reason.NOT_ENOUGH_STOCK]
    explained = Router(net, spoiled, POLICY).explain(asked())
    assert explained.nodes[0].reason is Reason.EXPIRED


def test_other_lines_are_not_held_up():
    """A is too old by the slow service; B goes by it all the same: 14, and not 18."""
    rows = [
        Stock(node="N1", sku="A", on_hand=5, expires_on="2026-03-06"),
        Stock(node="N1", sku="B", on_hand=5),
    ]
    net = net_of(services=[SLOW, FAST])

    alone = routed(order(B=1, placed_at=PLACED), Inventory(rows), net)
    both = routed(order(A=1, B=1, placed_at=PLACED), Inventory(rows), net)

    assert alone == ([("slow", 7, 1)], [])
    assert both == ([("fast", 3, 1), ("slow", 7, 1)], [])


def test_what_arrives_keeps():
    """Five go bad; of the two that come on the 4th both may go by slow."""
    coming = Inbound(at="2026-03-04T08:00:00Z", quantity=2)
    inventory = ledger(expires_on="2026-03-05", inbound=[coming])
    waits = POLICY.model_copy(
        update={
            "costs": (Handling(), Shipping(), Backorder(per_unit=1.0)),
            "allow_backorder": True,
        }
    )
    net = net_of(services=[SLOW])

    shipped, reasons = routed(asked(3), inventory, net, waits)

    assert shipped == [("slow", 9, 2)]
    assert reasons == [Reason.EXPIRED]


def test_judge_refuses_what_will_not_be_good():
    """By slow on the 7th: three days are left of what expires on the 10th."""
    net, wanted = net_of(services=[SLOW]), asked()
    plan = Router(net, ledger(), POLICY).route(wanted).plan

    (issue,) = verify(plan, wanted, net, ledger(expires_on="2026-03-09"), POLICY)

    assert (issue.code, issue.where) == ("expired", "shipments[0]")
    assert "expire on 2026-03-09, 2 days after 2026-03-07; 3 are asked" in issue.message
    assert not verify(plan, wanted, net, ledger(expires_on="2026-03-10"), POLICY)


# --- against all that could be done ---------------------------------------------------

days = st.integers(0, 9)
cells = st.fixed_dictionaries(
    {
        "on_hand": st.integers(0, 3),
        "expires": st.none() | days,
        "inbound": st.lists(
            st.tuples(st.integers(1, 4), st.integers(1, 2)), max_size=2
        ),
    }
)
SERVICES = (("slow", 3, 4.0), ("fast", 1, 7.0))
LEFT, WAITS = 50.0, 2.0


def offers_of(held, life):
    """List node, day, whether what is there is good by then, and cost, of shipments."""
    for at, cell in enumerate(held):
        arrivals = sorted({when for when, _ in cell["inbound"]})
        for since, (_, transit, rate) in product([0, *arrivals], SERVICES):
            last = cell["expires"]
            is_good = last is None or last - (since + transit) >= life
            yield at, since, is_good, rate + at


def holds(cell, taken):
    """Tell whether a node has what shipments take by each day, and what is good."""
    for by in {since for since, _, _ in taken}:
        came = sum(n for when, n in cell["inbound"] if when <= by)
        mine = [(is_good, n) for since, is_good, n in taken if since <= by]
        if sum(n for _, n in mine) > cell["on_hand"] + came:
            return False
        if sum(n for is_good, n in mine if not is_good) > came:
            return False
    return True


def best_of(wanted, held, life):
    """Find the least cost by trying all units of all shipments from all nodes."""
    offers = list(offers_of(held, life))
    ways = [
        units
        for count in range(wanted + 1)
        for units in combinations_with_replacement(range(len(offers)), count)
    ]
    costs = []
    for way in ways:
        units = Counter(way)
        is_there = all(
            holds(
                cell,
                [(*offers[x][1:3], n) for x, n in units.items() if at == offers[x][0]],
            )
            for at, cell in enumerate(held)
        )
        if is_there:
            waits = sum(WAITS * n for x, n in units.items() if offers[x][1])
            rates = sum(offers[x][3] for x in units)
            costs.append(waits + rates + LEFT * (wanted - len(way)))
    return min(costs)


def world_of(held, life):
    """Make a network and ledger of cells; each node's work costs its position."""
    nodes = [node(f"N{at}", per_shipment=float(at)) for at in range(len(held))]
    made = [
        service(name, rates=((rate,),), weights=(99.0,), transit_days=transit)
        for name, transit, rate in SERVICES
    ]
    rows = [
        Stock(
            node=f"N{at}",
            sku="A",
            on_hand=cell["on_hand"],
            expires_on=None
            if cell["expires"] is None
            else date(2026, 3, 2) + timedelta(days=cell["expires"]),
            inbound=[
                Inbound(at=PLACED + timedelta(days=when), quantity=n)
                for when, n in cell["inbound"]
            ],
        )
        for at, cell in enumerate(held)
    ]
    return net_of(*nodes, services=made, life=life), Inventory(rows)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 3),
    st.lists(cells, min_size=1, max_size=2),
    st.integers(0, 3),
    st.sampled_from(["subset", "mip"]),
)
def test_plan_is_as_good_as_brute_force(wanted, held, life, method):
    """Every division over nodes, services and arrivals, with what expires by then."""
    net, inventory = world_of(held, life)
    policy = Policy(
        costs=[Handling(), Shipping(), Backorder(per_unit=WAITS)],
        unfilled_penalty=LEFT,
        allow_backorder=True,
        solve=SolveOptions(method=method),
    )

    result = Router(net, inventory, policy).route(asked(wanted))

    assert result.cost == pytest.approx(best_of(wanted, held, life))
    assert result.is_optimal
