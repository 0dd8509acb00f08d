"""Stock: loading many rows, and the ledger at work."""

import numpy as np
from benchmarks.families.networks import Shape, draw_stream

from domroute import Inventory


def test_load(benchmark):
    """100,000 rows from columns, every unit counted."""
    nodes = [f"N{n:03d}" for n in range(100)]
    skus = [f"K{k:04d}" for k in range(1000)]
    units = np.arange(100_000) % 7.0

    inventory = benchmark(
        Inventory.from_columns,
        nodes * 1000,
        [sku for sku in skus for _ in nodes],
        units,
    )

    assert len(inventory) == 100_000
    # Row 100 k + n: the SKU's number times 100, and the node's.
    assert inventory.available("N042", "K0007") == (100 * 7 + 42) % 7


def test_apply(benchmark):
    """10,000 counts of a ledger of 100,000 rows, half of them of new cells."""
    nodes = [f"N{n:03d}" for n in range(100)]
    skus = [f"K{k:04d}" for k in range(1000)]
    inventory = Inventory.from_columns(
        nodes * 1000, [sku for sku in skus for _ in nodes], np.ones(100_000)
    )
    feed = {
        "node": [f"{'NM'[at % 2]}{at % 100:03d}" for at in range(10_000)],
        "sku": [skus[at // 10] for at in range(10_000)],
        "on_hand": list(range(10_000)),
    }

    told = benchmark(lambda: inventory.copy().apply(feed))

    # Ten in a row are of one SKU, at five nodes that are there and five that are not.
    assert (told.rows, told.made) == (10_000, 5_000)


def test_reserve_and_release(benchmark):
    """A plan's units leave the ledger and come back."""
    stream = draw_stream(Shape(orders=1, lines=(5, 5)))
    plan = stream.router().route(stream.orders[0]).plan
    inventory = stream.inventory
    shipment = plan.shipments[0]
    content = shipment.contents[0]
    before = inventory.available(shipment.node_id, content.sku)

    def there_and_back():
        inventory.reserve(plan)
        between = inventory.available(shipment.node_id, content.sku)
        inventory.release(stream.orders[0].id)
        return between

    between = benchmark(there_and_back)

    assert between == before - content.quantity
    assert inventory.available(shipment.node_id, content.sku) == before
