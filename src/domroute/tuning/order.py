"""How one order is solved: up to what size, for how long, in how many rounds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domroute.units import Count, Fraction, Growth, Seconds, Wait, Whole
from domroute.validation import Frozen

Fractions = Annotated[tuple[Fraction, ...], Field(min_length=1)]


class LatticeTuning(Frozen):
    """Up to what size the parts of an order are listed; beyond, a program is asked."""

    max_states: Count = 8192
    """Parts that an order may have."""
    max_pairs: Count = 2_000_000
    """Pairs of a part and a part of it."""
    max_cells: Count = 4_000_000
    """Parts times offers."""
    max_sums: Count = 20_000_000
    """Pairs times nodes of one recursion over the services of a node."""
    max_ranked: Count = 50_000_000
    """Pairs times nodes and layers of the recursion for a ladder that drains."""


class OffersTuning(Frozen):
    """What may be done, laid out before anyone chooses."""

    max_days: Count = 7
    """Working days with room for some of an order that an offer stands for at most."""


class GreedyTuning(Frozen):
    """The first plan of an order that is not listed."""

    improvement_share: Fraction = 0.06
    """Share of the time limit for improvement, where the greedy method is asked for:
    orders of ordinary size need none of it."""
    second_start_s: Wait = 0.2
    """Seconds of the first construction beyond which there is no second one."""


class ImprovementTuning(Frozen):
    """The moves that make a plan of one order better."""

    max_merged: Whole = 24
    """Shipments up to which all pairs are tried for merging."""
    tried: Whole = 3
    """Offers tried for each shipment that is carried elsewhere, the best first; of
    shipments and pairs of them four times as many are looked at."""


class BoundTuning(Frozen):
    """The bound by prices of lines, which needs no solver."""

    slopes: Fractions = (0.4, 0.7, 1.0)
    """How steep the lines below tariffs are that are tried, as a share of the steepest,
    which starts at nothing."""
    parts: Fractions = (0.3, 0.5, 1.0)
    """Share of what is left to a price that it is raised by, in each round."""
    max_atoms: Whole = 100
    """Atoms above which there is one round only, the last."""


class ProgramTuning(Frozen):
    """The integer program, and the stages in which it is asked."""

    large: Whole = 800
    """Pairs of an atom and an offer from which the whole program is seldom proven."""
    first_s: Seconds = 0.24
    """Seconds of the first round of stages."""
    growth: Growth = 3.0
    """How many times longer each round is than the one before. With the defaults rounds
    end just before 1/4, 1, 10 and 30 seconds are over, which many give."""
    improvement_s: Wait = 0.2
    """Seconds over one plan: those of orders of ordinary size need a few
    milliseconds."""
    whole_share: Fraction = 0.4
    """Share of a round for the whole program."""
    relaxed_share: Fraction = 0.85
    """Share of what that leaves for the program with divisible units."""
    held_share: Fraction = 0.15
    """Share of what that leaves for a plan over the offers chosen so."""
    coarse_gap: Fraction = 1e-3
    """Relative gap within which it is settled which offers ship."""
    stride: Count = 8
    """One line of so many, whose units are whole already, is solved again with the
    rest."""
    goals_share: Fraction = 0.9
    """Share of a round for what comes before cost."""


class CutsTuning(Frozen):
    """The program with its takes projected out, for long orders."""

    rounds: Whole = 40
    """Rounds of cuts at most before whole ships are asked for; a handful as a rule."""
    coarse_gap: Fraction = 2.5e-3
    """Relative gap of the first search for whole ships, which as a rule is over
    soon."""
    kept: Count = 30
    """Choices of ships near the best at which cuts are made before whole ships are
    asked for: without them, each search would find a cheap looking neighbor not yet
    cut off."""
    toward: Fraction = 0.7
    """How far from a point inside toward the last solution cuts are made: such cuts go
    deeper than those at the solution itself."""


class LadderTuning(Frozen):
    """The hard node priority."""

    share: Fraction = 0.3
    """Share of the time limit that finding the rung may take."""


class ReasonsTuning(Frozen):
    """Why units are left, and why a node is not used."""

    share: Fraction = 0.25
    """Share of the time limit of the search that reasons may take besides."""
    least_s: Seconds = 1e-3
    """Seconds that a question gets in any case, should it need the program."""
    node_s: Seconds = 1.0
    """Seconds at most to find out what keeps a node out of every plan, for each cause
    that is tried."""
