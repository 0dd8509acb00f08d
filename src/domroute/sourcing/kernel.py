"""The one question everything asks: the cheapest plan for one order, at prices."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.chains import CHAINS, solve_chain
from domroute.sourcing.choice import Choice
from domroute.sourcing.greedy import solve_greedy
from domroute.sourcing.lattice import is_small
from domroute.sourcing.loaded import solve_by_day
from domroute.sourcing.subset import SUBSET
from domroute.sourcing.together import decide_together
from domroute.split.atoms import atoms_of

EXACT: Final = ("auto", "subset", "mip")
"""Methods that prove what they find."""


def decide(
    offers: Offers,
    policy: Policy,
    arrays: NetworkArrays,
    *,
    time_limit_s: float | None = None,
) -> Choice:
    """
    Pick the method that fits the order, and return the best choice with its bound.

    The dynamic program takes orders whose parts are few enough to list; the integer
    program takes the rest, from a greedy start, which stands when the time limit
    passes before anything better is found. A policy may name another method. Deliveries
    that come together are asked date by date, where they would come apart.

    Parameters
    ----------
    offers
        What may be shipped, priced.
    policy, arrays
        Limits, and the network.
    time_limit_s
        Overrides the policy's.
    """
    if not offers.problem.lines:  # all that is asked comes from no node
        return Choice(takes=(), bound=0.0, method=SUBSET)
    limit = policy.solve.time_limit_s if time_limit_s is None else time_limit_s

    def solve(offers: Offers, seconds: float) -> Choice:
        return _decide(offers, policy, arrays, seconds)

    if offers.comes_together:
        choice = decide_together(offers, policy, arrays, solve, seconds=limit)
    else:
        choice = solve(offers, limit)
    if offers.rung.is_proven:
        return choice
    # Of nodes farther down, which the order may need, nothing has been asked.
    bound = offers.rung.holds(choice.bound)
    return replace(choice, bound=bound, proves_goals=False)


def is_listed(offers: Offers, policy: Policy) -> bool:
    """Tell whether the parts of an order are few enough to list in no time."""
    token = () if offers.through is None else (1,)
    steps = (*atoms_of(offers.problem).steps, *token)
    return is_small(steps, offers.count, policy.solve.tuning.lattice)


def _decide(
    offers: Offers,
    policy: Policy,
    arrays: NetworkArrays,
    limit: float,
) -> Choice:
    method = policy.solve.method
    if not offers.is_free and method not in ("subset", "mip"):
        method = "auto"  # rule chains and the greedy do not know what a plan must do
    atoms = atoms_of(offers.problem)
    if offers.drain is not None and method not in EXACT:
        # What a rule asks for is not left to methods that prove nothing.
        method = "auto"
    if method in CHAINS and atoms.tally is None:
        return solve_chain(offers, policy, atoms, arrays)
    if method == "greedy":
        return solve_greedy(offers, policy, atoms, arrays, time_limit_s=limit)
    is_few = is_listed(offers, policy)
    if method != "mip" and is_few:
        choice = solve_by_day(offers, policy, atoms, arrays)
        if choice is not None:
            return choice
    # OR-Tools takes most of a second to import: only orders that need it wait for it.
    from domroute.sourcing.mip import solve_mip

    choice = solve_mip(offers, policy, atoms, arrays, time_limit_s=limit)
    if offers.drain is not None and not choice.proves_goals and is_few:
        # A ladder that is not known to be drained is a rule that may be broken.
        return solve_by_day(offers, policy, atoms, arrays) or choice
    return choice
