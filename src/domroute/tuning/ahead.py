"""How stock is valued ahead of demand."""

from __future__ import annotations

from domroute.units import Count, Growth, Multiplier, Ratio, Units, Wait, Whole
from domroute.validation import Frozen


class AheadTuning(Frozen):
    """The values of stock: the program of a forecast, and the climb without it."""

    large: Whole = 1_000_000
    """Kinds of orders times contended cells, above which the program takes too long."""
    rounds: Count = 200
    """Rounds of the program at most: new plans, then new prices."""
    thin: Units = 10.0
    """Units in the cell of the middle, below which chance decides what is scarce."""
    draws: Whole = 8
    """Futures drawn then, where nobody says how many."""
    unlikely: Ratio = 4.0
    """Standard deviations by which drawn demand may be above what is expected."""
    left: Multiplier = 10.0
    """What leaving an order costs that must be filled, beside the dearest one alone."""
    again: Whole = 40
    """Times that the program is solved again for what one more unit saves: each takes
    some hundredths of a second."""
    steps: Whole = 400
    """Steps of the climb to the prices of what is expected."""
    drawn_steps: Whole = 60
    """Steps from there to the prices of a draw."""
    between: Count = 20
    """Steps after which kinds in no table are asked again, and the compiled kernel is
    looked for."""
    streak: Count = 5
    """Steps that all pay, after which they get longer."""
    longer: Growth = 1.25
    """By what factor they do."""
    wait_s: Wait = 5.0
    """Seconds to wait for the compiled kernel, which finds the same."""
