"""Snapshots: what was read stands still, whatever the ledger does afterwards."""

import pickle
from datetime import UTC, datetime, timedelta

import pytest

from domroute import InputError, Inventory, Stock
from domroute.ledger import Inbound
from domroute.ledger.layout import PAGE_ROWS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def ledger(nodes=3, skus="ABC"):
    """Make a ledger: node ``Nn`` holds ``n + 1`` of every SKU, sold by as many."""
    return Inventory(
        Stock(node=f"N{n:03d}", sku=sku, on_hand=n + 1, velocity=float(n + 1))
        for n in range(nodes)
        for sku in skus
    )


def test_a_snapshot_stands_still():
    """What is counted, reserved or taken of capacity later does not reach it."""
    inventory = ledger()
    before = inventory.snapshot()

    inventory.adjust("N000", "A", 7)
    inventory.start_period({("N000", "orders"): 2.0})

    assert (before.available("N000", "A"), before.load("N000", "orders")) == (1, 0.0)
    assert inventory.available("N000", "A") == 8
    assert inventory.snapshot().load("N000", "orders") == 2.0
    assert before.snapshot() is before


def test_a_snapshot_is_read_like_its_ledger():
    """Rows, segments, velocities and the rest are the ledger's own."""
    inventory = ledger()
    snapshot = inventory.snapshot()

    assert list(snapshot) == list(inventory)
    assert len(snapshot) == len(inventory) == 9
    assert (snapshot.node_ids, snapshot.skus) == (inventory.node_ids, inventory.skus)
    assert snapshot.segment("B") == slice(3, 6)
    assert snapshot.row("N001", "C") == 7
    assert snapshot.rows.velocity[7] == snapshot.velocity("N001", "C") == 2.0
    assert snapshot.velocity("N9", "C") is None
    assert snapshot.available_rows.tolist() == [1, 2, 3] * 3
    assert repr(snapshot) == "Snapshot(9 rows, 3 nodes, 3 skus)"


def test_what_is_read_cannot_be_written():
    """Arrays that questions share are closed."""
    snapshot = ledger().snapshot()

    for array in (
        snapshot.available_rows,
        snapshot.rows.on_hand,
        snapshot.shelf("A").figures,
        snapshot.shelf("A").available,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9


@pytest.mark.parametrize("nodes", [3, PAGE_ROWS // 2 + 1, PAGE_ROWS + 5])
def test_a_part_of_a_snapshot_knows_its_skus(nodes):
    """Cut down to some SKUs, it says of those what the whole says."""
    # Pages of several SKUs, of one, and of one that is larger than a page.
    whole = ledger(nodes).snapshot()
    part = whole.of(["C", "A", "Z"])

    assert [part.covers(sku) for sku in "ABCZ"] == [True, False, True, True]
    assert part.skus == ("A", "C")
    assert list(part) == [row for row in whole if row.sku != "B"]
    assert part.available("N002", "C") == 3
    assert part.velocity("N001", "A") == 2.0
    assert part.available("N002", "B") == part.available("N000", "Z") == 0
    assert part.shelf("A").available.tolist() == whole.shelf("A").available.tolist()
    assert part.rows.node[part.row("N002", "C")] == whole.node_ids.index("N002")


def test_what_arrives_comes_along():
    """Inbound of the SKUs kept counts by its date."""
    coming = (Inbound(at=NOON, quantity=4),)
    whole = Inventory(
        Stock(node="N1", sku=sku, on_hand=1, inbound=coming) for sku in "AB"
    ).snapshot()

    part = whole.of(["A"])

    assert set(part.inbound) == {("N1", "A")}
    assert part.available("N1", "A", by=NOON) == 5
    assert part.available("N1", "A", by=NOON - timedelta(seconds=1)) == 1


def test_a_moment_without_an_offset_is_refused():
    """A naive moment is no moment: by whose clock would it be?"""
    with pytest.raises(InputError) as caught:
        ledger().available("N000", "A", by=NOON.replace(tzinfo=None))

    assert [(fault.code, fault.where) for fault in caught.value.issues] == [
        ("naive_datetime", "by")
    ]


@pytest.mark.parametrize("kept", [None, "AZ"])
def test_a_snapshot_is_put_away_and_taken_up(kept):
    """Pickled, it says the same; a part leaves the other rows behind."""
    inventory = ledger(nodes=40, skus=[f"K{n}" for n in range(200)] + ["A"])
    inventory.start_period({("N001", "units"): 3.0})
    whole = inventory.snapshot()
    made = whole if kept is None else whole.of(kept)

    text = pickle.dumps(made)
    again = pickle.loads(text)  # noqa: S301

    assert list(again) == list(made)
    assert again.loads == {("N001", "units"): 3.0}
    assert [again.covers(sku) for sku in ("A", "Z", "K1")] == [True, True, not kept]
    # 40 rows of four figures and a name, of 8,040 in the ledger.
    assert kept is None or len(text) < 10_000


def test_a_ledger_is_put_away_whole():
    """A pickled ledger goes on by itself, its reservations included."""
    inventory = ledger()

    again = pickle.loads(pickle.dumps(inventory))  # noqa: S301
    again.adjust("N000", "A", 1)

    assert (again.available("N000", "A"), inventory.available("N000", "A")) == (2, 1)
