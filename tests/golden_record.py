"""
What is answered at fixed work, a line an answer: the record that a rebuilding keeps to.

No clock decides anything: every order and wave has all the time it asks for, and what
ends the search of a larger wave is the gap it may leave.
"""

from __future__ import annotations

import math
import random
import runpy
from hashlib import sha256
from pathlib import Path

from benchmarks.families.networks import Shape, draw_stream

from changes import PATIENCE_S
from domroute import Network, NodePriority, Router, SolveOptions
from domroute.costs import Distance, StockBalance, StockLevel
from domroute.instances import load
from wave_brute_force import drawn_wave
from worlds import world

ROOT = Path(__file__).parents[1]
DATA = ROOT / "../shared/data"
KEPT = Path(__file__).parent / "golden"
METHODS = (
    *("subset", "mip", "greedy"),
    *("nearest_first", "most_coverage_first", "dc_store_split"),
)


def bundled():
    """Route what comes with the library."""
    for name, seed in (("tiny", 0), ("us_retail", 0), ("us_retail", 1)):
        scenario = load(name, seed=seed)
        yield from _one_by_one(f"{name}-{seed}", _patient(scenario), scenario.orders)


def real():
    """
    Route the first 3,000 of the real orders; nothing is kept back for later ones.

    Of their plans a digest is kept: none of the data is to be copied here.
    """
    build = runpy.run_path(str(ROOT / "examples/real_run.py"))["build_scenario"]
    scenario = build(DATA, limit=3000)
    router = _patient(scenario)
    for at, order in enumerate(scenario.orders):
        result = router.route(order)
        digest = sha256(_plan(result.plan).encode()).hexdigest()[:16]
        yield f"real-{at} {_figures(result)} {result.method} {digest}"


def problems():
    """Route random problems: limits of every kind, ladders, terms, methods."""
    for seed in range(1100):
        yield _asked(f"world-{seed}", world(random.Random(seed)))
    for seed in range(600):
        yield _asked(f"spiced-{seed}", _spiced(random.Random(10_000 + seed)))
    for seed, lines in enumerate([(1, 3), (2, 4), (3, 5)]):
        shape = Shape(nodes=40, orders=100, lines=lines, stocked=0.4)
        stream = draw_stream(shape, seed=seed)
        router = _patient(stream.router())
        yield from _one_by_one(f"drawn-{seed}", router, stream.orders)


def waves():
    """Route waves: small ones with every limit, and larger ones short of stock."""
    for seed in range(40):
        made = drawn_wave(seed)
        yield _wave(f"small-{seed}", made, made.orders, 0.0, quotes=made.quotes)
    for seed in range(10):
        shape = Shape(nodes=30, orders=60, skus=20, lines=(1, 3), stocked=0.5)
        stream = draw_stream(shape, seed=seed)
        gap = (0.03, 0.1)[seed % 2]
        yield _wave(f"scarce-{seed}", stream.router(), stream.orders, gap)


PARTS = {part.__name__: part for part in (bundled, real, problems, waves)}
"""What is recorded, each part in a file of its name."""


def read(name):
    """Read the record of a part, line by line."""
    return (KEPT / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def write(name):
    """Record a part anew."""
    KEPT.mkdir(exist_ok=True)
    text = "".join(f"{line}\n" for line in PARTS[name]())
    (KEPT / f"{name}.txt").write_text(text, encoding="utf-8")


# --- what is asked -------------------------------------------------------------------


def _patient(asked):
    """Make a router of what has one's parts, that gives an order all its time."""
    policy = asked.policy
    solve = policy.solve.model_copy(update={"time_limit_s": PATIENCE_S})
    policy = policy.model_copy(update={"solve": solve})
    return Router(asked.network, asked.inventory, policy)


def _one_by_one(name, router, orders):
    """Tell of orders one after the other, each alone."""
    for order in orders:
        yield f"{name}/{order.id} {told(router.route(order))}"


def _asked(name, made):
    """Tell of the order of a world that was drawn."""
    return f"{name} {told(_patient(made).route(made.order, quotes=made.quotes))}"


def _spiced(rng):
    """Draw a world with ladders, more terms, and a method of its own."""
    made = world(rng)
    rule = rng.choice(
        [NodePriority(), NodePriority(drain=True), NodePriority(price=1.5), None]
    )
    costs = [
        term
        for term in (
            Distance(per_shipment_km=0.02),
            StockLevel(price=0.7, target_units=2.0),
            StockBalance(price=0.3),
        )
        if rng.random() < 0.4
    ]
    nodes = [
        node.model_copy(update={"priority": rng.choice([1, 1, 2, 3])})
        for node in made.network.nodes
    ]
    policy = made.policy.model_copy(
        update={
            "rules": (*made.policy.rules, *([] if rule is None else [rule])),
            "costs": (*made.policy.costs, *costs),
            "solve": SolveOptions(method=rng.choice(METHODS)),
        }
    )
    network = Network(
        nodes=nodes, items=made.network.items, services=made.network.services
    )
    return made._replace(network=network, policy=policy)


def _wave(name, asked, orders, gap, quotes=None):
    """Tell of orders that are routed together."""
    router = _patient(asked)
    batch = router.route_batch(orders, quotes=quotes, time_limit_s=PATIENCE_S, gap=gap)
    plans = " & ".join(f"{each.order_id} {_plan(each.plan)}" for each in batch)
    return f"{name} {_figures(batch)} {plans}"


# --- what is told --------------------------------------------------------------------


def told(result):
    """Tell a result in one line."""
    return f"{_figures(result)} {result.method} {_plan(result.plan)}"


def _figures(result):
    """Write what is claimed: status, cost and bound."""
    return f"{result.status} {_amount(result.cost)} {_amount(result.bound)}"


def _amount(value):
    """Write an amount to a millionth: sums may be rounded otherwise elsewhere."""
    return f"{value + 0.0:.6f}" if math.isfinite(value) else str(value)


def _plan(plan):
    """Write what each node ships, and what is left and why."""
    shipments = [
        f"{part.node_id}/{part.method}/{part.service or '-'}"
        f"[{', '.join(f'{c.line_id}*{c.quantity}' for c in part.contents)}]"
        for part in plan.shipments
    ]
    left = [f"{x.line_id}*{x.quantity} {x.reason}" for x in plan.unfilled]
    return "; ".join([*shipments, *left]) or "nothing"
