"""
Kinds of charges: a file a kind, each with the same faces.

Who prices a shipment, bounds it or writes a program asks the charge, not its kind.
"""

from domroute.costs.charges.anyof import AnyOf as AnyOf
from domroute.costs.charges.charge import Below as Below
from domroute.costs.charges.charge import Charge as Charge
from domroute.costs.charges.charged import Charged as Charged
from domroute.costs.charges.charged import parted as parted
from domroute.costs.charges.checking import check_zones as check_zones
from domroute.costs.charges.curve import Curve as Curve
from domroute.costs.charges.kinds import Kinds as Kinds
from domroute.costs.charges.linear import Linear as Linear
from domroute.costs.charges.program import Takes as Takes
from domroute.costs.charges.reading import charges_of as charges_of
from domroute.costs.charges.sharing import Sharing as Sharing
from domroute.costs.charges.steps import Steps as Steps
