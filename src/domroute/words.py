"""The enumerations that orders, networks, plans and policies share."""

from enum import StrEnum


class Method(StrEnum):
    """
    How a delivery reaches the customer.

    ``pickup``, ``curbside`` and ``locker`` are filled from the stock of the node the
    customer comes to; ``ship_to_store`` ships from any node to the named one.
    ``merge`` is no delivery, but what a node may offer: to put together what comes from
    several nodes for one delivery.
    """

    SHIP = "ship"
    SAME_DAY = "same_day"
    PICKUP = "pickup"
    CURBSIDE = "curbside"
    LOCKER = "locker"
    SHIP_TO_STORE = "ship_to_store"
    MERGE = "merge"

    @property
    def is_delivery(self) -> bool:
        """Whether a customer may ask for it."""
        return self is not Method.MERGE

    @property
    def is_collected(self) -> bool:
        """Whether the customer collects from the stock of the node itself."""
        return self in (Method.PICKUP, Method.CURBSIDE, Method.LOCKER)

    @property
    def ends_at_node(self) -> bool:
        """Whether the customer comes to a node for it, wherever it comes from."""
        return self.is_collected or self is Method.SHIP_TO_STORE

    @property
    def is_same_day(self) -> bool:
        """Whether it comes on the day of its order, or not at all."""
        return self is Method.SAME_DAY


class Supply(StrEnum):
    """
    What a shipment is made of.

    ``in_stock``: all of it is there. ``back_order``: it waits for stock still to come.
    ``pre_order``: it holds an item that is released after its order was placed.
    """

    IN_STOCK = "in_stock"
    BACK_ORDER = "back_order"
    PRE_ORDER = "pre_order"


class KitForm(StrEnum):
    """
    How the components of a kit may leave.

    ``together``: those of each kit from one node in one shipment. ``parts``: from
    several, as long as whole kits come of them.
    """

    TOGETHER = "together"
    PARTS = "parts"


class Measure(StrEnum):
    """What a node's capacity counts."""

    ORDERS = "orders"
    LINES = "lines"
    UNITS = "units"
    WORKLOAD = "workload"


class Per(StrEnum):
    """
    What a capacity is the limit of.

    ``period``: all that is asked from one start of a period to the next. ``day``: the
    work of each working day of the node.
    """

    PERIOD = "period"
    DAY = "day"


class Status(StrEnum):
    """
    What is claimed of a plan.

    ``optimal``: proven best within the policy's gap. ``feasible``: a limit ended the
    search; the gap says how far the plan may be from the best. ``infeasible``: proven
    that no plan satisfies the hard rules.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


class Objective(StrEnum):
    """
    What makes one plan better than another.

    ``cost``: the weighted sum of all terms. ``fewest_shipments``: leave least unfilled
    (by penalty), then use the fewest shipments, then be cheapest.
    """

    COST = "cost"
    FEWEST_SHIPMENTS = "fewest_shipments"


class DistanceMethod(StrEnum):
    """How kilometers are measured: on a sphere, or on the WGS84 ellipsoid (slower)."""

    GREAT_CIRCLE = "great_circle"
    GEODESIC = "geodesic"
