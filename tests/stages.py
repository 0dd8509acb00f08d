"""The stages of routing, one at a time, for a problem in hand."""

from typing import NamedTuple

from builders import Problem, network, node, order, stock
from domroute.costs import Quotes
from domroute.indexing import StockMap, index_order
from domroute.offers.blocked import blocked_of
from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.router import Router
from domroute.split.atoms import Atoms, atoms_of

FREE = Policy(costs=[], unfilled_penalty=7.0)


class Stages(NamedTuple):
    """What the methods are given: they all take these four."""

    offers: Offers
    policy: Policy
    atoms: Atoms
    arrays: NetworkArrays


def problem_at(nodes, held, policy=FREE, *, quotes=None, services=(), items="ABC", **f):
    """Make a problem from its parts; the rest says the order."""
    lines = f.pop("lines", ())
    return Problem(
        order("o1", *lines, **f),
        network(*nodes, items=items, services=services),
        stock(**held),
        policy,
        quotes or Quotes(),
    )


def stages_of(problem, *, all_nodes=False):
    """Index, screen and price an order."""
    router = Router(problem.network, problem.inventory, problem.policy)
    arrays = NetworkArrays.of(problem.network, problem.policy.distance)
    stock_map = StockMap(arrays, problem.inventory)
    indexed = index_order(arrays, stock_map, problem.order, all_nodes=all_nodes)
    made = router._compiled.price(indexed, problem.quotes)
    return Stages(made, problem.policy, atoms_of(indexed), arrays)


def why_not(problem):
    """Return the reason for each line and node that is excluded."""
    offers, _, _, arrays = stages_of(problem, all_nodes=True)
    blocked = blocked_of(offers, arrays)
    return {
        (line.id, node.id): reason.value
        for i, line in enumerate(offers.problem.lines)
        for n, node in enumerate(arrays.nodes)
        if (reason := blocked.reason(i, n)) is not None
    }


def one_node(**fields):
    """Make the node under test, N2, beside one that may do everything."""
    return [node("N1"), node("N2", **fields)]


def explain_of(problem):
    """Explain a problem's order."""
    router = Router(problem.network, problem.inventory, problem.policy)
    return router.explain(problem.order, quotes=problem.quotes)
