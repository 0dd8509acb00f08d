"""The shortest way to ask what a term charges, through the router and its judge."""

import math

from builders import Problem, network, order, stock
from changes import route
from domroute.costs import Quotes
from domroute.policy import Policy

PLENTY = 99


def problem_of(*terms, nodes, quotes=None, held=None, **wanted):
    """Make a problem of one order over nodes with plenty of A, B and C."""
    more = {
        key: wanted.pop(key) for key in ("items", "services", "rules") if key in wanted
    }
    rules = more.pop("rules", ())
    made = network(*nodes, **more)
    plenty = {item.sku: PLENTY for item in made.items}
    units = held or dict.fromkeys((node.id for node in nodes), plenty)
    return Problem(
        order(**wanted),
        made,
        stock(**units),
        Policy(costs=terms, rules=rules, unfilled_penalty=None),
        quotes or Quotes(),
    )


def charge(*terms, **more):
    """Return what the best plan costs, by both exact methods."""
    problem = problem_of(*terms, **more)
    by_subset, by_program = route(problem), route(problem, "mip")
    assert math.isclose(by_subset.cost, by_program.cost, abs_tol=1e-6)
    return by_subset.cost
