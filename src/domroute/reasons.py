"""The stable codes that say why a node is excluded or a unit stays unfilled."""

from enum import StrEnum


class Reason(StrEnum):
    """
    Why a node may not fill a line, or why units of a line stay unfilled.

    The values are public API: they are stored, counted and compared by the systems
    around this library, and never change their meaning.

    Examples
    --------
    >>> Reason("too_far").sentence
    'it is farther from the customer than allowed'
    """

    # A node is excluded.
    DISABLED = "disabled"
    NOT_ACTIVE = "not_active"
    NO_ORDER_DATE = "no_order_date"
    METHOD_NOT_OFFERED = "method_not_offered"
    NOT_THE_PICKUP_NODE = "not_the_pickup_node"
    OUTSIDE_PICKUP_RADIUS = "outside_pickup_radius"
    NOT_THE_PINNED_NODE = "not_the_pinned_node"
    EXCLUDED_BY_LINE = "excluded_by_line"
    NOT_ELIGIBLE = "not_eligible"
    MISSING_CAPABILITY = "missing_capability"
    TOO_FAR = "too_far"
    LOWER_PRIORITY = "lower_priority"
    NO_SERVICE = "no_service"
    NO_DATE = "no_date"
    AFTER_CUTOFF = "after_cutoff"
    TOO_LATE = "too_late"
    ALLOCATED = "allocated"
    EXPIRED = "expired"
    NO_STOCK = "no_stock"
    NO_CAPACITY = "no_capacity"
    BELOW_MINIMUM_ORDER = "below_minimum_order"
    NO_PLAN_USES_IT = "no_plan_uses_it"

    # Units stay unfilled.
    OUT_OF_STOCK = "out_of_stock"
    NOT_ENOUGH_STOCK = "not_enough_stock"
    NO_ELIGIBLE_NODE = "no_eligible_node"
    PINNED_NODE_SHORT = "pinned_node_short"
    PICKUP_NODE_SHORT = "pickup_node_short"
    SPLIT_LIMIT = "split_limit"
    SHIP_COMPLETE = "ship_complete"
    SHIP_TOGETHER = "ship_together"
    NOT_TOGETHER = "not_together"
    LINE_NOT_SPLITTABLE = "line_not_splittable"
    CHEAPER_UNFILLED = "cheaper_unfilled"
    NO_PLAN_FILLS_MORE = "no_plan_fills_more"
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    LIMIT_REACHED = "limit_reached"
    NO_CAUSE_PROVEN = "no_cause_proven"
    AS_DECIDED = "as_decided"

    @property
    def sentence(self) -> str:
        """The reason in words an operator understands, fit to follow a colon."""
        return _SENTENCES[self]


_SENTENCES: dict[Reason, str] = {
    Reason.DISABLED: "it is switched off",
    Reason.NOT_ACTIVE: "it was not open for orders when this one was placed",
    Reason.NO_ORDER_DATE: "it is open in a window of time, and the order has no date",
    Reason.METHOD_NOT_OFFERED: "it does not offer this delivery method",
    Reason.NOT_THE_PICKUP_NODE: "the customer chose another node to pick up at",
    Reason.OUTSIDE_PICKUP_RADIUS: "it lies outside the customer's pick-up radius",
    Reason.NOT_THE_PINNED_NODE: "the line is pinned to another node",
    Reason.EXCLUDED_BY_LINE: "the line excludes it",
    Reason.NOT_ELIGIBLE: "a rule of the policy leaves it out",
    Reason.MISSING_CAPABILITY: "nobody there may handle this kind of item",
    Reason.TOO_FAR: "it is farther from the customer than allowed",
    Reason.LOWER_PRIORITY: "nodes of better priority can fill as much",
    Reason.NO_SERVICE: "no service it offers can carry these items there",
    Reason.NO_DATE: "it promises no date within the days that are looked at",
    Reason.AFTER_CUTOFF: "it is too late in the day for it to come the same day",
    Reason.TOO_LATE: "it would come after it is needed",
    Reason.ALLOCATED: "what there is, is for other channels",
    Reason.EXPIRED: "what there is would not be good for long enough when it comes",
    Reason.NO_STOCK: "it has none of the ordered items available",
    Reason.NO_CAPACITY: "it has no capacity left",
    Reason.BELOW_MINIMUM_ORDER: "what it could fill is worth less than its minimum",
    Reason.NO_PLAN_USES_IT: "no plan that may be made uses it",
    Reason.OUT_OF_STOCK: "no node has any available",
    Reason.NOT_ENOUGH_STOCK: "the eligible nodes have too few available",
    Reason.NO_ELIGIBLE_NODE: "every node that has it is excluded",
    Reason.PINNED_NODE_SHORT: "the pinned node does not have enough",
    Reason.PICKUP_NODE_SHORT: "the pick-up node does not have enough",
    Reason.SPLIT_LIMIT: "filling it would need more splits than allowed",
    Reason.SHIP_COMPLETE: "the order ships complete or not at all",
    Reason.SHIP_TOGETHER: "lines that must ship together cannot",
    Reason.NOT_TOGETHER: "it cannot come on one date with the rest of its delivery",
    Reason.LINE_NOT_SPLITTABLE: "no single node can give the whole quantity",
    Reason.CHEAPER_UNFILLED: "filling it costs no less than its unfilled penalty",
    Reason.NO_PLAN_FILLS_MORE: "no plan that may be made fills more of it",
    Reason.ATTEMPTS_EXHAUSTED: "nodes have refused it as often as may be tried",
    Reason.LIMIT_REACHED: "the search ended before it was proven that they must stay",
    Reason.NO_CAUSE_PROVEN: "no cause was proven in the time there was",
    Reason.AS_DECIDED: "the decision as given leaves them",
}
