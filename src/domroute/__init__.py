"""Route orders: which node fills which part of which order, exactly, with proof."""

from domroute.answers.door import OrderOffers, solve
from domroute.answers.explanation import Explanation, NodeExplanation
from domroute.answers.scoring import Scored
from domroute.batchresult import BatchResult, BatchStatistics, Price
from domroute.calendars import Calendar, Processing
from domroute.capacity import Capacity
from domroute.costs import (
    Backorder,
    Charges,
    CostTerm,
    Distance,
    FullStock,
    Handling,
    Lateness,
    Load,
    Question,
    Quotes,
    ShipmentFacts,
    Shipping,
    Speed,
    Stability,
    StockBalance,
    StockLevel,
    StockValue,
    UnitValue,
    parcel_service,
    register,
)
from domroute.errors import (
    DomrouteError,
    InfeasibleError,
    InputError,
    Issue,
    NoPlanError,
    SolverError,
)
from domroute.forecast import ExpectedOrders, Forecast
from domroute.geography import Location
from domroute.lanes import Lane, LaneCost
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Inbound, Stock
from domroute.network import Component, HandlingCost, Item, Network, Node
from domroute.orders import Delivery, Line, Order, Substitute
from domroute.plan import Content, Costs, Plan, Shipment, Unfilled
from domroute.policy import Policy, PromiseOptions, RerouteOptions, SolveOptions
from domroute.problem import NetworkArrays
from domroute.promises import Promise, PromiseOption
from domroute.reasons import Reason
from domroute.reroute.answer import Rerouted
from domroute.reroute.rebalanced import RebalanceResult, TierResult
from domroute.reroute.state import OrderState, OrderStatus
from domroute.result import RoutingResult, Statistics
from domroute.router import Router
from domroute.rules import (
    EligibleNodes,
    ExcludedNodes,
    MaxDistance,
    NeedBy,
    NodeFilter,
    NodePriority,
    OrderFilter,
    RequireTag,
    Rule,
    SafetyStock,
)
from domroute.scenario import Scenario
from domroute.services import (
    DistanceZones,
    LookupZones,
    RateCard,
    Service,
    Surcharge,
    ZoneRow,
)
from domroute.split import SplitLimits
from domroute.verify import verify
from domroute.words import DistanceMethod, KitForm, Measure, Method, Objective, Status

__all__ = [
    "Backorder",
    "BatchResult",
    "BatchStatistics",
    "Calendar",
    "Capacity",
    "Charges",
    "Component",
    "Content",
    "CostTerm",
    "Costs",
    "Delivery",
    "Distance",
    "DistanceMethod",
    "DistanceZones",
    "DomrouteError",
    "EligibleNodes",
    "ExcludedNodes",
    "ExpectedOrders",
    "Explanation",
    "Forecast",
    "FullStock",
    "Handling",
    "HandlingCost",
    "Inbound",
    "InfeasibleError",
    "InputError",
    "Inventory",
    "Issue",
    "Item",
    "KitForm",
    "Lane",
    "LaneCost",
    "Lateness",
    "Line",
    "Load",
    "Location",
    "LookupZones",
    "MaxDistance",
    "Measure",
    "Method",
    "NeedBy",
    "Network",
    "NetworkArrays",
    "NoPlanError",
    "Node",
    "NodeExplanation",
    "NodeFilter",
    "NodePriority",
    "Objective",
    "Order",
    "OrderFilter",
    "OrderOffers",
    "OrderState",
    "OrderStatus",
    "Plan",
    "Policy",
    "Price",
    "Processing",
    "Promise",
    "PromiseOption",
    "PromiseOptions",
    "Question",
    "Quotes",
    "RateCard",
    "Reason",
    "RebalanceResult",
    "RequireTag",
    "RerouteOptions",
    "Rerouted",
    "Router",
    "RoutingResult",
    "Rule",
    "SafetyStock",
    "Scenario",
    "Scored",
    "Service",
    "Shipment",
    "ShipmentFacts",
    "Shipping",
    "SolveOptions",
    "SolverError",
    "Speed",
    "SplitLimits",
    "Stability",
    "Statistics",
    "Status",
    "Stock",
    "StockBalance",
    "StockLevel",
    "StockValue",
    "Substitute",
    "Surcharge",
    "TierResult",
    "Unfilled",
    "UnitValue",
    "ZoneRow",
    "__version__",
    "parcel_service",
    "register",
    "solve",
    "verify",
]


def __getattr__(name: str) -> str:
    """Read the version when it is asked for: metadata is slow to import."""
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("domroute")
        except PackageNotFoundError:  # pragma: no cover - run from a tree
            return "0"
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
