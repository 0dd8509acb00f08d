"""The ledger: what may be promised, what is reserved, and that nothing gets lost."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from pydantic import ValidationError

from builders import stock
from domroute.errors import InputError
from domroute.ledger.inventory import Inbound, Inventory, Stock
from domroute.plan import Content, Plan, Shipment
from domroute.words import Measure, Method

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def taking(order_id="o1", workload=0.0, method="ship", **nodes):
    """Make a plan: ``taking(N1={"A": 2})``; a line for each SKU."""
    return Plan(
        tuple(
            Shipment(
                order_id,
                name,
                method,
                tuple(Content(f"l{sku}", sku, units) for sku, units in row.items()),
                workload=workload,
            )
            for name, row in nodes.items()
        )
    )


def codes(call, *args, **more):
    """Return the codes of the faults that a call raises."""
    with pytest.raises(InputError) as caught:
        call(*args, **more)
    return [issue.code for issue in caught.value.issues]


def loads(inventory, node="N1"):
    """Return what is taken of a node's capacity, by every measure."""
    return {kind.value: inventory.load(node, kind) for kind in Measure}


# --- what may be promised -------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_hand", "reserved", "safety", "available"),
    [(5, 0, 0, 5), (5, 2, 1, 2), (5, 3, 3, 0), (2.9, 0, 0, 2), (3, 0.5, 0, 2)],
)
def test_available_is_what_is_left(on_hand, reserved, safety, available):
    """On hand less reserved less safety, in whole units, never below none."""
    row = Stock(node="N1", sku="A", on_hand=on_hand, reserved=reserved, safety=safety)

    assert row.available == available
    assert Inventory([row]).available("N1", "A") == available


@pytest.mark.parametrize("field", ["on_hand", "reserved", "safety", "velocity"])
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "5", 10**13])
def test_stock_holds_numbers(field, value):
    """Negative, infinite and written-out stock is refused."""
    with pytest.raises(ValidationError):
        Stock(**{"node": "N1", "sku": "A", "on_hand": 1, field: value})


@pytest.mark.parametrize(("node", "sku"), [("N1", "B"), ("N9", "A"), ("N2", "A")])
def test_pair_without_a_row_has_none(node, sku):
    """Where nothing is said of a pair there is nothing to promise."""
    inventory = stock(N1={"A": 5}, N2={"B": 5})

    assert inventory.available(node, sku) == 0
    assert inventory.row(node, sku) is None
    assert inventory.velocity(node, sku) is None


def test_ids_that_are_prefixes_are_told_apart():
    """N1 is not N10, and A is not AB."""
    inventory = stock(N1={"A": 1, "AB": 2}, N10={"A": 3, "AB": 4})

    found = [inventory.available(n, k) for n in ("N1", "N10") for k in ("A", "AB")]

    assert found == [1, 2, 3, 4]


def test_inbound_counts_by_its_date():
    """What arrives until then may be promised by then, and no earlier."""
    inbound = [Inbound(at=NOON + timedelta(days=day), quantity=3) for day in (1, 2)]
    inventory = Inventory(
        [Stock(node="N1", sku="A", on_hand=1, safety=2, inbound=inbound)]
    )
    by = [NOON + timedelta(days=day) for day in (0, 1, 2)]

    # 1 on hand less 2 kept: none; then 3 more: 2; then 3 more: 5.
    assert inventory.available("N1", "A") == 0
    assert [inventory.available("N1", "A", by=day) for day in by] == [0, 2, 5]


def test_inbound_is_listed_by_pair():
    """What arrives is kept beside the rows it belongs to."""
    inbound = (Inbound(at=NOON, quantity=3),)
    rows = [
        Stock(node="N1", sku="A", on_hand=1, inbound=inbound),
        Stock(node="N2", sku="A", on_hand=1),
    ]

    assert Inventory(rows).inbound == {("N1", "A"): inbound}


def test_pair_given_twice_is_refused():
    """Every pair with two rows is named, once."""
    rows = [
        Stock(node=node, sku="A", on_hand=1)
        for node in ("N1", "N2", "N1", "N3", "N2", "N3")
    ]

    with pytest.raises(InputError) as caught:
        Inventory(rows)

    assert [issue.where for issue in caught.value.issues] == [
        "stock of 'A' at 'N1'",
        "stock of 'A' at 'N2'",
        "stock of 'A' at 'N3'",
    ]


def test_rows_come_back_as_they_came():
    """A ledger lists its rows, sorted by SKU and node."""
    rows = [
        Stock(node="N2", sku="A", on_hand=1.5, reserved=1, safety=0.5, velocity=2),
        Stock(node="N1", sku="B", on_hand=2, inbound=[Inbound(at=NOON, quantity=1)]),
        Stock(node="N1", sku="A", on_hand=3),
    ]

    assert list(Inventory(rows)) == [rows[2], rows[0], rows[1]]
    assert len(Inventory(rows)) == 3
    assert repr(Inventory(rows)) == "Inventory(3 rows, 2 nodes, 2 skus)"


def test_empty_ledger():
    """A ledger of nothing has nothing."""
    inventory = Inventory()

    assert (len(inventory), list(inventory)) == (0, [])
    assert inventory.available("N1", "A") == 0
    assert inventory.segment("A") is None


def test_columns_make_the_same_ledger():
    """Columns and rows say the same."""
    inbound = (Inbound(at=NOON, quantity=4),)
    made = Inventory.from_columns(
        ["N2", "N1"],
        ["A", "A"],
        np.array([5.0, 3.0]),
        reserved=np.array([1.0, 0.0]),
        safety=np.array([0.0, 1.0]),
        velocity=np.array([np.nan, 2.0]),
        inbound={("N2", "A"): inbound},
    )

    assert list(made) == [
        Stock(node="N1", sku="A", on_hand=3, safety=1, velocity=2),
        Stock(node="N2", sku="A", on_hand=5, reserved=1, inbound=inbound),
    ]


def test_columns_may_be_left_out():
    """Only ids and units on hand are needed."""
    made = Inventory.from_columns(["N1"], ["A"], np.array([3.0]))

    assert list(made) == [Stock(node="N1", sku="A", on_hand=3)]


def test_velocity_is_none_where_not_known():
    """Not known is not zero."""
    inventory = Inventory(
        [
            Stock(node="N1", sku="A", on_hand=1, velocity=0),
            Stock(node="N2", sku="A", on_hand=1),
        ]
    )

    assert inventory.velocity("N1", "A") == 0.0
    assert inventory.velocity("N2", "A") is None


# --- reserve, release, commit ---------------------------------------------------------


def test_reserving_takes_units_off():
    """Reserved units are no longer available, and still on hand."""
    inventory = stock(N1={"A": 5, "B": 2}, N2={"A": 1})

    inventory.reserve(taking(N1={"A": 2, "B": 2}, N2={"A": 1}))

    assert inventory.available("N1", "A") == 3
    assert inventory.available("N1", "B") == inventory.available("N2", "A") == 0
    assert sum(row.on_hand for row in inventory) == 8


def test_two_lines_of_one_sku_are_netted():
    """Two lines that share a SKU take its units together."""
    contents = (Content("l1", "A", 2), Content("l2", "A", 2))
    made = Plan((Shipment("o1", "N1", "ship", contents),))
    inventory = stock(N1={"A": 4})

    assert codes(stock(N1={"A": 3}).reserve, made) == ["oversold"]
    inventory.reserve(made)
    assert inventory.available("N1", "A") == 0


def test_two_shipments_of_a_node_are_netted():
    """Two deliveries from one node take its units together."""
    made = Plan(
        taking(N1={"A": 2}).shipments + taking(N1={"A": 2}, method="pickup").shipments
    )

    assert codes(stock(N1={"A": 3}).reserve, made) == ["oversold"]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (taking(N1={"A": 6}), ["oversold"]),
        (taking(N1={"A": 1}, N2={"B": 1}), ["unknown_stock"]),
        (taking(N1={"A": 6}, N2={"B": 1}), ["unknown_stock", "oversold"]),
        (
            Plan(
                taking("a", N1={"A": 3}).shipments + taking("b", N1={"A": 3}).shipments
            ),
            ["oversold"],
        ),
    ],
    ids=["too_many", "no_row", "both", "two_orders"],
)
def test_plan_is_refused_whole(made, expected):
    """A plan that cannot be reserved takes nothing; all faults are told."""
    inventory = stock(N1={"A": 5}, N2={"A": 5})
    before = list(inventory)

    assert codes(inventory.reserve, made) == expected

    assert list(inventory) == before
    assert inventory.loads == {}
    assert inventory.reservation("o1") is None


def test_order_is_reserved_once():
    """A plan reserved twice would take its units twice."""
    inventory = stock(N1={"A": 5})
    inventory.reserve(taking(N1={"A": 1}))

    assert codes(inventory.reserve, taking(N1={"A": 1})) == ["already_reserved"]
    assert inventory.available("N1", "A") == 4


def test_plan_of_several_orders_is_reserved_apart():
    """Each order of a plan can be released by itself."""
    inventory = stock(N1={"A": 5})
    parts = [taking(name, N1={"A": 2}).shipments for name in ("o1", "o2")]
    inventory.reserve(Plan(parts[0] + parts[1]))

    inventory.release("o1")

    assert inventory.available("N1", "A") == 3
    assert inventory.reservation("o1") is None
    assert inventory.reservation("o2").units == 2


def test_empty_plan_reserves_nothing():
    """An order that ships nothing holds nothing."""
    inventory = stock(N1={"A": 5})

    inventory.reserve(Plan())

    assert codes(inventory.release, "o1") == ["not_reserved"]


def test_release_gives_everything_back():
    """After a release the ledger is as it was, capacity included."""
    inventory = stock(N1={"A": 5})
    before = list(inventory)
    inventory.reserve(taking(N1={"A": 3}, workload=4.5))

    inventory.release("o1")

    assert list(inventory) == before
    assert set(loads(inventory).values()) == {0.0}
    assert codes(inventory.release, "o1") == ["not_reserved"]


def test_commit_lets_units_leave():
    """On hand and reserved both fall; what is available does not move."""
    inventory = Inventory([Stock(node="N1", sku="A", on_hand=5, reserved=1)])
    inventory.reserve(taking(N1={"A": 3}, workload=3.0))

    inventory.commit("o1")

    (row,) = inventory
    assert (row.on_hand, row.reserved, row.available) == (2.0, 1.0, 1)
    assert codes(inventory.commit, "o1") == ["not_reserved"]


def test_commit_keeps_the_capacity_taken():
    """Work that was done is not given back."""
    inventory = stock(N1={"A": 5})
    inventory.reserve(taking(N1={"A": 3}, workload=4.5))

    inventory.commit("o1")

    assert loads(inventory) == {
        "orders": 1.0,
        "lines": 1.0,
        "units": 3.0,
        "workload": 4.5,
    }


def test_capacity_is_counted_by_every_measure():
    """Two shipments of one order: one order, three lines, six units, 4 of workload."""
    inventory = stock(N1={"A": 9, "B": 9})
    inventory.reserve(
        Plan(
            taking(N1={"A": 2, "B": 1}, workload=1.5).shipments
            + taking(N1={"A": 3}, workload=2.5, method="pickup").shipments
        )
    )

    assert loads(inventory) == {
        "orders": 1.0,
        "lines": 3.0,
        "units": 6.0,
        "workload": 4.0,
    }
    assert set(loads(inventory, "N2").values()) == {0.0}


def test_expiry_releases_what_is_over():
    """Reservations end when they said, and not before; others do not end."""
    inventory = stock(N1={"A": 9})
    for name, hours in (("o1", 1), ("o2", 2), ("o3", None)):
        until = None if hours is None else NOON + timedelta(hours=hours)
        inventory.reserve(taking(name, N1={"A": 1}), expires_at=until)

    assert inventory.expire(NOON) == ()
    assert inventory.expire(NOON + timedelta(hours=1)) == ("o1",)
    assert inventory.expire(NOON + timedelta(days=9)) == ("o2",)

    assert inventory.available("N1", "A") == 8
    assert inventory.reservation("o3").expires_at is None


def test_new_period_forgets_capacity():
    """A new day has its whole capacity; units stay reserved."""
    inventory = stock(N1={"A": 5})
    inventory.reserve(taking(N1={"A": 3}))

    inventory.start_period()

    assert set(loads(inventory).values()) == {0.0}
    assert inventory.available("N1", "A") == 2


def test_release_after_a_new_period_gives_no_capacity():
    """Yesterday's work given back is not capacity of today."""
    inventory = stock(N1={"A": 5})
    inventory.reserve(taking(N1={"A": 3}))
    inventory.start_period()

    inventory.release("o1")

    assert set(loads(inventory).values()) == {0.0}
    assert inventory.available("N1", "A") == 5


@pytest.mark.parametrize("quantity", [-5, 0, 1.5])
def test_only_whole_units_are_reserved(quantity):
    """A quantity that is no count of units is refused, and nothing is taken."""
    ledger = Inventory([Stock(node="N1", sku="A", on_hand=5)])
    plan = Plan((Shipment("o1", "N1", Method.SHIP, (Content("l1", "A", quantity),)),))

    with pytest.raises(InputError) as caught:
        ledger.reserve(plan)

    assert [issue.code for issue in caught.value.issues] == ["out_of_range"]
    assert ledger.available("N1", "A") == 5


def test_expiry_needs_a_timezone():
    """A naive moment is refused when it is given, not when it is compared."""
    ledger = Inventory([Stock(node="N1", sku="A", on_hand=5)])
    plan = Plan((Shipment("o1", "N1", Method.SHIP, (Content("l1", "A", 1),)),))

    with pytest.raises(InputError) as caught:
        ledger.reserve(plan, expires_at=datetime(2026, 1, 1))  # noqa: DTZ001

    assert [issue.code for issue in caught.value.issues] == ["naive_datetime"]


def test_units_come_in_and_are_written_off():
    """What arrives may be promised, what is gone may not, and is counted once."""
    inventory = stock(N1={"A": 5})

    inventory.adjust("N1", "A", 4)
    inventory.adjust("N1", "A", -7)

    assert inventory.available("N1", "A") == 2
    assert [row.on_hand for row in inventory] == [2.0]


@pytest.mark.parametrize(
    ("sku", "units", "code"), [("A", -3, "oversold"), ("B", -1, "unknown_stock")]
)
def test_what_is_reserved_is_not_written_off(sku, units, code):
    """Units that are promised, or have no row, are refused; nothing changes."""
    inventory = stock(N1={"A": 5})
    inventory.reserve(taking(N1={"A": 3}))

    with pytest.raises(InputError) as caught:
        inventory.adjust("N1", sku, units)

    assert [issue.code for issue in caught.value.issues] == [code]
    assert inventory.available("N1", "A") == 2


def test_a_period_may_start_with_work_in_it():
    """A ledger that is taken up again knows what its period has done."""
    inventory = stock(N1={"A": 5})

    inventory.start_period({("N1", "units"): 2.0})

    assert inventory.load("N1", "units") == 2.0
    assert inventory.load("N1", "orders") == 0.0
