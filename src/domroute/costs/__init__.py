"""What a choice costs: one file per term, behind one protocol."""

from domroute.costs.base import TermModel
from domroute.costs.distance import Distance
from domroute.costs.handling import Handling
from domroute.costs.nature import Cover, Fact, Nature, nature_of
from domroute.costs.parcel import parcel_service
from domroute.costs.quotes import Quotes
from domroute.costs.registry import register
from domroute.costs.shipping import Shipping
from domroute.costs.stock_balance import FullStock, StockBalance
from domroute.costs.stock_level import StockLevel
from domroute.costs.stock_value import Saving, StockValue, UnitValue
from domroute.costs.term import Charges, CostTerm, Question, ShipmentFacts

__all__ = [
    "Charges",
    "CostTerm",
    "Cover",
    "Distance",
    "Fact",
    "FullStock",
    "Handling",
    "Nature",
    "Question",
    "Quotes",
    "Saving",
    "ShipmentFacts",
    "Shipping",
    "StockBalance",
    "StockLevel",
    "StockValue",
    "TermModel",
    "UnitValue",
    "nature_of",
    "parcel_service",
    "register",
]
