"""How a wave is solved: prices, a plan from them, then better ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domroute.units import (
    Count,
    Fraction,
    Growth,
    Memory,
    Multiplier,
    Ratio,
    Seconds,
    Wait,
    Whole,
)
from domroute.validation import Frozen

Ratios = Annotated[tuple[Ratio, ...], Field(min_length=1)]


class KernelTuning(Frozen):
    """From what size on the compiled kernel is worth loading, where there is one."""

    orders: Whole = 100
    """Orders of a wave from which it is."""
    limit_s: Wait = 2.0
    """Seconds of the time limit from which it is loaded, too."""
    size: Whole = 20_000
    """Prices in the tables of the wave from which it is, too."""
    wait_s: Wait = 2.0
    """Seconds to wait for it, once, at the beginning."""
    wait_share: Fraction = 0.1
    """Share of the time left to wait for it at most."""
    piece: Count = 64
    """Orders that a thread takes at a time."""


class SearchTuning(Frozen):
    """How the stages share the time."""

    turn_share: Fraction = 0.3
    """Share of the time limit that one turn of all orders takes at most."""
    first_share: Fraction = 0.06
    """Share of the time left that makes prices good enough to know nodes that
    matter."""
    alone_share: Fraction = 0.1
    """Share of the time left for what orders of many parts cost alone."""
    alone_least_s: Wait = 0.02
    """Seconds for one such order below which its bound is not asked for."""
    kept: Count = 30
    """Nodes that each order of a large wave keeps."""
    ample: Ratio = 1.15
    """How many times the demand there must be of stock; of less each order keeps twice
    as many nodes: what is left over at far nodes has to be used by someone."""
    wide: Ratio = 1.3
    """How many times as many nodes as are kept orders must have for that to be worth
    while."""
    ascent_share: Fraction = 0.12
    """Share of the time then left that makes prices good enough to plan by."""
    longest_ascent_share: Fraction = 0.4
    """Share that it may take, where the steps below have not been made before, or the
    wave is tiny."""
    ascent_steps: Whole = 120
    """Steps that prices make before that is enough."""
    rising_steps: Whole = 400
    """Steps of a small wave that has no plan yet, and no ceiling over all plans: where
    there is none, prices rise for ever and prove nothing; the joint program settles
    it."""
    leaning_share: Fraction = 0.1
    """Share of the time then left for prices of one unit more, where the best are
    known."""
    tightening_share: Fraction = 0.4
    """Share of the time then left for making the bound tighter."""
    together_share: Fraction = 0.35
    """Share of the time for what orders of several tiers cost at least together."""
    proofs: Multiplier = 8.0
    """Seconds of climbing for each second of proving, about."""
    patience_s: Seconds = 20.0
    """Seconds that an executor has to answer, even if the time limit is shorter."""
    piece: Count = 1 << 18
    """Bundles in a piece sent to an executor: pricing takes longer than asking; Dask
    warns of 10 megabytes."""
    watch_s: Wait = 0.2
    """Seconds between two reports of progress."""
    tick_s: Wait = 0.02
    """Seconds between two points of the history."""


class PricesTuning(Frozen):
    """The ascent of prices."""

    first: Multiplier = 0.05
    """The first step, beside what a unit costs on average."""
    least: Multiplier = 1e-3
    """The first step where a unit costs nothing, in the currency."""
    mean_memory: Memory = 0.9
    """How much of the mean of slopes is kept at each step."""
    square_memory: Memory = 0.99
    """How much of the mean of their squares is kept."""
    patience: Count = 8
    """Steps without a better bound after which steps get shorter."""
    shorter: Fraction = 0.75
    """By what factor they do."""
    streak: Count = 6
    """Steps in a row with a better bound after which slow steps get longer."""
    longer: Growth = 4.0
    """By what factor they do."""
    slow: Ratio = 0.02
    """What a step is slow below, beside what a unit costs by now: where orders cost
    next to nothing as long as no price is asked, the first step says nothing of how
    long steps should be."""
    shortest: Fraction = 1e-4
    """Where the ascent ends: a step this small beside the first."""
    more: Multiplier = 0.1
    """Units that a cell has more where the lower end of prices is looked for."""
    as_good: Fraction = 1e-5
    """What the bound may lose by that, beside itself."""


class CrowdingTuning(Frozen):
    """Prices on half a cell or more, which make the bound tighter."""

    first: Multiplier = 0.3
    """The first step, beside that of the prices of units alone."""
    memory: Memory = 0.98
    """How much of the means of what is too crowded is kept at each step."""
    patience: Count = 12
    """Steps without a better bound after which steps get shorter."""


class PlanningTuning(Frozen):
    """Plans by prices, and the joint program."""

    tiny: Whole = 400
    """Bundles up to which the clock is looked at as little as may be."""
    joint: Whole = 4_000
    """Bundles up to which the whole wave is asked as one integer program; a program of
    one order without a plan, and its rivals, has as many columns at most."""
    joint_share: Fraction = 0.7
    """Share of the time left that the joint program may take."""
    before_share: Fraction = 0.15
    """Share of the time left for improving the plan before it."""
    before_s: Wait = 0.5
    """Seconds for that at most, unless the wave is tiny."""
    before_turns: Whole = 10
    """Turns for each order then, at most."""
    fading: Ratios = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
    """Shares of the prices at which all orders are placed again, one after another."""
    few: Whole = 2_000
    """Orders below which other sequences are tried, and every better plan of the
    improvement is kept at once."""
    refusals: Whole = 12
    """Times that orders which have been refused are asked again before the others."""
    look: Count = 64
    """Orders placed between two looks at the clock."""
    fast_look: Count = 2048
    """The same of the compiled kernel."""
    repair_share: Fraction = 0.1
    """Share of the time left for one order that has no plan, and its rivals."""
    negotiating_share: Fraction = 0.7
    """Share of the time left for the orders to negotiate, at most."""


class NegotiationTuning(Frozen):
    """Orders that negotiate: what is over costs more from round to round."""

    mild: Multiplier = 0.1
    """The penalty at first, beside what a unit costs on average."""
    harsh: Multiplier = 2.0
    """The penalty at last."""
    step: Ratio = 0.02
    """What a price moves for a unit over, beside that, in cells of one unit."""
    rounds: Whole = 400
    """Rounds at most."""
    quiet: Count = 3
    """Rounds in which nothing happens, after which they end."""
    together: Count = 256
    """Orders that answer at once, at most."""
    pieces: Count = 32
    """Pieces of a wave, at least."""


class RuinTuning(Frozen):
    """The improvement: a few orders freed, and placed again."""

    size: Count = 6
    """Orders freed at a time."""
    draws: Count = 4
    """Orders looked at to find one that pays too much."""
    tries: Whole = 5
    """Looks for holders at a node, for each order freed, where any order is freed."""
    roaming: Fraction = 0.3
    """Share of the turns that free any order, at first: who pays too much is the better
    guide then."""
    roaming_late: Fraction = 0.8
    """The same, late."""
    roaming_half: Multiplier = 5.0
    """Turns for each order after which it is halfway."""
    fades: Ratios = (0.0, 0.7, 1.0, 1.3)
    """Shares of the prices at which orders are placed again, in turn."""
    warmth: Ratio = 0.05
    """What a plan may be worse at first, in costs of an average order."""
    turns: Count = 8
    """Turns between two looks at the clock."""
    fast_turns: Count = 256
    """The same of the compiled kernel; a quarter of the orders, if that is more."""


class WaveTuning(Frozen):
    """All of a wave."""

    kernel: KernelTuning = KernelTuning()
    search: SearchTuning = SearchTuning()
    prices: PricesTuning = PricesTuning()
    crowding: CrowdingTuning = CrowdingTuning()
    planning: PlanningTuning = PlanningTuning()
    negotiation: NegotiationTuning = NegotiationTuning()
    ruin: RuinTuning = RuinTuning()
