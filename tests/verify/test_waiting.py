"""Shipments that wait for stock: by when, of what, how it is called, and how much."""

from datetime import UTC, date, datetime, timedelta

import pytest

from builders import item, line, network, node, order
from domroute.costs import Backorder
from domroute.ledger import Inbound, Inventory, Stock
from domroute.network import Network
from domroute.orders import Delivery
from domroute.plan import Content, Costs, Plan, Shipment, Unfilled
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.rules import NodePriority, SafetyStock
from domroute.split import SplitLimits
from domroute.verify import check_together, verify
from domroute.words import Method, Status, Supply

# A node without a calendar works always and does nothing to an order: what waits for
# stock is ready, and leaves, at the moment from which that may be used.
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TUE, WED, THU = (NOW + timedelta(days=days) for days in (1, 2, 3))
WAITS = Policy(costs=[], unfilled_penalty=7.0, allow_backorder=True)
N1, N2 = node("N1"), node("N2")


def row(sku, on_hand, *parts, at="N1", **fields):
    """Make a row of stock: ``row("A", 1, (TUE, 5))``."""
    inbound = [Inbound(at=when, quantity=units) for when, units in parts]
    return Stock(node=at, sku=sku, on_hand=on_hand, inbound=inbound, **fields)


def leaves(*contents, stock_at=None, leaves_at=None, at="N1", **fields):
    """Ship contents such as ``"A2"``, when the last of their stock is there."""
    made = tuple(Content(text[:-1], text[0], int(text[-1])) for text in contents)
    when = leaves_at or stock_at or NOW
    usual = {"ready_at": when, "ships_at": when, "valid_until": when}
    usual["supply"] = "in_stock" if stock_at is None else "back_order"
    load = float(sum(part.quantity for part in made))
    return Shipment(
        **{
            "order_id": "o1",
            "node_id": at,
            "method": Method.SHIP,
            "contents": made,
            "workload": load,
            "stock_at": stock_at,
            **usual,
            **fields,
        }
    )


def wants(*lines, placed=NOW, **fields):
    """Order at a moment; whole numbers are lines."""
    return order("o1", *lines, placed_at=placed, **fields)


def faults(wanted, parts, rows, policy=WAITS, nodes=(N1, N2), **more):
    """Return what the judge finds of shipments."""
    held = rows if isinstance(rows, Inventory) else Inventory(rows)
    plan = Plan(tuple(parts), **more)
    return verify(plan, wanted, network(*nodes), held, policy)


def codes(*asked, **more):
    """Return the codes of it."""
    return [issue.code for issue in faults(*asked, **more)]


# --- by when --------------------------------------------------------------------------


def test_what_waits_leaves_when_it_has_come():
    """Its dates begin when the last of its stock may be used."""
    rows = [row("A", 1, (TUE, 4))]

    assert codes(wants(A=3), [leaves("A3", stock_at=TUE)], rows) == []
    early = leaves("A3", stock_at=TUE, leaves_at=NOW)
    # Ready, handed over, and valid: all three.
    assert codes(wants(A=3), [early], rows) == ["wrong_date"] * 3


def test_a_moment_at_which_nothing_comes_is_wrong():
    """The right ones are told, or that there is none."""
    rows = [row("A", 1, (TUE, 4), (WED, 1))]

    (found,) = faults(wants(A=3), [leaves("A3", stock_at=THU)], rows)
    right = f"{TUE.isoformat()} or {WED.isoformat()}"
    assert found.code == "wrong_date"
    assert found.message == (
        f"stock_at is {THU.isoformat()}, should be missing or {right}"
    )
    (none, _) = faults(wants(A=3), [leaves("A3", stock_at=TUE)], [row("A", 1)])
    assert none.message == f"stock_at is {TUE.isoformat()}, should be missing"


def test_a_moment_may_be_later_than_it_need_be():
    """What may wait may wait longer: that is dear or not, and no fault."""
    rows = [row("A", 1, (TUE, 4), (WED, 1))]

    assert codes(wants(A=3), [leaves("A3", stock_at=WED)], rows) == []


@pytest.mark.parametrize("wrong", ["tuesday", TUE.replace(tzinfo=None), date.max])
def test_what_is_no_moment_is_wrong(wrong):
    """Texts, dates and local times are told, and counted as none."""
    made = leaves("A1", stock_at=wrong, leaves_at=NOW, supply="back_order")

    assert codes(wants(A=1), [made], [row("A", 1, (TUE, 4))]) == ["wrong_date"]


def test_only_lines_that_may_wait_make_a_moment():
    """What comes of B is nothing to wait for where B may not."""
    rows = [row("A", 1, (TUE, 4)), row("B", 1, (WED, 4))]
    wanted = wants(line("B", "B", 1, allow_backorder=False), A=1)

    assert codes(wanted, [leaves("A1", "B1", stock_at=TUE)], rows) == []
    assert codes(wanted, [leaves("A1", "B1", stock_at=WED)], rows) == ["wrong_date"]


def test_only_what_is_in_the_shipment_makes_a_moment():
    """What comes of a SKU that leaves otherwise, or at another node, is no matter."""
    rows = [row("A", 2), row("B", 0, (TUE, 1)), row("A", 0, (WED, 1), at="N2")]
    parts = [leaves("A1", stock_at=TUE), leaves("B1", stock_at=TUE)]

    found = codes(wants(A=1, B=1), parts, rows)

    assert found == ["duplicate_shipment", "wrong_date"]


def test_stock_is_received_before_it_is_used():
    """Three hours of the dock's time: what comes Tuesday 16:00 is there Wednesday."""
    hours = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu")}
    dock = node("N1", receiving_minutes=180, calendar="dock")
    made = Network(
        nodes=[dock], items=[item("A")], calendars=[{"id": "dock", "hours": hours}]
    )
    rows = [row("A", 0, (TUE.replace(hour=16), 4))]
    # An hour on Tuesday, until 17:00, and two from 09:00 on Wednesday.
    ready = WED.replace(hour=11)

    def found(at):
        plan = Plan((leaves("A1", stock_at=at, valid_until=at),))
        return [
            issue.message
            for issue in verify(plan, wants(A=1), made, Inventory(rows), WAITS)
        ]

    assert found(ready) == []
    assert any(ready.isoformat() in text for text in found(TUE.replace(hour=16)))


@pytest.mark.parametrize(
    ("days", "moment"),
    [(None, None), (0, None), (1, datetime(2026, 3, 8, 7, 30, tzinfo=UTC))],
)
def test_what_is_overdue_counts_as_the_policy_says(days, moment):
    """Not at all, at once, or at the same time on the clock of a later date."""
    # Placed on Sat 7 March, 02:30 in New York (UTC-5). On Sunday the clock skips 02:30,
    # which is read at the offset before: 07:30 UTC.
    placed = datetime(2026, 3, 7, 7, 30, tzinfo=UTC)
    policy = WAITS.model_copy(
        update={"promise": WAITS.promise.model_copy(update={"overdue_days": days})}
    )
    nodes = [node("N1", time_zone="America/New_York")]
    rows = [row("A", 0, (placed, 2), (placed - timedelta(days=9), 1))]
    wanted = wants(A=3, placed=placed)

    def found(made):
        return codes(wanted, [made], rows, policy, nodes)

    now, then = leaves("A3", leaves_at=placed), leaves("A3", stock_at=moment)
    assert found(now) == ([] if days == 0 else ["oversold"])
    if moment is not None:
        assert found(then) == []


def test_what_takes_long_to_receive_is_overdue_all_the_same():
    """What has come when the order is placed, and is not on hand, counts as nothing."""
    nodes = [node("N1", receiving_minutes=60)]
    rows = [row("A", 0, (NOW - timedelta(minutes=30), 1))]
    at = NOW + timedelta(minutes=30)

    found = codes(wants(A=1), [leaves("A1", stock_at=at)], rows, nodes=nodes)

    assert found == ["wrong_date", "oversold"]


# --- how much -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([leaves("A2")], ["oversold"]),
        ([leaves("A5", stock_at=TUE)], []),
        ([leaves("A6", stock_at=TUE)], ["oversold"]),
        ([leaves("A1"), leaves("A4", stock_at=TUE)], []),
        ([leaves("A2"), leaves("A3", stock_at=TUE)], ["oversold"]),
        ([leaves("A1"), leaves("A4", stock_at=TUE), leaves("A1", stock_at=WED)], []),
        ([leaves("A1"), leaves("A5", stock_at=TUE)], ["oversold"]),
        ([leaves("A6", stock_at=WED)], []),
    ],
)
def test_no_more_leaves_than_is_there_by_then(parts, found):
    """One now, four on Tuesday, one on Wednesday: 1, 5 and 6 in all."""
    units = sum(part.units for part in parts)
    rows = [row("A", 1, (TUE, 4), (WED, 1))]

    assert codes(wants(A=units), parts, rows) == found


def test_fractions_are_added_before_they_are_cut():
    """Half a unit now and half a unit on Tuesday are one on Tuesday."""
    rows = [row("A", 0.5, (TUE, 0.5))]

    assert codes(wants(A=1), [leaves("A1", stock_at=TUE)], rows) == []


def test_safety_stock_is_kept_of_what_comes():
    """The row's, and that of a hard rule, at every moment."""
    rows = [row("A", 1, (TUE, 4), safety=2)]
    rule = SafetyStock(units=1)
    strict = WAITS.model_copy(update={"rules": (rule,)})

    def found(units, policy):
        made = leaves(f"A{units}", stock_at=TUE)
        return codes(wants(A=units), [made], rows, policy)

    # 5 on Tuesday less 2; less 1 more.
    assert (found(3, WAITS), found(4, WAITS)) == ([], ["oversold"])
    assert (found(2, strict), found(3, strict)) == ([], ["oversold"])


def test_soft_safety_stock_is_touched_of_all_that_comes():
    """Of two now and four on Tuesday five are kept: three units touch two of them."""
    rule = SafetyStock(units=5, price=2.0)
    policy = WAITS.model_copy(update={"rules": (rule,)})
    rows = [row("A", 2, (TUE, 4))]
    parts = [leaves("A2"), leaves("A1", stock_at=TUE)]
    # 6 less 5 is 1 that is free; 2 more at 2.0 each.
    paid = Costs.of({"rule:safety_stock": 4.0})

    assert codes(wants(A=3), parts, rows, policy, order_costs=paid) == []
    assert codes(wants(A=3), parts, rows, policy) == ["wrong_cost"]


def test_a_line_that_may_not_wait_draws_on_what_is_there():
    """It may ride in what leaves later, with units that are on hand."""
    rows = [row("A", 1, (TUE, 4)), row("B", 0, (TUE, 1))]

    def found(units):
        wanted = wants(line("A", "A", units, allow_backorder=False), B=1)
        made = leaves(f"A{units}", "B1", stock_at=TUE)
        return codes(wanted, [made], rows)

    assert (found(1), found(2)) == ([], ["oversold"])


def test_a_line_says_itself_whether_it_waits():
    """Whatever the policy says of lines that do not say."""
    rows, made = [row("A", 0, (TUE, 1))], [leaves("A1", stock_at=TUE)]
    never = Policy(costs=[], unfilled_penalty=7.0)

    def found(policy, **fields):
        return codes(wants(line("A", "A", 1, **fields)), made, rows, policy)

    assert found(never, allow_backorder=True) == []
    # Nothing says when: three moments, what it waits for, and the word for that.
    assert found(WAITS, allow_backorder=False) == ["wrong_date"] * 5 + ["oversold"]


def test_what_waits_for_one_sku_counts_on_no_later_truck_of_another():
    """B must be there on Tuesday, too: what comes of it on Wednesday is too late."""
    rows = [row("A", 0, (TUE, 1)), row("B", 0, (WED, 1))]

    found = codes(wants(A=1, B=1), [leaves("A1", "B1", stock_at=TUE)], rows)

    assert found == ["oversold"]
    assert codes(wants(A=1, B=1), [leaves("A1", "B1", stock_at=WED)], rows) == []


def test_what_is_promised_for_later_is_left_to_it():
    """Four of the five on Tuesday are promised for then: one is left, now and then."""
    held = Inventory([row("A", 1, (TUE, 4), (WED, 2))])
    other = leaves("A5", stock_at=TUE, order_id="o2")
    held.reserve(Plan((other,)))

    def found(units, at):
        return codes(wants(A=units), [leaves(f"A{units}", stock_at=at)], held)

    assert found(1, None) == found(1, TUE) == ["oversold"]
    assert (found(2, WED), found(3, WED)) == ([], ["oversold"])


def test_a_promise_counts_on_nothing_that_comes_after_it():
    """A unit of B that leaves with Tuesday's A is not free for Wednesday's truck."""
    held = Inventory([row("A", 0, (TUE, 1)), row("B", 1, (WED, 9))])
    held.reserve(Plan((leaves("A1", "B1", stock_at=TUE, order_id="o2"),)))

    assert codes(wants(B=1), [leaves("B1")], held) == ["oversold"]
    assert codes(wants(B=9), [leaves("B9", stock_at=WED)], held) == []


def test_a_promise_whose_moment_has_passed_is_of_what_is_there():
    """Yesterday's truck came, or did not: what was promised of it counts now."""
    old = NOW - timedelta(days=1)
    held = Inventory([row("A", 3, (old, 4))])
    held.reserve(Plan((leaves("A4", stock_at=old, order_id="o2"),)))

    # It is late: four of the three on hand are promised. Received, three are left.
    assert codes(wants(A=1), [leaves("A1")], held) == ["oversold"]
    held.receive("N1", "A", 4, inbound=old)
    assert codes(wants(A=3), [leaves("A3")], held) == []


def test_an_order_that_may_not_wait_takes_the_ledger_at_its_word():
    """That counts on what comes, whether it is late or not."""
    old = NOW - timedelta(days=1)
    held = Inventory([row("A", 3, (old, 4))])
    held.reserve(Plan((leaves("A4", stock_at=old, order_id="o2"),)))
    never = Policy(costs=[], unfilled_penalty=7.0)
    plain = leaves("A3", ready_at=None, ships_at=None, valid_until=None, supply=None)

    assert codes(wants(A=3), [plain], held, never) == []
    # Likewise of a SKU of which no line may wait, whatever the others may.
    wanted = wants(line("A", "A", 3, allow_backorder=False), B=1)
    held.adjust("N1", "B", 1)
    assert codes(wanted, [leaves("A3", "B1")], held) == []


# --- in which shipments ---------------------------------------------------------------


def test_a_node_may_send_now_and_later():
    """By different moments, once each."""
    rows = [row("A", 2, (TUE, 4))]
    now, then = leaves("A1"), leaves("A1", stock_at=TUE)

    assert codes(wants(A=2), [now, then], rows) == []
    for twice in (now, then):
        assert codes(wants(A=2), [twice, twice], rows) == ["duplicate_shipment"]


def test_one_shipment_where_there_may_be_but_one():
    """Without several services of a node, what is there waits for the rest."""
    policy = WAITS.model_copy(update={"splits": SplitLimits(several_services=False)})
    rows = [row("A", 1, (TUE, 4))]

    parts = [leaves("A1"), leaves("A1", stock_at=TUE)]
    assert codes(wants(A=2), parts, rows, policy) == ["duplicate_shipment"]
    assert codes(wants(A=2), [leaves("A2", stock_at=TUE)], rows, policy) == []


@pytest.mark.parametrize(("limit", "found"), [(1, ["split_limit"]), (2, [])])
def test_now_and_later_are_two_shipments_of_one_node(limit, found):
    """Shipments are counted, and nodes."""
    rows = [row("A", 1, (TUE, 4))]
    splits = SplitLimits(max_shipments=limit, max_nodes=1)
    policy = WAITS.model_copy(update={"splits": splits})

    parts = [leaves("A1"), leaves("A1", stock_at=TUE)]
    assert codes(wants(A=2), parts, rows, policy) == found


# --- how it is called -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "right"), [(None, "in_stock"), (TUE, "back_order")], ids=["now", "later"]
)
@pytest.mark.parametrize("said", [*Supply, None])
def test_supply_is_the_right_word(at, right, said):
    """For what is there, and for what comes."""
    made = leaves("A1", stock_at=at, supply=said)
    found = faults(wants(A=1), [made], [row("A", 1, (TUE, 4))])

    shown = said or "missing"
    expected = [] if said == right else [f"supply is {shown}, should be {right}"]
    assert [issue.message for issue in found] == expected


@pytest.mark.parametrize(
    ("release", "right"),
    [(NOW, "back_order"), (NOW + timedelta(microseconds=1), "pre_order")],
)
def test_what_is_released_after_its_order_is_a_pre_order(release, right):
    """Whatever else it waits for."""
    made = leaves("A1", stock_at=TUE, supply=right)
    goods = Network(nodes=[N1], items=[item("A", release_at=release)])
    held = Inventory([row("A", 0, (TUE, 1))])

    assert verify(Plan((made,)), wants(A=1), goods, held, WAITS) == ()


@pytest.mark.parametrize("said", [{"stock_at": TUE}, {"supply": "in_stock"}])
def test_an_order_of_no_date_waits_for_nothing(said):
    """Where nothing says when, either field is a fault."""
    made = leaves("A1", ready_at=None, ships_at=None, valid_until=None, supply=None)
    plain = {name: getattr(made, name) for name in made.__slots__}
    never = Policy(costs=[], unfilled_penalty=7.0)

    found = codes(
        wants(A=1, placed=None),
        [Shipment(**{**plain, **said})],
        [row("A", 1, (TUE, 4))],
        never,
    )

    assert found == ["wrong_date"]


def test_an_order_that_may_wait_needs_its_moment():
    """It has dates, which begin when it was placed."""
    made = leaves("A1")

    found = codes(wants(A=1, placed=None), [made], [row("A", 1)])

    assert found == ["not_permitted"]


def test_what_waits_is_charged_for_it():
    """Every unit of the shipment, whatever of it is there."""
    policy = WAITS.model_copy(update={"costs": (Backorder(per_unit=1.5),)})
    rows, paid = [row("A", 1, (TUE, 4))], Costs.of({"backorder": 3.0})

    def found(**fields):
        return codes(wants(A=2), [leaves("A2", stock_at=TUE, **fields)], rows, policy)

    assert found(costs=paid) == []
    assert found() == ["wrong_cost"]


# --- many orders ----------------------------------------------------------------------


def jointly(*parts, rows, policy=WAITS, told=True, **fields):
    """Return what is wrong with plans of o1, o2 and so on together."""
    plans, orders = [], []
    for at, part in enumerate(parts):
        values = {name: getattr(part, name) for name in part.__slots__}
        name = f"o{at}"
        plans.append(Plan((Shipment(**{**values, "order_id": name}),)))
        sku = part.contents[0].sku
        orders.append(order(name, line(sku, sku, part.units, **fields), placed_at=NOW))
    known = {"orders": orders, "policy": policy} if told else {}
    found = check_together(plans, network(N1, N2), Inventory(rows), **known)
    return [issue.message for issue in found]


@pytest.mark.parametrize("told", [True, False])
def test_one_truck_is_not_promised_to_two_orders(told):
    """Each by itself is sound; together they take more than comes by then."""
    rows = [row("A", 1, (TUE, 4), (WED, 1))]
    one, two = leaves("A3", stock_at=TUE), leaves("A2", stock_at=TUE)

    assert jointly(one, two, rows=rows, told=told) == []
    assert jointly(one, one, rows=rows, told=told) == [
        f"6 units of 'A' ship together by {TUE.isoformat()}, 5 are available"
    ]
    late = leaves("A3", stock_at=WED)
    assert jointly(one, late, rows=rows, told=told) == []
    assert jointly(leaves("A1"), leaves("A1"), rows=rows, told=told)


def test_lines_that_may_not_wait_take_together_what_is_there():
    """Though the shipments leave on Tuesday."""
    rows = [row("A", 1, (TUE, 4))]
    one = leaves("A1", stock_at=TUE)

    assert jointly(one, one, rows=rows) == []
    assert jointly(one, one, rows=rows, allow_backorder=False) == [
        "2 units of 'A' ship together, 1 are available"
    ]


def test_hard_safety_stock_is_kept_of_what_comes_by_all():
    """Five on Tuesday less two: two orders have three."""
    policy = WAITS.model_copy(update={"rules": (SafetyStock(units=2),)})
    rows = [row("A", 1, (TUE, 4))]
    one, two = leaves("A1", stock_at=TUE), leaves("A2", stock_at=TUE)

    assert jointly(one, two, rows=rows, policy=policy) == []
    assert jointly(two, two, rows=rows, policy=policy) == [
        f"4 units of 'A' ship together by {TUE.isoformat()}, 3 beside what is kept"
    ]


def test_overdue_at_once_is_there_for_all_together():
    """What may come at once is counted, and no more than comes."""
    promise = WAITS.promise.model_copy(update={"overdue_days": 0})
    policy = WAITS.model_copy(update={"promise": promise})
    rows = [row("A", 0, (NOW, 2))]
    one = leaves("A1")

    assert jointly(one, one, rows=rows, policy=policy) == []
    assert len(jointly(one, one, one, rows=rows, policy=policy)) == 1


# --- why not --------------------------------------------------------------------------


def reasons(reason, wanted, rows, policy=WAITS, nodes=(N1, N2)):
    """Return what is wrong with a result that leaves all of A for a reason."""
    units = wanted.lines[0].quantity
    gone = Unfilled("o1", "A", "A", units, reason, 7.0 * units)
    result = RoutingResult(
        "o1",
        Plan((), (gone,)),
        Status.OPTIMAL,
        7.0 * units,
        7.0 * units,
        "subset",
        policy.version,
    )
    found = verify(result, wanted, network(*nodes), Inventory(rows), policy)
    return [issue.message for issue in found if issue.code == "wrong_reason"]


def test_inbound_is_no_supply_where_nothing_may_wait():
    """Out of stock is then true, and false where it may."""
    rows = [row("A", 0, (TUE, 4))]
    never = Policy(costs=[], unfilled_penalty=7.0)

    assert reasons(Reason.OUT_OF_STOCK, wants(A=2), rows, never) == []
    stays = wants(line("A", "A", 2, allow_backorder=False))
    assert reasons(Reason.OUT_OF_STOCK, stays, rows) == []
    assert reasons(Reason.OUT_OF_STOCK, wants(A=2), rows) == [
        "line 'A': 'N1' has 4 units of 'A'"
    ]


@pytest.mark.parametrize(
    "at", [NOW, NOW + timedelta(days=91)], ids=["overdue", "beyond the horizon"]
)
def test_what_is_not_counted_on_is_out_of_stock(at):
    """What should have come, and what comes after all that is looked at."""
    assert reasons(Reason.OUT_OF_STOCK, wants(A=2), [row("A", 0, (at, 4))]) == []


@pytest.mark.parametrize(("units", "found"), [(5, 1), (6, 0)])
def test_enough_is_counted_with_what_comes(units, found):
    """One now and four on Tuesday are five."""
    rows = [row("A", 1, (TUE, 4))]

    assert len(reasons(Reason.NOT_ENOUGH_STOCK, wants(A=units), rows)) == found
    assert len(reasons(Reason.NO_ELIGIBLE_NODE, wants(A=units), rows)) == 1


@pytest.mark.parametrize(("days", "found"), [(1, 0), (3, 1)])
def test_what_comes_too_late_is_not_enough(days, found):
    """Collected at the store by a moment: what comes by then is enough or not."""
    store = node("N1", kind="store")
    by = NOW + timedelta(days=days)
    come = Delivery(method="pickup", node="N1", need_by=by)
    rows = [row("A", 1, (WED, 4))]

    told = reasons(
        Reason.NOT_ENOUGH_STOCK, wants(A=2, delivery=come), rows, nodes=[store]
    )

    assert len(told) == found


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        # The better node has both by Tuesday.
        ([row("A", 1, (TUE, 1))], ["rule_broken"]),
        # It has one alone.
        ([row("A", 1)], []),
        # It would have both, but not within the days that are looked at.
        ([row("A", 1, (NOW + timedelta(days=91), 1))], []),
    ],
    ids=["in time", "short", "too late"],
)
def test_ladder_counts_what_comes_in_time(rows, found):
    """A worse node is not needed where better ones need only wait."""
    policy = WAITS.model_copy(update={"rules": (NodePriority(),)})
    nodes = [node("N1", priority=1), node("N2", priority=2)]
    made = leaves("A2", at="N2")

    asked = [*rows, row("A", 2, at="N2")]
    assert codes(wants(A=2), [made], asked, policy, nodes) == found
