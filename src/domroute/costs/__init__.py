"""What a choice costs: a file a term, behind one protocol, and a line here."""

from domroute.costs.base import TermModel as TermModel
from domroute.costs.carbon import Carbon as Carbon
from domroute.costs.charges.steps import Steps as Steps
from domroute.costs.distance import Distance as Distance
from domroute.costs.handling import Handling as Handling
from domroute.costs.lateness import Lateness as Lateness
from domroute.costs.nature import Cover as Cover
from domroute.costs.nature import Fact as Fact
from domroute.costs.nature import Nature as Nature
from domroute.costs.nature import nature_of as nature_of
from domroute.costs.parcel import parcel_service as parcel_service
from domroute.costs.quotes import Quotes as Quotes
from domroute.costs.registry import register as register
from domroute.costs.shipping import Shipping as Shipping
from domroute.costs.speed import Speed as Speed
from domroute.costs.stability import Stability as Stability
from domroute.costs.stock_balance import FullStock as FullStock
from domroute.costs.stock_balance import StockBalance as StockBalance
from domroute.costs.stock_level import StockLevel as StockLevel
from domroute.costs.stock_value import Saving as Saving
from domroute.costs.stock_value import StockValue as StockValue
from domroute.costs.stock_value import UnitValue as UnitValue
from domroute.costs.term import Charges as Charges
from domroute.costs.term import CostTerm as CostTerm
from domroute.costs.term import Question as Question
from domroute.costs.term import ShipmentFacts as ShipmentFacts
