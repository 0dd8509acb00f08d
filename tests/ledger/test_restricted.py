"""Units that expire, or are for one channel alone: what is said of them is kept."""

import pickle
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from builders import network, node, stock
from domroute.errors import InputError
from domroute.ledger import Restriction
from domroute.ledger.inventory import Inbound, Inventory, Stock
from domroute.plan import Content, Plan, Shipment

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LAST = date(2026, 3, 9)


def ledger(**fields):
    """Make a ledger of five A at N1, restricted as told, and five B."""
    return Inventory(
        [
            Stock(node="N1", sku="A", on_hand=5, **fields),
            Stock(node="N1", sku="B", on_hand=5),
        ]
    )


def taking(units):
    """Make a plan that takes A from N1."""
    content = Content("l1", "A", units)
    return Plan((Shipment("o1", "N1", "ship", (content,)),))


def put_away(thing):
    """Put a thing away, and take it up again."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own


def faults(call, *args, **more):
    """Return the codes and places of the faults that a call raises."""
    with pytest.raises(InputError) as caught:
        call(*args, **more)
    return [(issue.code, issue.where) for issue in caught.value.issues]


def test_restriction_is_read_by_cell_and_by_sku():
    """Of cells without one nothing is held; units on hand are counted as ever."""
    inventory = ledger(expires_on="2026-03-09", allocated={"web": 2, "app": 1})
    one = Restriction(LAST, {"web": 2.0, "app": 1.0})

    assert dict(inventory.restrictions) == {("N1", "A"): one}
    assert {sku: dict(r) for sku, r in inventory.snapshot().restricted.items()} == {
        "A": {"N1": one}
    }
    assert inventory.available("N1", "A") == 5
    assert not ledger().restrictions


@pytest.mark.parametrize(
    ("channel", "units"), [("web", 1.0), ("app", 2.0), ("store", 3.0), (None, 3.0)]
)
def test_channel_is_kept_from_what_is_for_others(channel, units):
    """Two for the web and one for the app; who names no channel gets neither."""
    one = Restriction(allocated={"web": 2.0, "app": 1.0})

    assert one.kept_from(channel) == units


def test_nothing_said_is_no_restriction():
    """A row without either field has none, and costs nothing."""
    assert Restriction.of(None, {}) is None
    assert Stock(node="N1", sku="A", on_hand=1).restriction is None


def test_ledgers_of_other_restrictions_are_not_equal():
    """Expiry and allocation count, as what is inbound does."""
    some = ledger(expires_on=LAST)

    assert some == ledger(expires_on=LAST)
    assert some != ledger()
    assert some != ledger(expires_on=date(2026, 3, 10))
    assert some != ledger(expires_on=LAST, allocated={"web": 1})


@pytest.mark.parametrize(
    "change",
    [
        lambda ledger: ledger.adjust("N1", "A", 3),
        lambda ledger: ledger.adjust("N2", "C", 3),
        lambda ledger: ledger.apply({"node": ["N1"], "sku": ["A"], "on_hand": [9]}),
        lambda ledger: ledger.apply({"node": ["N0"], "sku": ["A"], "on_hand": [9]}),
        lambda ledger: ledger.reserve(taking(2)),
        lambda ledger: ledger.receive("N1", "A", 4),
        lambda ledger: ledger.expect("N1", "A", [Inbound(at=NOON, quantity=2)]),
        lambda ledger: ledger.start_period(),
    ],
    ids=["adjust", "row", "set", "new", "reserve", "receive", "expect", "period"],
)
def test_restriction_outlasts_whatever_is_counted(change):
    """Counting is not saying anew: only restrict() is."""
    inventory = ledger(expires_on=LAST, allocated={"web": 2})

    change(inventory)

    assert dict(inventory.restrictions) == {("N1", "A"): Restriction(LAST, {"web": 2})}


def test_restriction_is_said_anew():
    """All of it: what is not given holds no more; before, a snapshot stands still."""
    inventory = ledger(expires_on=LAST)
    before = inventory.snapshot()

    inventory.restrict("N1", "A", allocated={"web": 2})
    inventory.restrict("N1", "B", expires_on=LAST)
    inventory.restrict("N2", "B", expires_on=LAST)

    assert dict(inventory.restrictions) == {
        ("N1", "A"): Restriction(None, {"web": 2}),
        ("N1", "B"): Restriction(LAST),
        ("N2", "B"): Restriction(LAST),
    }
    assert before.restrictions == {("N1", "A"): Restriction(LAST)}
    inventory.restrict("N1", "A")
    inventory.restrict("N2", "B")
    assert list(inventory.restrictions) == [("N1", "B")]
    assert inventory.counts("N2", "B") == (0.0, 0.0, 0.0)


def test_restriction_goes_along_with_rows():
    """Into copies, what is cut down, what is put away, and ledgers made of rows."""
    inventory = ledger(expires_on=LAST, allocated={"web": 2})
    inventory.restrict("N1", "B", expires_on=LAST)
    snapshot, one = inventory.snapshot(), Restriction(LAST, {"web": 2})

    assert inventory.copy() == inventory
    assert Inventory(inventory) == Inventory(list(snapshot)) == inventory
    assert snapshot.of(["A"]).restrictions == {("N1", "A"): one}
    for stored in (snapshot, snapshot.of(["A", "B"]), snapshot.for_order("o1")):
        read = put_away(stored)
        assert read.restrictions == snapshot.restrictions
    assert put_away(inventory) == inventory


def test_columns_take_restrictions_by_cell():
    """They are rare: a mapping of those that there are."""
    made = Inventory.from_columns(
        ["N1", "N1"],
        ["A", "B"],
        [5.0, 5.0],
        restricted={("N1", "A"): Restriction(LAST, {"web": 2.0})},
    )

    assert made == ledger(expires_on=LAST, allocated={"web": 2})


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"expires_on": "soon"}, ("expires_on",)),
        ({"expires_on": 5}, ("expires_on",)),
        ({"expires_on": "2026-03-09T12:00:00Z"}, ("expires_on",)),
        ({"allocated": {"web": -1}}, ("allocated", "web")),
        ({"allocated": {"web": float("nan")}}, ("allocated", "web")),
        ({"allocated": {" ": 1}}, ("allocated", " ", "[key]")),
        ({"allocated": [["web", 1]]}, ("allocated",)),
    ],
    ids=str,
)
def test_row_refuses_what_restricts_nothing(fields, where):
    """A date, and units by channel."""
    with pytest.raises(ValidationError) as caught:
        Stock(node="N1", sku="A", on_hand=1, **fields)

    assert [fault["loc"] for fault in caught.value.errors()] == [where]


def test_every_fault_of_restrictions_is_listed():
    """By columns as by a call; nothing is done."""
    inventory, bad = stock(N1={"A": 5}), Restriction("soon", {"web": -1.0, 3: 1.0})
    told = [
        ("wrong_type", "expires_on"),
        ("out_of_range", "allocated.web[0]"),
        ("wrong_type", "allocated"),
    ]

    def columns(given):
        return Inventory.from_columns(["N1"], ["A"], [5.0], restricted=given)

    where = "restriction of 'A' at 'N1'"
    assert faults(columns, {("N1", "A"): bad, ("N2", "A"): 5}) == [
        *[(code, f"{where}.{place}") for code, place in told],
        ("unknown_stock", "restriction of 'A' at 'N2'"),
        ("wrong_type", "restriction of 'A' at 'N2'"),
    ]
    assert faults(columns, [5]) == [("wrong_type", "restricted")]
    said = {"expires_on": "soon", "allocated": {"web": -1.0, 3: 1.0}}
    assert faults(inventory.restrict, "N1", "A", **said) == [
        (code, f"stock of 'A' at 'N1'.{place}") for code, place in told
    ]
    assert faults(inventory.restrict, "N1", "A", allocated=5) == [
        ("wrong_type", "allocated")
    ]
    inventory.keep_to(network(node("N1")))
    assert faults(inventory.restrict, "N9", "A", expires_on=LAST)[0][0] == "unknown_id"
    assert not inventory.restrictions


@given(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)))
def test_all_but_ones_own_is_kept_from_a_channel(allocated):
    """Whoever asks, what is kept from it and its own are all that is allocated."""
    one = Restriction(allocated=allocated)

    assert one.kept_from(None) == sum(allocated.values())
    for channel, units in allocated.items():
        assert one.kept_from(channel) + units == one.kept_from(None)
