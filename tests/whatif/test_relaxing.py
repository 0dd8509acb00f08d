"""A stream made easier has all that ever comes, and as much of it as comes."""

from domroute import Policy
from domroute.replay.events import Placed, Received, Returned
from domroute.replay.world import World
from domroute.whatif.relaxing import relax
from replay.streams import START, drawn_orders, shop


def units_of(*events, policy=None):
    """Return the units on hand of a relaxed stream, by node and SKU."""
    placed = [Placed(order=each) for each in drawn_orders(0)]
    easy = relax(
        shop(units=8, kept=("A", "", "")),
        [*placed, *events],
        Policy() if policy is None else policy,
        world=World(),
        seed=0,
    )
    return {(row.node, row.sku): row.on_hand for row in easy.inventory}


def received(node, units):
    """Receive units of A."""
    return Received(at=START, node=node, sku="A", quantity=units)


def test_every_receipt_of_a_cell_counts():
    """Eight on hand, and two trucks with three and four: fifteen."""
    assert units_of(received("d1", 3), received("d1", 4))["d1", "A"] == 15


def test_receipts_open_cells_that_held_nothing():
    """Two trucks to a store that had none: five."""
    assert units_of(received("s1", 3), received("s1", 2))["s1", "A"] == 5


def test_what_is_brought_back_is_there_beside_receipts():
    """Two of a line brought to a store that gets three: five."""
    order = drawn_orders(0)[0]
    line = order.lines[0]
    back = Returned(at=START, order=order.id, line=line.id, quantity=1, node="s1")
    truck = Received(at=START, node="s1", sku=line.sku, quantity=3)

    assert units_of(back, back, truck)["s1", line.sku] == 5
