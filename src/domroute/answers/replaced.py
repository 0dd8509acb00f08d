"""Units of lines decided elsewhere, where other goods may leave than lines name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from domroute.answers.compiled import Compiled
from domroute.costs.quotes import Quotes
from domroute.decisions import raised_to
from domroute.indexing import index_order
from domroute.ledger import Snapshot
from domroute.offers.eligibility import Eligibility
from domroute.offers.priced import Offers
from domroute.orders import Order
from domroute.problem import NetworkArrays, OrderProblem
from domroute.sourcing.choice import Take
from domroute.sourcing.kernel import decide
from domroute.split import SplitLimits
from domroute.units import BoolArray, IntArray
from domroute.words import Objective

Shipped = Mapping[tuple[str, str], int]
"""Units by (line id, node id)."""


@dataclass(frozen=True, slots=True, eq=False)
class Replaced:
    """
    How what was decided ships.

    Attributes
    ----------
    ledger
        The stock as though it had held what was asked for, where nothing else was.
    given
        The order with all that was decided allowed.
    takes
        By the goods and services that are cheapest.
    units, stuck
        What was decided, and what nothing carries, by line and node; shape ``(A, M)``.
    """

    ledger: Snapshot
    given: Offers
    takes: tuple[Take, ...]
    units: IntArray
    stuck: BoolArray


def ship_goods(
    compiled: Compiled, order: Order, shipped: Shipped, *, quotes: Quotes | None
) -> Replaced:
    """
    Ship units of lines from nodes by whatever may leave for them, for the least.

    A decision does not say which goods left: those that are cheapest of what each node
    has are taken for it. Where it has not enough, it is taken for what lines ask for.
    """
    lines = tuple(
        line.model_copy(update={"allow_split": True, "ship_together": None})
        for line in order.lines
    )
    freed = order.model_copy(update={"lines": lines})
    made = _try(compiled, freed, shipped, compiled.stock_map.inventory, quotes)
    short = {
        name
        for (_, name) in shipped
        if name not in made.node_at or made.stuck[:, made.node_at[name]].any()
    }
    if not short:
        return made.told
    needs: Counter[tuple[str, str]] = Counter()
    items = compiled.arrays.items
    for (line, node), units in shipped.items():
        if node in short:
            sku = next(x.sku for x in lines if x.id == line)
            inside = [(x.sku, x.quantity) for x in items[sku].components]
            for part, each in inside or [(sku, 1)]:
                needs[node, part] += units * each
    skus = made.told.given.problem.skus
    ledger = raised_to(compiled.stock_map.inventory, skus, needs)
    return _try(compiled, freed, shipped, ledger, quotes).told


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    told: Replaced
    node_at: dict[str, int]

    @property
    def stuck(self) -> BoolArray:
        return self.told.stuck


def _try(
    compiled: Compiled,
    order: Order,
    shipped: Shipped,
    ledger: Snapshot,
    quotes: Quotes | None,
) -> _Tried:
    """Ship what was decided with the stock of a ledger."""
    arrays = compiled.arrays
    problem = index_order(arrays, compiled.stock_map.at(ledger), order)
    node_at = {arrays.nodes[n].id: at for at, n in enumerate(problem.nodes.tolist())}
    units = np.zeros((len(problem.asked), len(problem.nodes)), np.int64)
    for at, line in enumerate(problem.asked):
        for (name, node), count in shipped.items():
            if name == line.id and node in node_at:
                units[at, node_at[node]] = count
    screened = compiled.screen.screen(problem, ledger)
    given = compiled.price(
        problem,
        quotes,
        inventory=ledger,
        eligibility=_allowed(problem, screened, units),
        climbs=False,
    )
    takes: list[Take] = []
    stuck = np.zeros(units.shape, bool)
    for here in np.flatnonzero(units.any(axis=0)).tolist():
        limited = replace(given.eligibility, capacity=screened.capacity)
        within = replace(given, eligibility=limited)
        found = None
        for asked in (within, given):
            found = found or _ship(compiled, asked, units[:, here], here)
        if found is None:
            stuck[:, here] = units[:, here] > 0
        else:
            takes += found
    return _Tried(Replaced(ledger, given, tuple(takes), units, stuck), node_at)


def _allowed(
    problem: OrderProblem, eligibility: Eligibility, units: IntArray
) -> Eligibility:
    """Allow goods for lines at the nodes that shipped some, whatever stands against."""
    allowed = np.zeros_like(eligibility.allowed)
    for at, there in enumerate(units > 0):
        allowed[problem.rows_of(at)] = there
    return replace(
        eligibility, allowed=allowed, stock=problem.stock.copy(), capacity=None
    )


def _ship(
    compiled: Compiled, given: Offers, units: IntArray, node: int
) -> list[Take] | None:
    """Ship so many units of each line, ``(A,)``, from one node; None if it cannot."""
    problem, ways = given.problem, given.problem.ways
    if ways is None:
        return None
    wanted = ways.filled_by @ units  # a demand is a unit of one line here
    most = ways.each * wanted[ways.demand_of_way[ways.way_of_row]]
    here = [block for block in given.blocks if (block.nodes == node).any()]
    blocks = tuple(
        part.at_most(most[part.lines][:, None])
        for part in (block.only(block.nodes == node) for block in here)
    )
    asked = replace(
        given,
        problem=replace(
            problem, ways=replace(ways, quantity=units, wanted=wanted), quantity=most
        ),
        blocks=blocks,
        least=units,
        minimums=None,
    )
    policy = compiled.policy.model_copy(
        update={
            "splits": SplitLimits(
                several_services=compiled.policy.splits.several_services
            ),
            "objective": Objective.COST,
        }
    )
    nothing = np.zeros_like(compiled.arrays.minimum_order)
    arrays: NetworkArrays = replace(compiled.arrays, minimum_order=nothing)
    choice = decide(asked, policy, arrays, time_limit_s=compiled.time_limit_s)
    if choice.takes is None:
        return None
    at = {id(part): place for place, part in enumerate(blocks)}
    found = []
    for take in choice.takes:
        block = here[at[id(take.block)]]
        offer = int(np.flatnonzero(block.nodes == node)[take.offer])
        found.append(Take(block, offer, take.units))
    return found
