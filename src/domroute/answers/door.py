"""The second door: the offers of an order as arrays, and whoever chooses among them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from domroute.answers.arrays import shown, whole_array
from domroute.answers.assembly import assemble
from domroute.answers.compiled import Compiled
from domroute.answers.routing import decided, solver_error, told
from domroute.answers.taken import checked_taken, unfilled
from domroute.arguments import checked
from domroute.costs.quotes import Quotes
from domroute.errors import InputError, Issue
from domroute.offers.priced import Offers
from domroute.orders import Order
from domroute.promise.window import moment_of
from domroute.result import RoutingResult
from domroute.sourcing.bydate import waits_until
from domroute.sourcing.choice import Choice
from domroute.sourcing.greedy import simple_bound
from domroute.sourcing.limits import limits_of
from domroute.sourcing.linebound import line_bound
from domroute.sourcing.offers import OfferTable, tabulate
from domroute.split.atoms import atoms_of
from domroute.units import FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

_AMOUNTS = frozenset(("wrong_cost", "wrong_total"))
"""Faults of what terms say, whatever is chosen."""


@dataclass(frozen=True, slots=True, eq=False)
class OrderOffers:
    """
    All that may be done for one order, as arrays: what the kernel chooses among.

    An *atom* is the least that may ship by itself: a unit of a line, a line that may
    not be split, or a set that ships together; it is taken in whole *steps*. Shapes:
    ``J`` atoms, ``L`` lines, ``A`` offers. Arrays can be read, and not written to.
    Where kits or substitutes fill a line, what may leave has lines and atoms of its
    own; of each of ``D`` demands no more than are ``wanted`` may be filled, by whole
    ones of its ways.

    Examples
    --------
    >>> from domroute import Router
    >>> from domroute.instances import load
    >>> tiny = load("tiny")
    >>> router = Router(tiny.network, tiny.inventory, tiny.policy)
    >>> offers = router.offers_of(tiny.orders[0])
    >>> offers.line_ids, offers.steps.tolist(), offers.limit.tolist()
    (('l1',), [1], [[1, 1, 1, 1]])
    """

    order: Order
    """The order."""
    _compiled: Compiled = field(repr=False)
    _quotes: Quotes | None = field(repr=False)
    _offers: Offers = field(repr=False)
    _table: OfferTable = field(repr=False)

    @property
    def line_ids(self) -> tuple[str, ...]:
        """Ids of the lines, in the order of ``units``; ``L`` of them."""
        return tuple([line.id for line in self._table.problem.lines])

    @property
    def skus(self) -> tuple[str, ...]:
        """What leaves by each: kits and substitutes have lines of their own."""
        return tuple([line.sku for line in self._table.problem.lines])

    @property
    def node_ids(self) -> tuple[str, ...]:
        """The node of each offer; ``A`` of them."""
        nodes, arrays = self._table.problem.nodes, self._compiled.arrays
        at = nodes[self._table.node].tolist()
        return tuple([arrays.nodes[node].id for node in at])

    @property
    def services(self) -> tuple[str | None, ...]:
        """The service of each offer; None where it goes by none."""
        table = self._table
        return tuple(
            [
                block.service_of(offer)
                for block in table.blocks
                for offer in range(len(block.nodes))
            ]
        )

    @property
    def stock_at(self) -> tuple[datetime | None, ...]:
        """
        Until when each offer waits for stock; None where all it takes is there.

        What leaves from a node sooner counts for its later offers too: ``limit`` is
        what each could take by itself.
        """
        found = waits_until(self._offers, self._table)
        return tuple([None if at is None else moment_of(at) for at in found])

    @property
    def delivery(self) -> IntArray:
        """Which of the order's deliveries each offer is of; shape ``(A,)``."""
        return shown(self._table.group)

    @property
    def steps(self) -> IntArray:
        """Steps wanted of each atom, at most; shape ``(J,)``."""
        return shown(self._table.steps)

    @property
    def way(self) -> IntArray:
        """
        The way that each atom is part of; shape ``(J,)``.

        Each is its own, but for the components of a kit that leave one by one.
        """
        tally = self._table.tally
        return shown(np.arange(len(self.steps)) if tally is None else tally.way_of_atom)

    @property
    def rate(self) -> IntArray:
        """Steps of each atom that fill one of what is asked for; shape ``(J,)``."""
        tally = self._table.tally
        return shown(np.ones_like(self.steps) if tally is None else tally.rate)

    @property
    def demand(self) -> IntArray:
        """
        What each atom is asked for; shape ``(J,)``.

        An atom is a demand of its own, but where substitutes or kits fill a line.
        """
        tally = self._table.tally
        return shown(
            np.arange(len(self.steps)) if tally is None else tally.demand_of_atom
        )

    @property
    def wanted(self) -> IntArray:
        """How many there are of each demand: the steps as a rule; shape ``(D,)``."""
        return shown(self._table.wanted)

    @property
    def units(self) -> IntArray:
        """Units of each line in a step of each atom; shape ``(J, L)``."""
        return shown(self._table.units)

    @property
    def limit(self) -> IntArray:
        """Steps of each atom that each offer can take at most; shape ``(J, A)``."""
        return shown(self._table.limit)

    @property
    def penalty(self) -> FloatArray:
        """What leaving one of each demand costs; 1e30 if none may be; ``(D,)``."""
        return shown(self._table.penalty)

    def price(self, steps: IntArray) -> FloatArray:
        """
        Price ``B`` bundles of steps, ``(B, J)``, by every offer; shape ``(B, A)``.

        Raises
        ------
        InputError
            If they are no whole numbers, not below zero, of that shape.
        """
        return self._table.price_everywhere(self._bundles(steps))

    def price_at(self, steps: IntArray, offers: IntArray) -> FloatArray:
        """
        Price ``B`` bundles of steps, ``(B, J)``, each by its own offer, ``(B,)``.

        Raises
        ------
        InputError
            If steps are none, or offers are not positions of offers, one a bundle.
        """
        steps = self._bundles(steps)
        count = len(self._table.node)
        at = whole_array("offers", offers, (len(steps),), "one a bundle")
        if at.size and not 0 <= at.min() <= at.max() < count:
            text = f"{at.min()} to {at.max()}, should be 0 to {count - 1}"
            raise InputError([Issue("out_of_range", "offers", text)])
        return self._table.price_at(steps, at)

    def cost(self, taken: IntArray) -> float:
        """
        Price a whole plan, steps by atom and offer, ``(J, A)``: what is left too.

        Infinite where something is left that must be filled.

        Raises
        ------
        InputError
            If it is none, as in :func:`solve`.
        """
        taken = checked_taken(self._table, taken)
        if unfilled(self._table, taken):
            return math.inf
        takes = self._table.takes(taken)
        arrays, policy = self._compiled.arrays, self._compiled.policy
        return assemble(self._offers, policy, arrays, takes).costs.total

    def faults(self, taken: IntArray) -> tuple[Issue, ...]:
        """
        List what there is against a plan, ``(J, A)``: nothing, if it may be.

        Raises
        ------
        InputError
            If it is none, as in :func:`solve`.
        """
        started, taken = time.perf_counter(), checked_taken(self._table, taken)
        return unfilled(self._table, taken) or self._told(taken, "tried", started)[1]

    def bound(self) -> float:
        """Return what any plan costs at least, at a glance: it may be far below."""
        tuned = self._compiled.policy.solve.tuning.bound
        return max(simple_bound(self._table), line_bound(self._table, tuned))

    def to_frame(self) -> pd.DataFrame:
        """
        Return a row for each offer: node, service, delivery, and what it takes.

        ``stock_at`` is missing where it waits for nothing.
        """
        import pandas as pd

        rows = {
            "node": self.node_ids,
            "service": self.services,
            "delivery": self.delivery,
            "units": (self.units.sum(axis=1) @ self.limit),
            "stock_at": pd.Series(self.stock_at, dtype="datetime64[us, UTC]"),
        }
        return pd.DataFrame(rows)

    def _bundles(self, steps: object) -> IntArray:
        """Refuse what are no bundles of steps."""
        atoms = len(self._table.steps)
        count = len(steps) if isinstance(steps, np.ndarray) and steps.ndim else 0
        found = whole_array("steps", steps, (count, atoms), "bundles by atoms")
        if found.min(initial=0) < 0:
            text = f"holds {found.min()}, should be 0 or above"
            raise InputError([Issue("out_of_range", "steps", text)])
        return found

    def _told(
        self, taken: IntArray, method: str, started: float
    ) -> tuple[RoutingResult, tuple[Issue, ...]]:
        """Write a plan out, and have it judged."""
        compiled, table = self._compiled, self._table
        limits = limits_of(self._offers, table, compiled.policy, compiled.arrays)
        choice = Choice(
            table.takes(taken),
            self.bound(),
            method,
            proves_goals=not limits.has_goals,
        )
        return told(
            self._compiled,
            self.order,
            self._offers,
            choice,
            quotes=self._quotes,
            started=started,
        )

    def _solved(self, algorithm: Algorithm | None) -> RoutingResult:
        """Have the library choose, or an algorithm."""
        started = time.perf_counter()
        if algorithm is None:
            return decided(
                self._compiled,
                self.order,
                self._offers,
                quotes=self._quotes,
                started=started,
            )
        name = getattr(algorithm, "__name__", type(algorithm).__name__)
        taken = checked_taken(self._table, algorithm(self))
        if short := unfilled(self._table, taken):
            raise InputError(short)
        result, faults = self._told(taken, name, started)
        if faults and all(fault.code in _AMOUNTS for fault in faults):
            raise solver_error(self.order, name, faults)
        if faults:
            raise InputError(faults)
        return result


Algorithm = Callable[[OrderOffers], IntArray]
"""Chooses steps of each atom for each offer, ``(J, A)``."""


def offers_of(
    compiled: Compiled, order: Order, *, quotes: Quotes | None
) -> OrderOffers:
    """
    Lay out all that may be done for an order, and price it.

    Parameters
    ----------
    compiled
        The network, the policy, and the snapshot of stock.
    order, quotes
        The order, and what of it is known already.

    Raises
    ------
    InputError
        If the order names unknown items or nodes. All faults are listed.
    """
    offers = compiled.offers(order, quotes)
    table = tabulate(offers, atoms_of(offers.problem))
    return OrderOffers(order, compiled, quotes, offers, table)


@checked
def solve(offers: OrderOffers, algorithm: Algorithm | None = None) -> RoutingResult:
    """
    Choose among the offers of an order, by an algorithm of one's own if given.

    What it chooses is written out, bounded, given reasons and judged as any plan is.

    Parameters
    ----------
    offers
        Of an order, as :meth:`.Router.offers_of` lays them out.
    algorithm
        Takes the offers, and returns the steps of each atom that each takes, shape
        ``(J, A)``. Its name is the ``method`` of the result. The library's own choice,
        which proves what it finds, when not given.

    Raises
    ------
    InputError
        If what it returns is no array of whole numbers of that shape, takes more than
        offers can give or is wanted, leaves what must be filled, or is refused by the
        judge: a rule, a limit, stock or capacity is broken. All faults are listed.
    SolverError
        If a term charges one thing and says another of the plan, or the library's own
        choice is refused.

    Examples
    --------
    >>> from domroute import Router
    >>> from domroute.instances import load
    >>> tiny = load("tiny")
    >>> router = Router(tiny.network, tiny.inventory, tiny.policy)
    >>> def nothing(offers):
    ...     return np.zeros_like(offers.limit)
    >>> offers = router.offers_of(tiny.orders[0])
    >>> solve(offers, nothing).cost > solve(offers).cost
    True

    See :doc:`/guide/own-algorithm`.
    """
    return offers._solved(algorithm)  # noqa: SLF001 - its other half
