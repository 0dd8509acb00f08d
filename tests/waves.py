"""Waves drawn at random, compiled."""

import numpy as np

from builders import item, line, network, node, order, stock
from domroute.batch.cells import Prices
from domroute.batch.wave import compile_wave
from domroute.costs import Handling, Shipping
from domroute.network import Capacity
from domroute.policy import Policy
from domroute.router import Router

SKUS = "ABCD"


def compiled(orders, nodes, held, **policy):
    """Compile orders over nodes with some stock; work at nodes costs, unless told."""
    return compiled_with_router(orders, nodes, held, **policy)[0]


def compiled_with_router(orders, nodes, held, **policy):
    """Do so, and return the router as well."""
    settled = Policy(**{"costs": [Handling()], **policy})
    skus = sorted({sku for row in held.values() for sku in row})
    made = network(*nodes, items=[item(sku) for sku in skus])
    router = Router(made, stock(**held), settled)
    ready = router._compiled
    wave = compile_wave(
        orders, lambda one: ready.offers(one, None), settled, ready.arrays
    )
    return wave, router


def capacities(measure):
    """Make up limits on a measure, or on several: two more of each than of the last."""
    names = (measure,) if isinstance(measure, str) else measure or ()
    return [Capacity(limit=4 + 2 * at, measure=name) for at, name in enumerate(names)]


def drawn(seed, count=15, measure=None, **policy):
    """
    Draw orders of up to three lines over five nodes, and compile them.

    Every second node has the first limit only, where there are several.
    """
    rng = np.random.default_rng(seed)
    limits = capacities(measure)
    nodes = [
        node(
            f"N{n}",
            (float(rng.uniform(0, 9)), float(rng.uniform(0, 9))),
            per_shipment=float(rng.integers(1, 9)),
            per_line=float(rng.integers(0, 3)),
            capacity=limits if n % 2 == 0 else limits[:1],
        )
        for n in range(5)
    ]
    held = {n.id: {k: int(rng.integers(0, 4)) for k in SKUS} for n in nodes}
    orders = [
        order(
            f"o{i}",
            *(
                line(f"l{j}", str(k), int(rng.integers(1, 3)))
                for j, k in enumerate(rng.choice(list(SKUS), rng.integers(1, 4)))
            ),
        )
        for i in range(count)
    ]
    settled = Policy(
        **{"costs": [Handling(), Shipping()], "unfilled_penalty": 40.0, **policy}
    )
    made = network(*nodes, items=[item(k) for k in SKUS])
    router = Router(made, stock(**held), settled)
    ready = router._compiled
    wave = compile_wave(
        orders, lambda one: ready.offers(one, None), settled, ready.arrays
    )
    return wave, router, orders


def random_prices(wave, seed):
    """Draw prices for contended cells and rows of capacity with a limit."""
    rng = np.random.default_rng(seed)
    units = rng.exponential(3.0, len(wave.stock)) * wave.is_contended
    load = rng.exponential(1.0, len(wave.capacity)) * wave.is_limited
    return Prices.of(units, load)
