"""Orders and networks as arrays: sorted, indexed, and refused by name."""

import numpy as np
import pytest

from builders import item, line, network, node, order, pickup, place, stock
from domroute.errors import InputError
from domroute.indexing import StockMap, index_order
from domroute.network import Capacity
from domroute.orders import Delivery
from domroute.problem import NetworkArrays
from domroute.words import DistanceMethod, Measure
from plans import DEGREE_KM

NODES = [
    node("N2", at=(1.0, 0.0), capacity={"limit": 3, "measure": "units"}),
    node("N10", max_distance_km=5.0, priority=2),
    node("N1", kind="store", minimum_order=4.0, enabled=False),
]


def arrays_of(*nodes, method=DistanceMethod.GREAT_CIRCLE, **more):
    """Compile a network."""
    return NetworkArrays.of(network(*(nodes or NODES), **more), method)


def index(asked, held, *nodes, all_nodes=False, **more):
    """Index an order over nodes."""
    arrays = arrays_of(*nodes, **more)
    return index_order(
        arrays, StockMap(arrays, stock(**held)), asked, all_nodes=all_nodes
    )


def test_nodes_are_sorted_by_id():
    """The rows may come in any order; the arrays have one."""
    arrays = arrays_of()

    assert [made.id for made in arrays.nodes] == ["N1", "N10", "N2"]
    assert arrays.node_at == {"N1": 0, "N10": 1, "N2": 2}
    assert arrays.enabled.tolist() == [False, True, True]
    assert arrays.priority.tolist() == [1, 2, 1]
    assert arrays.reach_km.tolist() == [np.inf, 5.0, np.inf]
    assert arrays.minimum_order.tolist() == [4.0, 0.0, 0.0]
    assert arrays.capacity.limit.tolist() == [np.inf, np.inf, 3.0]
    assert arrays.capacity.measures == (None, None, Measure.UNITS)
    assert arrays.offers["pickup"].tolist() == [True, False, False]


@pytest.mark.parametrize("method", list(DistanceMethod))
def test_distances_are_measured_by_the_method(method):
    """A degree north is 111.195 km on the sphere, 110.574 on the ellipsoid."""
    arrays = arrays_of(method=method)

    km = arrays.distances_km(np.array([2, 0]), place())

    expected = DEGREE_KM if method == "great_circle" else 110.574
    assert km == pytest.approx([expected, 0.0], abs=1e-3)


def test_lines_are_sorted_and_skus_shared():
    """Lines by id; a SKU on two lines is one SKU."""
    asked = order("o1", line("l2", "A", 3), line("l10", "B"), line("l1", "A"))

    made = index(asked, {"N2": {"A": 4}})

    assert [part.id for part in made.lines] == ["l1", "l10", "l2"]
    assert made.skus == ("A", "B")
    assert made.sku_of.tolist() == [0, 1, 0]
    assert made.quantity.tolist() == [1, 1, 3]
    assert made.shares_skus


def test_prices_are_the_lines_or_else_the_items():
    """A line's own price goes before the catalog's; sizes are the item's."""
    box = item("A", weight_kg=2.0, length_cm=1, width_cm=2, height_cm=3, unit_price=9.0)
    asked = order("o1", line("l1", "A", unit_price=5.0), line("l2", "A"))

    made = index(asked, {"N2": {"A": 4}}, items=[box])

    assert made.unit_price.tolist() == [5.0, 9.0]
    assert made.weight_kg.tolist() == [2.0, 2.0]
    assert made.volume_cm3.tolist() == [6.0, 6.0]


def test_nodes_at_hand_have_some_of_it():
    """Nodes without any of the order are left out, unless all are asked for."""
    held = {"N2": {"A": 4, "C": 1}, "N10": {"C": 1}, "N1": {"A": 0}}

    some, every = (
        index(order(A=1, B=1), held, all_nodes=everyone) for everyone in (False, True)
    )

    assert some.nodes.tolist() == [2]
    assert some.stock.tolist() == [[4], [0]]
    assert every.nodes.tolist() == [0, 1, 2]
    assert every.stock.tolist() == [[0, 0, 4], [0, 0, 0]]


def test_groups_are_deliveries():
    """Lines with equal deliveries are a group, whose distances are to its own place."""
    away = Delivery(to=place((1.0, 0.0)))
    asked = order(
        "o1",
        line("l1", "A"),
        line("l2", "A", delivery=away),
        line("l3", "A", delivery=Delivery(to=place((1.0, 0.0)))),
        line("l4", "A", delivery=pickup("N1")),
    )

    made = index(asked, {"N2": {"A": 9}, "N10": {"A": 9}})

    assert [group.lines.tolist() for group in made.groups] == [[0], [1, 2], [3]]
    # N10 is on the spot, N2 a degree north; the pick-up is at N1, on the spot.
    km = [group.distance_km.round(1).tolist() for group in made.groups]
    assert km == [[0.0, 111.2], [111.2, 0.0], [0.0, 111.2]]


def test_order_is_held_to_the_network():
    """What it names and the network does not have is told before it is indexed."""
    with pytest.raises(InputError, match="sku 'Z' is not an item of the network"):
        index(order("o1", Z=1), {})


def test_unknown_names_of_stock_are_all_told():
    """Stock of what is not in the catalog, or where nobody is, is refused."""
    with pytest.raises(InputError) as caught:
        StockMap(arrays_of(), stock(N9={"A": 1}, N2={"Z": 1}))

    assert [(issue.where, issue.code) for issue in caught.value.issues] == [
        ("stock.node", "unknown_id"),
        ("stock.sku", "unknown_id"),
    ]


def test_stock_map_stands_still_until_it_is_moved():
    """What the ledger counts later is seen through the map of a later snapshot."""
    inventory = stock(N2={"A": 4})
    before = StockMap(arrays_of(), inventory)

    inventory.adjust("N2", "A", -1)
    after = before.at(inventory.snapshot())

    assert before.available(("A",), 3).tolist() == [[0, 0, 4]]
    assert after.available(("A",), 3).tolist() == [[0, 0, 3]]


def test_stock_map_of_another_ledger_checks_its_names():
    """A snapshot of other nodes and items is looked up anew, and may be refused."""
    stock_map = StockMap(arrays_of(), stock(N2={"A": 4}))

    other = stock_map.at(stock(N1={"A": 2}).snapshot())
    with pytest.raises(InputError, match="'N9' is not a node of the network"):
        stock_map.at(stock(N9={"A": 1}).snapshot())

    assert other.available(("A",), 3).tolist() == [[2, 0, 0]]


def test_demands_are_those_of_what_each_node_counts():
    """One of four in each; a node without a limit counts nothing."""
    kinds = ("orders", "lines", "units", "workload")
    nodes = [
        node(f"N{at}", capacity=Capacity(limit=1, measure=kind))
        for at, kind in enumerate(kinds)
    ]
    arrays = NetworkArrays.of(network(*nodes, node("N9")), DistanceMethod.GREAT_CIRCLE)

    uses = arrays.capacity.demands
    rows = [uses.per_order, uses.per_line, uses.per_unit, uses.per_work]

    assert np.array(rows).tolist() == np.eye(4, 5).tolist()
    assert arrays.capacity.counts_lines(np.arange(5))
    assert not arrays.capacity.counts_lines(np.array([0, 4]))
