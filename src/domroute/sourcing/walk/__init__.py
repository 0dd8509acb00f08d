"""
The walk over the lattice of an order: what filling each state costs at least, and how.

By parts, whoever takes each (``parts``), or taker by taker, so that none takes twice
(``takers``); for one order, or for many side by side.
"""

from domroute.sourcing.walk.parts import Filled as Filled
from domroute.sourcing.walk.parts import filled as filled
from domroute.sourcing.walk.parts import filled_by_count as filled_by_count
from domroute.sourcing.walk.takers import WORST as WORST
from domroute.sourcing.walk.takers import Levels as Levels
from domroute.sourcing.walk.takers import Takers as Takers
from domroute.sourcing.walk.takers import nothing_taken as nothing_taken
