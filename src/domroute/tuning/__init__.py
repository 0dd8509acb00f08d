"""
The tuned numbers of all methods, as data.

Every one has the default that did best on the orders and waves it was measured on. They
say where to look and for how long: plans keep to the rules and bounds hold, whatever
they are.
"""

from domroute.tuning.ahead import AheadTuning
from domroute.tuning.order import (
    BoundTuning,
    CutsTuning,
    GreedyTuning,
    ImprovementTuning,
    LadderTuning,
    LatticeTuning,
    OffersTuning,
    ProgramTuning,
    ReasonsTuning,
)
from domroute.tuning.wave import (
    CrowdingTuning,
    KernelTuning,
    NegotiationTuning,
    PlanningTuning,
    PricesTuning,
    RuinTuning,
    SearchTuning,
    WaveTuning,
)
from domroute.validation import Frozen

__all__ = [
    "AheadTuning",
    "BoundTuning",
    "CrowdingTuning",
    "CutsTuning",
    "GreedyTuning",
    "ImprovementTuning",
    "KernelTuning",
    "LadderTuning",
    "LatticeTuning",
    "NegotiationTuning",
    "OffersTuning",
    "PlanningTuning",
    "PricesTuning",
    "ProgramTuning",
    "ReasonsTuning",
    "RuinTuning",
    "SearchTuning",
    "Tuning",
    "WaveTuning",
]


class Tuning(Frozen):
    """
    Every tuned number, by what it tunes; a researcher's, as defaults suit everyone.

    Examples
    --------
    >>> tuning = Tuning(lattice={"max_states": 64})
    >>> tuning.lattice.max_states, tuning.wave.ruin.size
    (64, 6)
    >>> tuning.model_dump(exclude_defaults=True)
    {'lattice': {'max_states': 64}}
    """

    lattice: LatticeTuning = LatticeTuning()
    offers: OffersTuning = OffersTuning()
    greedy: GreedyTuning = GreedyTuning()
    improvement: ImprovementTuning = ImprovementTuning()
    bound: BoundTuning = BoundTuning()
    program: ProgramTuning = ProgramTuning()
    cuts: CutsTuning = CutsTuning()
    ladder: LadderTuning = LadderTuning()
    reasons: ReasonsTuning = ReasonsTuning()
    wave: WaveTuning = WaveTuning()
    ahead: AheadTuning = AheadTuning()
