"""The shortest way to say a dated problem by hand, and to ask the judge about it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from builders import item, node, place, service, stock
from domroute.network import Network
from domroute.orders import Line, Order
from domroute.plan import Content, Plan, Shipment
from domroute.policy import Policy
from domroute.verify import verify
from domroute.verify.measuring import measure_km
from domroute.words import DistanceMethod, Method

NEW_YORK = "America/New_York"
EASTERN = ZoneInfo(NEW_YORK)
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
FREE = Policy(costs=[], unfilled_penalty=7.0)
FIELDS = ("ready_at", "ships_at", "delivers_on", "delivers_at", "valid_until")


def at(text, zone=NEW_YORK, fold=0):
    """Read a local time, of New York unless told, as a moment."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return local.astimezone(ZoneInfo("UTC"))


def dates(*values):
    """Name the five dates of a shipment of what is there."""
    return {**dict(zip(FIELDS, values, strict=True)), "supply": "in_stock"}


def site(name="N1", **fields):
    """Make a node at the equator."""
    return node(name, **fields)


def ground(name="ground", **fields):
    """Make a service."""
    return service(name, **fields)


def dated_order(when, *, goal=None, to=(0.0, 0.0), **fields):
    """Order one A, at a local time of New York unless it has an offset."""
    placed = datetime.fromisoformat(when) if isinstance(when, str) else when
    if placed is not None and placed.tzinfo is None:
        placed = placed.replace(tzinfo=EASTERN)
    lines = [Line(id="A", sku="A", quantity=1)]
    goal = goal or place(to)
    return Order(id="o1", lines=lines, destination=goal, placed_at=placed, **fields)


def dated_ship(made, name="N1", **fields):
    """Ship the A with dates."""
    how = Method(fields.pop("method", "ship"))
    contents = (Content("A", "A", 1),)
    return Shipment("o1", name, how, contents, workload=1.0, **fields, **made)


def dated_network(nodes, services=(), calendars=(), **fields):
    """Make a network in New York with one item, A."""
    made = item("A", **fields.pop("item_fields", {}))
    return Network(
        **{
            "nodes": nodes,
            "items": [made],
            "services": services,
            "calendars": calendars,
            "time_zone": NEW_YORK,
            **fields,
        }
    )


def dated_faults(made, when, *, nodes, services=(), calendars=(), **more):
    """Return what the judge finds in one A from the first node by the first service."""
    item_fields = more.pop("item_fields", {})
    policy, quotes = more.pop("policy", FREE), more.pop("quotes", None)
    costs = {key: more.pop(key) for key in ["costs"] if key in more}
    wanted = dated_order(when, **more)
    method = wanted.delivery.method
    is_collected = method.is_collected
    name = services[0].id if services and not is_collected and quotes is None else None
    goal = wanted.destination
    if wanted.delivery.node is not None:
        goal = next(n for n in nodes if n.id == wanted.delivery.node).location
    km = measure_km(nodes[0].location, goal, DistanceMethod.GREAT_CIRCLE)
    shipment = dated_ship(
        made, nodes[0].id, method=method, service=name, distance_km=km, **costs
    )
    made_of = dated_network(nodes, services, calendars, item_fields=item_fields)
    held = stock(**{each.id: {"A": 1} for each in nodes})
    return verify(Plan((shipment,)), wanted, made_of, held, policy, quotes=quotes)


def dated_codes(made, when, **room):
    """Return the codes of what the judge finds."""
    return [issue.code for issue in dated_faults(made, when, **room)]
