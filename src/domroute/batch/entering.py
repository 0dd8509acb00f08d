"""Where an order of a batch stands: in a pricing table with others, alone, or none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from domroute.batch.gathering import TableBuilder
from domroute.batch.loner import Loner
from domroute.batch.own import OwnLimits
from domroute.batch.tables import PricingTable
from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.bundles import Bundles, price_bundles
from domroute.sourcing.lattice import Lattice, is_small, lattice_of
from domroute.sourcing.offers import tabulate
from domroute.sourcing.subset import is_seen, needs_two_counts
from domroute.sourcing.totals import ENDLESS, Totals, total_costs
from domroute.split.atoms import Atoms, atoms_of
from domroute.units import IntArray


@dataclass(frozen=True, eq=False)  # no slots: its parts are listed once
class Entrant:
    """
    An order on its way into a wave.

    Attributes
    ----------
    at
        Its position in the batch.
    offers, cell, later
        What may be shipped for it, and the cells that it would be taken from; those of
        what arrives later, if it may wait.
    policy, arrays
        Limits, and the network.
    days
        The numbers of the working days that it could use; None for none.
    """

    at: int
    offers: Offers
    cell: IntArray
    later: IntArray | None
    policy: Policy
    arrays: NetworkArrays
    days: IntArray | None = None

    @property
    def atoms(self) -> Atoms:
        """The parts that the order may be divided into."""
        return atoms_of(self.offers.problem)

    @property
    def is_listed(self) -> bool:
        """Whether its parts can be listed."""
        tuned = self.policy.solve.tuning.lattice
        return is_small(self.atoms.steps, self.offers.count, tuned)

    @property
    def fits_table(self) -> bool:
        """Whether a table can see what its plans must keep to."""
        if self.offers.problem.ways is not None or not self.is_listed:
            return False  # what a table proves, it proves of lines and their units
        if needs_two_counts(self.offers, self.policy):
            return False
        _, bundles, _ = self._parts
        return bundles.is_whole and is_seen(
            self.offers, self.policy, bundles, self.arrays
        )

    def enter(self, builder: TableBuilder) -> float | None:
        """Take a place in a table; if no node can fill any part, what leaving costs."""
        lattice, bundles, totals = self._parts
        totals = _relieved(totals, int(lattice.counts[-1].sum()))
        is_placed = self._add(builder, lattice, bundles, totals)
        return None if is_placed else float(totals.missing[0])

    def loner(self) -> Loner:
        """Stand in no table."""
        is_whole = self.later is None and self.offers.problem.ways is None
        is_whole = is_whole and self.days is None
        stand_in = self._stand_in() if self.is_listed and is_whole else None
        return replace(self.named(), stand_in=stand_in)

    def named(self) -> Loner:
        """Be placed at first by a method that the policy names."""
        table = tabulate(self.offers, self.atoms)
        mine = self.at, self.offers, self.atoms, table, self.cell
        return Loner(*mine, self.policy, later=self.later, days=self.days)

    def _stand_in(self) -> PricingTable | None:
        """Make a table that knows less of the limits; None if there can be none."""
        lattice, bundles, totals = self._parts
        if not bundles.is_whole:
            return None
        # There are no fewer shipments than nodes: what is asked of the number of
        # shipments is asked of that of nodes, and comes to no more than it should.
        totals = replace(totals, counts_shipments=False)
        builder = TableBuilder(self.arrays, has_capacity=True)
        is_placed = self._add(builder, lattice, bundles, totals)
        return builder.build()[0] if is_placed else None

    def _add(
        self, builder: TableBuilder, lattice: Lattice, bundles: Bundles, totals: Totals
    ) -> bool:
        return builder.add(
            self.at,
            self.offers,
            lattice=lattice,
            bundles=bundles,
            totals=totals,
            cell=self.cell,
            own=OwnLimits.of(self.offers, bundles, totals),
        )

    @cached_property
    def _parts(self) -> tuple[Lattice, Bundles, Totals]:
        lattice = lattice_of(self.atoms.steps)
        tuned = self.policy.solve.tuning.lattice
        bundles = price_bundles(self.offers, lattice, self.atoms, self.arrays, tuned)
        return lattice, bundles, total_costs(self.offers, self.policy, bundles)


def _relieved(totals: Totals, steps: int) -> Totals:
    """Forget a limit on parts that no plan of so many steps could meet."""
    if totals.most_parts < steps:
        return totals
    return replace(totals, most_parts=ENDLESS)
