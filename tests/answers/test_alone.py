"""What each node fills by itself: all of them at once, beside one after another."""

from random import Random

import numpy as np
import pytest

from builders import Crowding, node
from domroute.answers.alone import alone_at_each_node
from domroute.answers.assembly import costs_of
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.router import Router
from domroute.sourcing.limits import limits_of
from domroute.sourcing.offers import tabulate
from domroute.split.atoms import atoms_of
from stages import Stages, problem_at, stages_of
from worlds import served_world, world

NODES = [node(f"N{at}", per_shipment=at**2 / 2 + 0.5) for at in (1, 2, 3)]


def one_by_one(stages, at):
    """Fill by one node, shipment by shipment, as the docstring says; ``(J, A)``."""
    offers, policy, atoms, arrays = stages
    table = tabulate(offers, atoms)
    limits = limits_of(offers, table, policy, arrays)
    taken = np.zeros_like(table.limit)
    for group in range(len(offers.problem.groups)):
        open_ = np.flatnonzero((table.node == at) & (table.group == group)).tolist()
        while open_:
            left = (table.steps - taken.sum(axis=1))[:, None]
            here = np.isin(np.arange(len(table.node)), open_)
            fill = limits.fit(np.minimum(table.limit, left) * here, taken)
            able = [offer for offer in open_ if fill[:, offer].any()]
            if not able:
                break
            worth = [
                (
                    -table.units_of(fill[:, offer][None, :]).sum(),
                    table.price_at(fill[:, offer][None, :], np.array([offer]))[0],
                    offer,
                )
                for offer in able
            ]
            best = min(worth)[-1]
            taken[:, best] = fill[:, best]
            open_.remove(best)
            if not offers.several:
                break
    return taken


@pytest.mark.parametrize("draw", [world, served_world])
@pytest.mark.parametrize("seed", range(40))
def test_nodes_at_once_fill_as_one_by_one(seed, draw):
    """Whatever limits, capacities, deliveries and services there are."""
    made = draw(Random(seed))
    router = Router(made.network, made.inventory, made.policy)
    question = router._compiled.everywhere(made.order, made.quotes)
    offers = question.offers
    atoms = atoms_of(offers.problem)
    stages = Stages(offers, made.policy, atoms, question.arrays)

    alone = alone_at_each_node(*stages)

    of_node = alone.table.node
    for at in range(len(question.arrays.nodes)):
        expected = one_by_one(stages, at)
        assert (np.where(of_node == at, alone.taken, 0) == expected).all()
        takes = alone.takes(at)
        assert alone.units[at] == sum(int(take.units.sum()) for take in takes)
        cost = sum(costs_of(take).total for take in takes)
        assert alone.cost[at] == pytest.approx(cost, rel=1e-9, abs=1e-9)


def test_node_alone_fills_what_it_can():
    """N1 has one of two A, N2 both and B; N3 nothing."""
    nodes = [node(f"N{at}") for at in (1, 2, 3)]
    held = {"N1": {"A": 1}, "N2": {"A": 2, "B": 1}}
    stages = stages_of(problem_at(nodes, held, A=2, B=1), all_nodes=True)

    alone = alone_at_each_node(*stages)

    units = [[take.units.tolist() for take in alone.takes(at)] for at in range(3)]
    assert units == [[[1, 0]], [[2, 1]], []]
    assert alone.units.tolist() == [1, 3, 0]


def test_what_one_delivery_takes_the_next_cannot():
    """N1 has one A, asked for at two places: alone it fills one of them."""
    away = Delivery(to={"lat": 1.0, "lon": 0.0})
    lines = [
        {"id": "l1", "sku": "A", "quantity": 1},
        {"id": "l2", "sku": "A", "quantity": 1, "delivery": away},
    ]
    stages = stages_of(
        problem_at(NODES[:1], {"N1": {"A": 1}}, lines=lines), all_nodes=True
    )

    (take,) = alone_at_each_node(*stages).takes(0)

    assert take.units.sum() == 1


def test_curve_prices_what_each_node_fills():
    """One unit at N1 and N3, four at N2: a quarter for the square of them."""
    policy = Policy(costs=[Crowding()])
    held = {"N1": {"A": 1}, "N2": {"A": 4}, "N3": {"A": 1}}
    stages = stages_of(problem_at(NODES, held, policy, A=4), all_nodes=True)

    assert alone_at_each_node(*stages).cost.tolist() == [0.25, 4.0, 0.25]
