"""A stream made easier has all that ever comes, and as much of it as comes."""

from datetime import timedelta

from builders import line, order
from domroute import Inventory, Policy, Scenario, Stock
from domroute.events import Placed, Received, Returned
from domroute.ledger import Inbound
from domroute.replay.world import Returns, World
from domroute.whatif.relaxing import relax
from replay.streams import START, STORES, drawn_orders, shop

SHOP = shop(units=8, kept=("A", "", ""))


def units_of(*events, scenario=SHOP, **world):
    """Return the units on hand of a relaxed stream, by node and SKU."""
    placed = [Placed(order=each) for each in drawn_orders(0)]
    easy = relax(scenario, [*placed, *events], Policy(), world=World(**world), seed=0)
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


def test_every_part_of_what_is_inbound_counts():
    """Eight on hand, three tomorrow and four the day after: fifteen."""
    parts = [
        Inbound(at=START + timedelta(days=days), quantity=units)
        for days, units in ((1, 3), (2, 4))
    ]
    row = Stock(node="d1", sku="A", on_hand=8, inbound=parts)
    scenario = Scenario(
        name="expecting",
        network=SHOP.network,
        inventory=Inventory([row]),
        policy=Policy(),
    )

    assert units_of(scenario=scenario)["d1", "A"] == 15


def test_what_is_inbound_counts_beside_receipts():
    """Eight on hand, three tomorrow and a truck of four that nobody announced."""
    part = Inbound(at=START + timedelta(days=1), quantity=3)
    row = Stock(node="d1", sku="A", on_hand=8, inbound=[part])
    scenario = Scenario(
        name="expecting", network=SHOP.network, inventory=Inventory([row])
    )

    assert units_of(received("d1", 4), scenario=scenario)["d1", "A"] == 15


def test_every_unit_drawn_to_come_back_to_a_store_counts():
    """Two of A and, on another line, one more: the nearest store gets three."""
    wanted = order(
        "late", line("l1", "A", 2), line("l2", "A"), at=STORES["s1"], placed_at=START
    )
    returns = Returns(share=1.0, in_store=1.0, resalable=1.0)
    placed = Placed(order=wanted)

    before = units_of(returns=returns).get(("s1", "A"), 0)

    assert units_of(placed, returns=returns)["s1", "A"] == before + 3
