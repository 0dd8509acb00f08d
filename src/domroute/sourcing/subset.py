r"""
The exact dynamic program over the parts of one order.

Let :math:`c(T, n)` be the cost of taking the part :math:`T` of an order from node
:math:`n`: any function at all. With :math:`c(T) = \min_n c(T, n)`,

.. math::

   F(\emptyset) = 0, \qquad
   F(S) = \min_{\emptyset \ne T \subseteq S} c(T) + F(S - T)

is the cheapest way to fill :math:`S`, and the best plan fills the :math:`S` that
minimizes :math:`F(S)` plus the penalty of what is left. Parts are multisets when lines
ask for several units. The recursion lets two parts share a node; when the best plan
found does so, it is solved again node by node, where they cannot.

References
----------
.. [1] Held, M. and Karp, R. M. (1962). A dynamic programming approach to sequencing
   problems. *Journal of SIAM* 10(1), for programs over subsets.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable
from dataclasses import replace
from itertools import repeat
from typing import Final

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.bundles import Bundles, price_bundles
from domroute.sourcing.bydate import is_there, shares_by_date
from domroute.sourcing.causes import are_caused
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN, Choice, Take
from domroute.sourcing.lattice import Lattice, lattice_of
from domroute.sourcing.partitions import (
    best_parts,
    cheapest_rest,
    fill,
    most_parts,
)
from domroute.sourcing.ranked import best_of, drain_ranks, is_quick, solve_ranked
from domroute.sourcing.settling import settle
from domroute.sourcing.several import is_one_as_cheap, may_gain, shipped
from domroute.sourcing.token import add_token
from domroute.sourcing.totals import (
    Totals,
    counts_shipments,
    is_worth_one_node,
    total_costs,
)
from domroute.sourcing.walk import Takers, nothing_taken
from domroute.split.atoms import Atoms, atoms_of
from domroute.units import BoolArray, FloatArray

SUBSET: Final = "subset"
_NEAR: Final = 1e-6
"""Share of a price within which another is not known to be more."""
_Pick = tuple[int, int]
"""A bundle and the node it is taken from."""


def solve_subset(
    offers: Offers, policy: Policy, atoms: Atoms, arrays: NetworkArrays
) -> Choice | None:
    """
    Find the best plan of one order, proven; None if its limits need another method.

    Notes
    -----
    Time :math:`O(P M + Q)` for :math:`P` parts, :math:`M` nodes and :math:`Q` pairs of
    a state and a part of it: :math:`2^L` and :math:`3^L` for lines of one unit.
    """
    if needs_two_counts(offers, policy):
        return None
    lattice = lattice_of(atoms.steps)
    tuned = policy.solve.tuning.lattice
    is_lean = _may_be_lean(offers, policy, arrays)
    bundles = price_bundles(offers, lattice, atoms, arrays, tuned, is_lean=is_lean)
    if not bundles.is_whole:
        return None
    totals = total_costs(offers, policy, bundles)
    if offers.drain is not None:
        ranks = drain_ranks(_counted(offers, bundles), offers.drain)
        if ranks is None or not is_quick(lattice, bundles, totals, tuned):
            return None
        bundles = replace(bundles, rank=ranks)
    if offers.through is not None:
        lattice, bundles, totals = add_token(
            atoms.steps, bundles, totals, offers.through
        )
    found = solve_parts(lattice, bundles, totals, collected_in(offers, bundles))
    if found is not None and bundles.is_lean and _repeats(found[1]):
        # All that leaves that node may cost less together, or be more than it has.
        bundles = price_bundles(offers, lattice, atoms, arrays, tuned)
        found = solve_parts(lattice, bundles, totals, ())
    if not bundles.is_whole:
        return None
    if found is None:
        return Choice(
            takes=None, bound=np.inf, method=SUBSET, states=len(bundles.units)
        )
    cost, picks = found
    taken = [(bundles.units[part], node) for part, node in picks]
    leads = _leads(offers, bundles, picks)
    takes = takes_of(offers, taken, divided=bundles.divided, leads=leads)
    is_hidden = not is_seen(offers, policy, bundles, arrays) and has_several(takes)
    choice = Choice(takes, cost, SUBSET, states=len(bundles.units))
    return None if is_hidden else _allowed(offers, choice, takes)


def _allowed(offers: Offers, choice: Choice, takes: tuple[Take, ...]) -> Choice | None:
    """Return what was found if it may be so; None if bundles did not show that."""
    # Deliveries of one node may want the same units by the same date.
    if not is_there(offers, takes):
        return None
    if are_caused(offers, takes):
        return choice
    # Moments were no worse than those before; or parcels apart would be cheaper.
    choice = settle(choice, offers, None)
    return choice if are_caused(offers, choice.takes or ()) else None


def _may_be_lean(offers: Offers, policy: Policy, arrays: NetworkArrays) -> bool:
    """
    Tell whether several shipments of a node cost no less than as many bundles of it.

    Then a plan that is the best with bundles of one shipment each, and has no node
    twice, is the best of all. Not where shipments or nodes are counted, or all that
    leaves a node must be worth something.
    """
    (first, *others) = offers.problem.groups
    splits = policy.splits
    return (
        not others
        and offers.problem.ways is None  # parts are worth what they are together
        and first.delivery.radius_km is None
        and offers.drain is None
        and offers.through is None
        and not counts_shipments(policy)
        and splits.max_nodes is None
        and not is_worth_one_node(offers, policy)
        and not arrays.minimum_order[offers.problem.nodes].any()
    )


def _leads(offers: Offers, bundles: Bundles, picks: list[_Pick]) -> list[float]:
    """
    Say by how much a node's next offer must cost more, lest it be as cheap.

    Infinitely, where other nodes ask for as little, or that is not looked at.
    """
    first, *others = offers.blocks or (None,)
    if others or first is None or first.dates is None or first.room is not None:
        return [math.inf] * len(picks)
    found = []
    for part, node in picks:
        row = bundles.price[part]
        lead = _NEAR * max(1.0, abs(row[node]))
        near = np.count_nonzero(row <= row[node] + lead)
        found.append(lead if near == 1 else math.inf)
    return found


def _repeats(picks: list[_Pick]) -> bool:
    """Tell whether some node is picked twice."""
    return len({node for _, node in picks}) < len(picks)


def _counted(offers: Offers, bundles: Bundles) -> FloatArray:
    """Count what bundles fill, as a ladder that drains counts; ``(P, L)``."""
    ways = offers.problem.ways
    return bundles.units if ways is None else bundles.units * ways.weights[0]


def needs_two_counts(offers: Offers, policy: Policy) -> bool:
    """Tell whether shipments and nodes are both counted, and differ."""
    if len(offers.problem.groups) == 1:
        return False
    splits = policy.splits
    counts_nodes = splits.max_nodes is not None or splits.min_order_value > 0
    return splits.min_part_value > 0 or (
        counts_nodes
        and (
            splits.max_shipments is not None
            or splits.split_price > 0
            or policy.objective == "fewest_shipments"
        )
    )


def has_several(takes: tuple[Take, ...]) -> bool:
    """Tell whether a node sends some delivery by several services."""
    return len({(take.node, take.block.group) for take in takes}) < len(takes)


def is_seen(
    offers: Offers, policy: Policy, bundles: Bundles, arrays: NetworkArrays
) -> bool:
    """
    Tell whether what a plan must keep to can be seen from its bundles alone.

    Not where several services of one node may share a bundle, and it matters how many
    shipments there are, or in how many of them a line is: then a plan is the best only
    if no bundle of it is shared so.
    """
    if not bundles.several:
        return True
    nodes, has_limits = offers.problem.nodes, offers.eligibility.capacity
    counts_lines = has_limits is not None and arrays.capacity.counts_lines(nodes)
    return not counts_shipments(policy) and not counts_lines


def collected_in(offers: Offers, bundles: Bundles) -> tuple[BoolArray, ...]:
    """Tell which bundles touch each delivery that is collected within a radius."""
    return tuple(
        np.any(bundles.units[:, group.lines], axis=1)
        for group in offers.problem.groups
        if group.delivery.radius_km is not None
    )


def solve_parts(
    lattice: Lattice,
    bundles: Bundles,
    totals: Totals,
    collected: tuple[BoolArray, ...],
) -> tuple[float, list[_Pick]] | None:
    """
    Find the best bundles whatever an order asks of them; None if nothing is allowed.

    The better of one part, which need not be worth anything, and several.

    Parameters
    ----------
    lattice, bundles, totals
        The order.
    collected
        For each delivery that is collected at one node, the bundles that touch it.
    """
    if totals.least_part_value <= 0:
        return _solve_collected(lattice, bundles, totals, collected)
    alone = _solve_collected(lattice, bundles, replace(totals, most_parts=1), collected)
    worthy = bundles.worth(totals.least_part_value)
    several = _solve_collected(lattice, worthy, totals, collected)
    return best_of([alone, several], bundles, totals)


def _solve_collected(
    lattice: Lattice,
    bundles: Bundles,
    totals: Totals,
    collected: tuple[BoolArray, ...],
) -> tuple[float, list[_Pick]] | None:
    """Solve; where a customer would collect at two nodes, try each node alone."""
    found = solve_bundles(lattice, bundles, totals)
    if found is None:
        return None
    for has in collected:
        nodes = {node for part, node in found[1] if has[part]}
        if len(nodes) <= 1:
            continue
        usable = np.flatnonzero((bundles.price[has] < IS_FORBIDDEN).any(axis=0))
        tried = []
        for node in usable.tolist():
            price = bundles.price.copy()
            others = np.arange(price.shape[1]) != node
            price[np.ix_(has, others)] = FORBIDDEN
            only = replace(bundles, price=price)
            tried.append(_solve_collected(lattice, only, totals, collected))
        return best_of(tried, bundles, totals)
    return found


def solve_bundles(
    lattice: Lattice, bundles: Bundles, totals: Totals
) -> tuple[float, list[tuple[int, int]]] | None:
    """
    Find the best bundles, each with its node; None if nothing is allowed.

    Solved with parts that may share a node; again without, where they do.
    """
    if bundles.rank is not None:
        return solve_ranked(lattice, bundles, totals)
    cost, parts = best_parts(lattice, bundles, totals)
    if cost >= IS_FORBIDDEN:
        return None
    picks = [(part, int(bundles.price[part].argmin())) for part in parts]
    if bundles.is_lean or not _repeats(picks):
        return cost, picks
    return _node_by_node(lattice, bundles, totals, _upper_bound(bundles, cost, picks))


def _upper_bound(bundles: Bundles, cost: float, picks: list[_Pick]) -> float:
    """Return the cost of a plan near the picks in which no node is used twice."""
    used: set[int] = set()
    for part, node in picks:
        taker = node
        if node in used:
            price = bundles.price[part].copy()
            price[list(used)] = FORBIDDEN
            taker = int(price.argmin())
            cost += float(price[taker] - bundles.price[part, node])
        used.add(taker)
    return cost


def _useful_nodes(
    lattice: Lattice, bundles: Bundles, totals: Totals, upper: float
) -> list[int]:
    """Leave out nodes that no plan within an upper bound can use."""
    layers = fill(lattice, bundles, totals).layers
    extra = totals.ends_counted(np.zeros_like(layers))
    rest = cheapest_rest(lattice, extra, layers, totals.part_weights(bundles))
    least = (bundles.price[1:] + rest[1:, None]).min(axis=0, initial=FORBIDDEN)
    within = least <= upper + 1e-9 * max(1.0, abs(upper))
    return np.flatnonzero(within & (least < IS_FORBIDDEN)).tolist()


def _node_by_node(
    lattice: Lattice, bundles: Bundles, totals: Totals, upper: float
) -> tuple[float, list[_Pick]] | None:
    """Walk node by node, so that no node is used twice."""
    nodes = _useful_nodes(lattice, bundles, totals, upper)
    prices = [(bundles.price[:, node],) for node in nodes]
    weights, layers = None, 1
    if totals.counts_parts:
        weights = totals.part_weights(bundles)
        layers = most_parts(lattice, bundles, totals) + 1
    walk = Takers(lattice.every, weights)
    history = [nothing_taken(len(bundles.units), layers)]
    for price in prices:
        history.append(walk.after(price, history[-1]))
    (cost,) = history[-1]
    layer, state = totals.best_end(cost)
    total = float(totals.ends_counted(cost)[layer, state])
    if total >= IS_FORBIDDEN:
        return None
    picks = walk.picks(prices, history, layer, state)
    return total, [(part, nodes[taker]) for part, taker in picks]


def takes_of(
    offers: Offers,
    picks: list[tuple[FloatArray, int]],
    *,
    divided: Container[int] = (),
    leads: Iterable[float] = repeat(math.inf),
) -> tuple[Take, ...]:
    """
    Turn units of each line at nodes at hand into shipments, for the least in all.

    Parameters
    ----------
    offers
        The order.
    picks
        Units of each line, and the position of the node that ships them.
    divided
        The nodes that may do so by several services at once; others by the cheapest
        that carries it all.
    leads
        By how much more the next offer of the node must cost for each of these, lest
        some offer be known to be as cheap.
    """
    atoms: Atoms | None = None
    takes = []
    for (units, node), least in zip(picks, leads, strict=False):
        for block in offers.blocks:
            mine = units[block.lines].astype(np.int64)
            if not np.logical_or.reduce(mine):
                continue
            if node in divided and (
                shares_by_date(offers, block) or may_gain(block, mine, node)
            ):
                atoms = atoms_of(offers.problem) if atoms is None else atoms
                found = shipped(offers, block, mine, node, atoms)
                if not is_one_as_cheap(block, mine, node, found):
                    takes += [Take(block, offer, part) for offer, part in found]
                    continue
            cheapest = block.cheapest(mine, node)
            if cheapest is not None:
                offer, lead = cheapest
                takes.append(Take(block, offer, mine, is_cheapest=lead > least))
    return tuple(takes)
