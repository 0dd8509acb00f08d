"""The shortest way to say a plan by hand, and to ask the judge about it."""

import math

from builders import network, node, order, stock
from domroute.plan import Content, Costs, Plan, Shipment, Unfilled
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.verify import verify
from domroute.words import Method

# One degree of latitude: 6371.009 km x pi / 180.
DEGREE_KM = 6371.009 * math.pi / 180
FREE = Policy(costs=[], unfilled_penalty=7.0)


def ship(name, *contents, costs=None, km=0.0, workload=None, **fields):
    """Make a shipment of order o1 from contents such as ``"A2"``: 2 units of A."""
    made = tuple(Content(text[:-1], text[:-1], int(text[-1])) for text in contents)
    load = sum(part.quantity for part in made) if workload is None else workload
    method = Method(fields.pop("method", "ship"))
    costs = Costs.of(costs or {})
    return Shipment(
        "o1", name, method, made, costs, **fields, distance_km=km, workload=load
    )


def left(text, cost=7.0):
    """Leave units of a line, such as ``"A2"``."""
    sku, units = text[:-1], int(text[-1])
    return Unfilled("o1", sku, sku, units, Reason.OUT_OF_STOCK, cost * units)


def plan(*parts, **order_costs):
    """Make a plan of shipments and what they leave."""
    return Plan(
        tuple(part for part in parts if isinstance(part, Shipment)),
        tuple(part for part in parts if isinstance(part, Unfilled)),
        Costs.of(order_costs),
    )


def codes(made, wanted=None, **more):
    """Return the codes that the judge finds in a plan for 2 A and 1 B."""
    return [issue.code for issue in faults(made, wanted, **more)]


def faults(made, wanted=None, *, nodes=None, policy=FREE, held=None, cost=None, **more):
    """Return the faults themselves."""
    quotes = more.pop("quotes", None)
    nodes = nodes or [node("N1"), node("N2")]
    units = held or {"N1": {"A": 5, "B": 5}, "N2": {"A": 5, "B": 5}}
    return verify(
        made,
        wanted or order(A=2, B=1),
        network(*nodes, **more),
        stock(**units),
        policy,
        quotes=quotes,
        cost=cost,
    )


RIGHT = plan(ship("N1", "A2"), ship("N2", "B1"))
