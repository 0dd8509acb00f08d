"""
Routes beside a thread that moves the stock: ``python -m benchmarks.follower``.

A follower sets so many cells a second of the ledger that is routed on, new ones among
them, and reserves and releases what it may. Every result must pass the judge on the
snapshot that it carries, be the same when its order is asked again on that snapshot,
and give reasons for units left short that a count of the snapshot's cells by hand bears
out.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.families.networks import Shape, draw_stream
from domroute import InputError, MaxDistance, Policy, Router, SplitLimits, verify
from domroute.plan import Content, Plan, Shipment

SHAPE = Shape(
    nodes=30,
    orders=300,
    skus=60,
    lines=(1, 4),
    units=(1, 2, 3),
    stocked=0.15,
    deepest=3,
)
FAR_KM = 2500.0
MOST = 2
POLICY = Policy(rules=[MaxDistance(km=FAR_KM)], splits=SplitLimits(max_shipments=MOST))
COUNTS = (*(0,) * 24, 1, 2, 3)
STEP_S = 0.01
SWITCH_S = 1e-6


@dataclass
class Follower:
    """
    What moves the stock.

    Parameters
    ----------
    inventory
        The ledger.
    cells
        All that may be counted: (node, SKU).
    rate
        How many a second.
    """

    inventory: object
    cells: list
    rate: float
    seed: int = 0
    done: Counter = field(default_factory=Counter)
    fault: BaseException | None = None

    def __post_init__(self):
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.follow, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def follow(self):
        """Count cells at the rate that is asked for, until it is over."""
        luck, started = random.Random(self.seed), time.perf_counter()
        try:
            while not self.over.wait(STEP_S):
                due = self.rate * (time.perf_counter() - started)
                self.move(luck, int(due) - self.done["cells"])
        except BaseException as error:  # noqa: BLE001 - told by whoever asks
            self.fault = error

    def move(self, luck, count):
        """Set some cells, and hold or give back a unit of one of them."""
        picked = luck.sample(self.cells, min(count, len(self.cells)))
        if not picked:
            return
        nodes, skus = zip(*picked, strict=True)
        units = [luck.choice(COUNTS) for _ in picked]
        self.inventory.apply({"node": nodes, "sku": skus, "on_hand": units})
        self.done["cells"] += len(picked)
        order = f"f{luck.randrange(40)}"
        take = Shipment(order, nodes[0], "ship", (Content("l1", skus[0], 1),))
        for change in (self.inventory.release, self.inventory.reserve):
            try:
                change(order if change == self.inventory.release else Plan((take,)))
                self.done["promises"] += 1
            except InputError:
                self.done["refused"] += 1


def kilometers(one, other):
    """Measure along the great circle of a sphere of 6371.0088 km."""
    a, b = math.radians(one.lat), math.radians(other.lat)
    across = math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * across
    return 2 * 6371.0088 * math.asin(math.sqrt(min(1.0, h)))


class Hand:
    """What a count by hand of a snapshot says of units left short."""

    def __init__(self, network):
        self.nodes = network.nodes

    def near(self, order):
        """List the nodes that are not too far from an order."""
        there = order.destination
        return [n.id for n in self.nodes if kilometers(n.location, there) <= FAR_KM]

    def bears_out(self, result, order, left):
        """Tell whether a reason is true, where cells alone can tell; None if not."""
        counts = [result.snapshot.counts(node.id, left.sku) for node in self.nodes]
        there = {
            node.id: 0 if c is None else max(0, int(c[0] - c[1] - c[2]))
            for node, c in zip(self.nodes, counts, strict=True)
        }
        line = next(line for line in order.lines if line.id == left.line_id)
        near = sum(there[node] for node in self.near(order))
        filled = line.quantity - left.quantity
        match left.reason:
            case "out_of_stock":
                return sum(there.values()) == 0
            case "no_eligible_node":
                return near == 0 < sum(there.values())
            case "not_enough_stock":
                return near < line.quantity
            case "split_limit":
                return near > filled and len(result.plan.shipments) == MOST
        return None


def routed(routes, rate, *, seed=0):
    """
    Route beside a follower, and hold every result against its snapshot.

    Parameters
    ----------
    routes
        How many.
    rate
        Cells that the follower sets in a second.

    Returns
    -------
    tuple
        The follower, how often each reason was given, and how often one of them was
        counted by hand.

    Raises
    ------
    AssertionError
        With the first result that does not hold.
    """
    stream = draw_stream(SHAPE, seed=seed, policy=POLICY)
    network, ledger = stream.network, stream.inventory
    cells = [(node.id, item.sku) for node in network.nodes for item in network.items]
    router, hand = Router(network, ledger, POLICY), Hand(network)
    reasons = Counter()
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        with Follower(ledger, cells, rate, seed) as follower:
            for at in range(routes):
                order = stream.orders[at % len(stream.orders)]
                result = router.route(order)
                faults = verify(result, order, network, result.snapshot, POLICY)
                assert not faults, (at, faults)
                again = router.with_inventory(result.snapshot).route(order)
                assert again == result, (at, result, again)
                for left in result.plan.unfilled:
                    is_true = hand.bears_out(result, order, left)
                    assert is_true is not False, (at, left, result)
                    reasons[str(left.reason), is_true is not None] += 1
                assert follower.fault is None, follower.fault
    finally:
        sys.setswitchinterval(before)
    return follower, reasons


def main():
    """Run it, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--routes", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=1000.0, help="cells a second")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    started = time.perf_counter()
    follower, reasons = routed(asked.routes, asked.rate, seed=asked.seed)
    took = time.perf_counter() - started
    for (reason, is_counted), count in sorted(reasons.items()):
        print(f"{reason:20} {count:7,} {'counted by hand' * is_counted}")
    cells, promises = follower.done["cells"], follower.done["promises"]
    print(
        f"{asked.routes:,} routes in {took:.0f} s beside {cells:,} cells set "
        f"({cells / took:,.0f} a second) and {promises:,} promises made or ended, seed "
        f"{asked.seed}: no exception; all results pass the judge and are the same on "
        "their snapshots"
    )


if __name__ == "__main__":
    main()
