"""Services that differ by zones alone, some of which dates leave out at some nodes."""

import random
from datetime import timedelta

import numpy as np
import pytest

from builders import item, line, node, order, stock
from dated import at, dated_network, ground
from domroute.answers.compiled import Compiled
from domroute.costs import Handling, Shipping
from domroute.orders import Delivery
from domroute.policy import Policy

WEDNESDAY = at("2026-11-18T10:00")
NOTHING = 1e9


def block_of(seed):
    """Lay out three services of one rule of zones, late from some nodes."""
    draw = random.Random(seed)
    nodes = [
        node(
            f"N{n}",
            (draw.uniform(0, 12), 0.0),
            per_shipment=float(draw.randint(0, 3)),
            processing={"days": draw.randint(0, 2)},
        )
        for n in range(8)
    ]
    services = [
        ground(
            name,
            rates=[[rate * zone, 1.5 * rate * zone] for zone in (1.0, 1.4, 2.0)],
            bands=(300.0, 900.0),
            transit_days=[days, days + 1, days + 2],
        )
        for name, rate, days in (("a", 3.0, 3), ("b", 5.0, 2), ("c", 9.0, 1))
    ]
    goods = [item(sku, weight_kg=draw.uniform(0.1, 0.9)) for sku in "AB"]
    held = {each.id: {sku: draw.randint(0, 3) for sku in "AB"} for each in nodes}
    wanted = order(
        *("o1", line("l1", "A", 2), line("l2", "B")),
        placed_at=WEDNESDAY,
        delivery=Delivery(need_by=WEDNESDAY + timedelta(days=draw.randint(1, 5))),
    )
    ready = Compiled.of(
        dated_network(nodes, services, items=goods),
        stock(**held),
        Policy(costs=[Handling(), Shipping()]),
    )
    blocks = ready.offers(wanted, None).blocks
    return blocks[0] if blocks else None


@pytest.mark.parametrize("seed", range(60))
def test_kinds_of_nodes_are_priced_as_offers_one_by_one(seed):
    """What is marked as no offer is priced as though it were left out."""
    block = block_of(seed)
    if block is None or block.made is None:
        return
    left = block.only(np.arange(len(block.nodes)) >= 0)  # all that there are
    plain = block.only(block.made)
    bundles = np.array([[1, 0], [2, 0], [0, 1], [1, 1], [2, 1]], float)
    count = 1 + int(block.nodes.max())

    even, _ = block.price_nodes(bundles, count, NOTHING)
    each, _ = plain.price_nodes(bundles, count, NOTHING)

    assert left is block
    assert plain.kinds is None
    np.testing.assert_allclose(even, each)
    for bundle in bundles.astype(int):
        for place in set(block.nodes.tolist()):
            one, other = block.cheapest(bundle, place), plain.cheapest(bundle, place)
            assert (one is None) == (other is None)
            if one is not None:
                assert block.service_of(one[0]) == plain.service_of(other[0])
                assert one[1] == pytest.approx(other[1])


def test_some_worlds_have_kinds():
    """Lest the test above look at nothing."""
    marked = [block_of(seed) for seed in range(60)]

    assert sum(b is not None and b.made is not None for b in marked) > 20
