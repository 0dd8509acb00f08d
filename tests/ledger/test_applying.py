"""Many counts at once: set or added, new rows, and what is over-promised by them."""

import numpy as np
import pandas as pd
import pytest

from builders import stock
from domroute import Inventory
from domroute.errors import InputError
from domroute.ledger import OverPromised, Scope, Stock
from domroute.plan import Content, Plan, Shipment


def reserved(units, **nodes):
    """Make a ledger of which an order holds units of A at N1."""
    inventory = stock(**nodes)
    take = Shipment("o1", "N1", "ship", (Content("l1", "A", units),))
    inventory.reserve(Plan((take,)))
    return inventory


def figures(inventory):
    """Return what is on hand, by cell."""
    return {(row.node, row.sku): row.on_hand for row in inventory}


def test_counts_are_set():
    """What is named is set; what is not stays."""
    inventory = stock(N1={"A": 5, "B": 4}, N2={"A": 3})

    told = inventory.apply(
        {"node": ["N2", "N1"], "sku": ["A", "B"], "on_hand": [7, 0.5]}
    )

    assert (told.rows, told.made, told.over_promised, told.refused) == (2, 0, (), ())
    assert figures(inventory) == {("N1", "A"): 5, ("N2", "A"): 7, ("N1", "B"): 0.5}
    assert inventory.available("N1", "B") == 0


def test_counts_are_added_cell_by_cell():
    """A cell that is named twice gets both."""
    inventory = stock(N1={"A": 5})

    inventory.apply(
        {"node": ["N1"] * 3, "sku": ["A"] * 3, "on_hand": [1, -4, 2]}, "add"
    )

    assert inventory.available("N1", "A") == 4


def test_rows_that_were_not_there_are_made():
    """New nodes and SKUs stand where they belong; what was there is kept."""
    inventory = reserved(2, N1={"A": 5, "C": 1}, N3={"A": 3})

    told = inventory.apply(
        {"node": ["N2", "N0", "N1"], "sku": ["B", "A", "A"], "on_hand": [4, 6, 9]}
    )

    assert (told.rows, told.made) == (3, 2)
    assert inventory.node_ids == ("N0", "N1", "N2", "N3")
    assert inventory.counts("N1", "A") == (9.0, 2.0, 0.0)
    assert inventory.counts("N0", "A") == (6.0, 0.0, 0.0)
    assert inventory.velocity("N2", "B") is None
    fresh = Inventory(inventory)
    assert fresh.rows.node.tolist() == inventory.rows.node.tolist()
    inventory.commit("o1")
    assert inventory.counts("N1", "A") == (7.0, 0.0, 0.0)


def test_a_recount_tells_what_is_over_promised():
    """Two of five reserved units are there: three are told, none refused."""
    inventory = reserved(5, N1={"A": 6}, N2={"A": 1})

    told = inventory.apply({"node": ["N1"], "sku": ["A"], "on_hand": [2]})

    assert told.over_promised == (OverPromised("N1", "A", 3),)
    assert told.to_frame().to_numpy().tolist() == [["N1", "A", 3]]
    assert inventory.available("N1", "A") == 0
    inventory.release("o1", {"l1": 4})
    assert inventory.available("N1", "A") == 1


def test_a_count_that_is_refused_tells_nothing_over_promised():
    """Ten less of A would be below nothing: the six promised of five were so before."""
    inventory = reserved(6, N1={"A": 6, "B": 3})
    inventory.apply({"node": ["N1"], "sku": ["A"], "on_hand": [5]})

    told = inventory.apply(
        {"node": ["N1", "N1"], "sku": ["A", "B"], "on_hand": [-10, 1]}, "add"
    )

    assert (told.rows, len(told.refused), told.over_promised) == (1, 1, ())


def test_other_figures_are_set():
    """What others have promised comes beside what this ledger has."""
    inventory = reserved(2, N1={"A": 9})

    inventory.apply(
        {
            "node": ["N1"],
            "sku": ["A"],
            "reserved": [1],
            "safety": [3],
            "velocity": [0.5],
        }
    )

    assert inventory.counts("N1", "A") == (9.0, 3.0, 3.0)
    assert inventory.velocity("N1", "A") == 0.5


def test_what_the_network_does_not_have_is_told_and_the_rest_done():
    """A typing error in a feed reaches neither the ledger nor the router."""
    inventory = stock(N1={"A": 5})
    inventory.keep_to(Scope(["N1", "N2"], "AB"))

    told = inventory.apply(
        {"node": ["N9", "N2", "N1"], "sku": ["A", "B", "Z"], "on_hand": [1, 2, 3]}
    )

    assert [(issue.code, issue.where) for issue in told.refused] == [
        ("unknown_id", "row[0]"),
        ("unknown_id", "row[2]"),
    ]
    assert (told.rows, told.made) == (1, 1)
    assert figures(inventory) == {("N1", "A"): 5, ("N2", "B"): 2}


def test_more_gone_than_there_is_is_told():
    """Neither a row nor a new one falls below nothing; the others are counted."""
    inventory = stock(N1={"A": 5, "B": 5})

    told = inventory.apply(
        {"node": ["N1", "N1", "N2"], "sku": ["A", "B", "A"], "on_hand": [-6, -5, -1]},
        "add",
    )

    assert sorted(issue.code for issue in told.refused) == [
        "out_of_range",
        "unknown_stock",
    ]
    assert told.rows == 1
    assert figures(inventory) == {("N1", "A"): 5, ("N1", "B"): 0}


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("columns", "mode", "faults"),
    [
        ({"on_hand": [1, NAN]}, "set", [("not_finite", "on_hand[1]")]),
        ({"on_hand": [INF, 1]}, "set", [("not_finite", "on_hand[0]")]),
        ({"on_hand": np.array([1.0, -INF])}, "add", [("not_finite", "on_hand[1]")]),
        ({"on_hand": [None, 1]}, "set", [("wrong_type", "on_hand[0]")]),
        ({"on_hand": ["1", True]}, "set", 2 * ["wrong_type"]),
        ({"on_hand": np.array(["1", "2"])}, "set", 2 * ["wrong_type"]),
        ({"on_hand": np.array([True, False])}, "set", 2 * ["wrong_type"]),
        ({"on_hand": [-1, 10**400]}, "set", ["out_of_range", "not_finite"]),
        ({"on_hand": [1]}, "set", [("wrong_shape", "on_hand")]),
        (
            {"on_hand": 3},
            "set",
            [("wrong_type", "on_hand"), ("wrong_shape", "on_hand")],
        ),
        ({"on_hand": np.zeros((2, 2))}, "set", 2 * ["wrong_type"]),
        ({"velocity": [None, NAN], "safety": [1, -1]}, "set", ["out_of_range"]),
        (
            {"on_hand": np.ma.array([1.0, 2.0], mask=[False, True])},
            "set",
            [("wrong_type", "on_hand[1]")],
        ),
        (
            {"on_hand": np.array(3)},
            "set",
            [("wrong_type", "on_hand"), ("wrong_shape", "on_hand")],
        ),
        (
            {"node": ["N1", "\ud800"], "on_hand": [1, 2]},
            "set",
            [("out_of_range", "node[1]")],
        ),
        ({0: [1, 2], "on_hand": [1, 2]}, "set", [("unknown_field", "0")]),
        ({"node": ["N1", None], "on_hand": [1, 2]}, "set", [("wrong_type", "node[1]")]),
        ({"sku": ["A", " "], "on_hand": [1, 2]}, "set", [("out_of_range", "sku[1]")]),
        (
            {"node": "NN", "on_hand": [1, 2]},
            "set",
            ["wrong_type", *2 * ["wrong_shape"]],
        ),
        ({}, "set", [("missing", "on_hand")]),
        ({"safety": [1, 2]}, "add", ["unknown_field", "missing"]),
        ({"onhand": [1, 2], "on_hand": [1, 2]}, "set", [("unknown_field", "onhand")]),
        ({"on_hand": [1, 2]}, "replace", [("unknown_value", "mode")]),
        (
            {"node": ["N1", "N1"], "on_hand": [1, 2]},
            "set",
            [("duplicate_id", "row[1]")],
        ),
        (
            {"node": ["N9", "N9"], "on_hand": [1, 2]},
            "set",
            [("duplicate_id", "row[1]")],
        ),
    ],
)
def test_columns_are_checked_and_nothing_half_done(columns, mode, faults):
    """Every fault has a code and a place; the ledger stands as it did."""
    inventory = stock(N1={"A": 5}, N2={"A": 5})
    before = inventory.copy()

    with pytest.raises(InputError) as caught:
        inventory.apply({"node": ["N1", "N2"], "sku": ["A", "A"], **columns}, mode)

    found = [(issue.code, issue.where) for issue in caught.value.issues]
    if isinstance(faults[0], str):
        found = [code for code, _ in found]
    assert found == faults
    assert inventory == before


@pytest.mark.parametrize("columns", [3, [("N1", "A", 3)], pd.Series([1])])
def test_what_is_no_columns_is_told(columns):
    """A mapping or a frame is wanted."""
    with pytest.raises(InputError) as caught:
        stock(N1={"A": 5}).apply(columns)

    assert [(x.code, x.where) for x in caught.value.issues] == [
        ("wrong_type", "columns")
    ]


def test_a_frame_is_applied_and_its_gaps_are_faults():
    """Columns of pandas, nullable or not, are columns; a missing count is none."""
    inventory = stock(N1={"A": 5})
    frame = pd.DataFrame({"node": ["N1", "N2"], "sku": ["A", "A"], "on_hand": [3, 4]})

    told = inventory.apply(frame.astype({"on_hand": "Int64", "node": "string"}))
    with pytest.raises(InputError) as caught:
        inventory.apply(frame.assign(on_hand=pd.array([1, None], dtype="Int64")))

    assert (told.rows, told.made) == (2, 1)
    assert [issue.where for issue in caught.value.issues] == ["on_hand[1]"]


def test_a_column_that_is_wrong_throughout_is_told_in_brief():
    """A hundred faults are listed, and how many there are."""
    inventory = Inventory()

    with pytest.raises(InputError) as caught:
        inventory.apply(
            {"node": ["N1"] * 500, "sku": ["A"] * 500, "on_hand": [NAN] * 500}
        )

    assert len(caught.value.issues) == 101
    assert (
        caught.value.issues[-1].message == "500 faults in all, of which 100 are listed"
    )


def test_a_count_copies_the_pages_it_stands_on_alone():
    """Of 40 SKUs at 64 nodes, a page each, two are counted: 38 pages stay."""
    inventory = Inventory(
        Stock(node=f"N{n:02d}", sku=f"K{k:02d}", on_hand=9)
        for n in range(64)
        for k in range(40)
    )
    before = inventory.snapshot()

    inventory.apply(
        {
            "node": ["N05", "N60", "N05"],
            "sku": ["K03", "K31", "K31"],
            "on_hand": [1, 2, 3],
        }
    )

    after = inventory.snapshot()
    copied = {
        sku
        for sku in inventory.skus
        if before.shelf(sku).figures is not after.shelf(sku).figures
    }
    assert copied == {"K03", "K31"}
    assert before.available("N60", "K31") == 9
    assert not after.shelf("K31").figures.flags.writeable


def test_whoever_keeps_a_shelf_keeps_no_ledger():
    """What is kept alive with one of 400 pages counted at once is a few beside it."""
    nodes, skus = [f"N{n:02d}" for n in range(64)], [f"K{k:03d}" for k in range(400)]
    cells = {"node": nodes * 400, "sku": [sku for sku in skus for _ in nodes]}
    inventory = Inventory()

    inventory.apply({**cells, "on_hand": np.ones(64 * 400)})

    kept = inventory.snapshot().shelf("K007").figures
    # 1,024 rows, four figures of eight bytes.
    assert (kept if kept.base is None else kept.base).nbytes <= 1024 * 4 * 8


@pytest.mark.parametrize("node", ["N1", "N2"])
def test_more_than_anything_holds_is_told(node):
    """A sum above a trillion is refused, of a cell that is there as of a new one."""
    inventory = stock(N1={"A": 5}, N3={"A": 1})

    told = inventory.apply(
        {"node": [node, node, "N3"], "sku": ["A"] * 3, "on_hand": [1e12, 1e12, 1]},
        "add",
    )

    assert {issue.code for issue in told.refused} == {"out_of_range"}
    assert (told.rows, told.made) == (1, 0)
    assert figures(inventory) == {("N1", "A"): 5, ("N3", "A"): 2}


def test_what_this_ledger_has_promised_comes_beside_what_others_have():
    """Of two nodes one has a promise; of those set, each gets its own on top."""
    inventory = reserved(2, N1={"A": 9, "B": 9}, N2={"A": 9})

    inventory.apply(
        {"node": ["N2", "N1", "N1"], "sku": ["A", "B", "A"], "reserved": [1, 3, 4]}
    )

    assert [row.reserved for row in inventory] == [4 + 2, 1, 3]


@pytest.mark.parametrize(
    "column",
    [
        [np.int32(1), np.float32(2)],
        np.array([1, 2], object),
        np.array([1, 2], np.uint8),
        pd.Series([1, 2], dtype="Int64"),
        pd.Series([1.0, 2.0], index=[7, 3]),
        (1, 2.0),
    ],
)
def test_numbers_of_any_kind_are_numbers(column):
    """Units come as Python's, NumPy's or pandas's."""
    inventory = stock(N1={"A": 5}, N2={"A": 5})

    inventory.apply({"node": ["N1", "N2"], "sku": ["A", "A"], "on_hand": column})

    assert figures(inventory) == {("N1", "A"): 1, ("N2", "A"): 2}


@pytest.mark.parametrize("share", [0.001, 0.5])
def test_few_rows_and_many_are_counted_alike(share):
    """Whether pages are made one by one or all anew, the figures are the same."""
    luck = np.random.default_rng(3)
    nodes, skus = [f"N{n}" for n in range(30)], [f"K{k}" for k in range(150)]
    cells = [(node, sku) for node in nodes for sku in skus]
    inventory = Inventory(Stock(node=n, sku=k, on_hand=9) for n, k in cells)
    picked = luck.permutation(len(cells))[: int(share * len(cells))].tolist()
    counts = luck.integers(0, 20, len(picked)).tolist()

    inventory.apply(
        {
            "node": [cells[at][0] for at in picked],
            "sku": [cells[at][1] for at in picked],
            "on_hand": counts,
        }
    )

    expected = dict.fromkeys(cells, 9)
    expected |= {cells[at]: n for at, n in zip(picked, counts, strict=True)}
    assert figures(inventory) == expected
    assert all(inventory.available(*cell) == n for cell, n in expected.items())
