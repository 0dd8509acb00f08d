"""Several parcels in one shipment: goods that ship alone, and kinds kept apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from domroute.costs.charges import cards as by_cards
from domroute.costs.charges.charge import Below, Charge
from domroute.costs.charges.curve import Unquoted
from domroute.costs.charges.linear import Linear
from domroute.costs.charges.parcels import Parcels
from domroute.costs.charges.program import Program, Takes
from domroute.costs.charges.sharing import Sharers
from domroute.records import record
from domroute.units import BoolArray, FloatArray, IntArray


def in_parcels(parcels: Parcels, sharers: Sharers | None) -> list[Charge]:
    """
    Charge cards for each parcel of a shipment, and not for all of it as one.

    This is the one place where a shipment becomes several parcels.

    Parameters
    ----------
    parcels
        What the cards charge for what goes as one.
    sharers
        Who may share a parcel; None where all may.
    """
    if sharers is None:
        return [parcels]
    found: list[Charge] = []
    alone = np.flatnonzero(sharers.is_alone)
    if len(alone):
        one_each = np.zeros((len(alone), len(sharers.of_line)))
        one_each[np.arange(len(alone)), alone] = 1.0
        priced = parcels.price(one_each)
        per_unit = np.zeros((len(sharers.of_line), priced.shape[1]))
        per_unit[alone] = priced
        found.append(Singles(per_unit=per_unit))
    if sharers.count:
        found.append(Apart(parcels, sharers))
    return found


@record
class Singles(Linear):
    """Charged for each unit that ships alone, by the card: a part of the shipment."""

    def beside_shipments(self, quoted: BoolArray, *, whole: bool) -> Linear:
        """Charge nothing where a shipment is quoted: a quote replaces its parcels."""
        return Linear.beside_shipments(self, quoted, whole=True)

    def beside_units(self, quoted: BoolArray, *, whole: bool) -> Linear:
        """Charge nothing for what is quoted, where quotes replace all of it."""
        return Linear.beside_units(self, quoted, whole=whole) if whole else self


@record
class Apart(Charge):
    """
    Charged by cards for the cheapest parcels that keep kinds of goods apart.

    Goods of a kind stay together, and with whatever else they may.

    Attributes
    ----------
    parcels
        What is charged for goods that go as one.
    sharers
        The kinds of goods; what ships alone is charged elsewhere.
    """

    parcels: Parcels
    sharers: Sharers

    @property
    def climbs(self) -> bool:
        """Whether it stands on steps in the program: it does."""
        return True

    @property
    def never_falls(self) -> bool:
        """
        Whether a shipment never costs less when more is put in.

        It does not: less goes by the parcels in which more goes, and rates rise.
        """
        return True

    def price(self, units: FloatArray) -> FloatArray:
        """Price shipments by every offer; shape ``(B, A)``."""
        cards = self.parcels.cards
        return self._cheapest(
            units, lambda weight, volume: by_cards.price(cards, weight, volume)
        )

    def price_at(self, units: FloatArray, offers: IntArray) -> FloatArray:
        """Price shipments, each by its own offer; shape ``(B,)``."""
        cards = self.parcels.cards
        return self._cheapest(
            units, lambda kg, cm3: by_cards.price_at(cards, kg, cm3, offers)
        )

    def price_one(self, units: IntArray, offer: int) -> float:
        """Price one shipment by one offer."""
        one = units[None, :].astype(float)
        return float(self.price_at(one, np.array([offer]))[0])

    def price_by(self, units: IntArray, offers: Sequence[int]) -> list[float]:
        """Price one shipment by each of some offers."""
        same = np.broadcast_to(units.astype(float), (len(offers), len(units)))
        found: list[float] = self.price_at(same, np.array(offers)).tolist()
        return found

    def _cheapest(
        self, units: FloatArray, price: Callable[[FloatArray, FloatArray], FloatArray]
    ) -> FloatArray:
        """Part shipments, ``(B, G)``, in the way that costs least; ``(B, ...)``."""
        parcels, sharers = self.parcels, self.sharers
        priced: dict[int, FloatArray] = {}
        for bits in sharers.parcels:
            held = units * sharers.lines_of(bits)
            asked = price(held @ parcels.weight_kg, held @ parcels.volume_cm3)
            is_empty = ~np.logical_or.reduce(held > 0, axis=1)
            asked[is_empty] = 0.0  # there is no such parcel
            priced[bits] = asked
        # The cheapest parcels for each set of kinds: the parcel of its first, and the
        # cheapest for what that leaves.
        least: dict[int, FloatArray] = {}
        for kinds in range(1, 1 << sharers.count):
            first = kinds & -kinds
            for bits in sharers.parcels:
                if not bits & first or bits & ~kinds:
                    continue
                rest = kinds ^ bits
                cost = priced[bits] + least[rest] if rest else priced[bits]
                known = least.get(kinds)
                least[kinds] = cost if known is None else np.minimum(known, cost)
        return least[(1 << sharers.count) - 1]

    def below(self, most: FloatArray | None = None, slope: float = 1.0) -> Below | None:
        """
        Draw a line below it, from that of one parcel.

        Several parcels start several times. What ships alone is in none of these, so
        that there may be none at all.
        """
        drawn = self._whole.below(most, slope)
        if drawn is None:
            return None
        times = np.where(drawn.start < 0, self.sharers.count, 1)
        start = drawn.start * times
        if self.sharers.is_alone.any():
            start = np.minimum(0.0, start)
        return Below(start, drawn.rise, drawn.measure)

    @property
    def _whole(self) -> Parcels:
        """The cards, on all that does not ship alone."""
        shared = ~self.sharers.is_alone
        parcels = self.parcels
        return replace(
            parcels,
            weight_kg=parcels.weight_kg * shared,
            volume_cm3=parcels.volume_cm3 * shared,
        )

    def write(self, program: Program, takes: Takes) -> IntArray:
        """Let each used offer open parcels, and each of these climb its tariff."""
        cards = self.parcels.cards
        charged = np.flatnonzero(cards.card[cards.row] != by_cards.FREE)
        parcels, mine = self.parcels.only(charged), takes.only(charged)
        return _Writer(program, mine, parcels, self.sharers).write()

    def only(self, offers: IntArray) -> Apart:
        """Keep some of the offers."""
        return replace(self, parcels=self.parcels.only(offers))

    def beside_shipments(self, quoted: BoolArray, *, whole: bool) -> Apart:
        """Charge nothing where a shipment is quoted."""
        kept = self.parcels.beside_shipments(quoted, whole=whole)
        return replace(self, parcels=kept)

    def beside_units(self, quoted: BoolArray, *, whole: bool) -> Charge:
        """Weigh what is not quoted, where quotes replace all of it."""
        return Unquoted(self, quoted) if whole else self


class _Writer:
    """
    Writes the parcels of offers into the program.

    Each offer has a yes or no for each set of kinds that may be in one parcel: whether
    it makes that parcel. Of the parcels that a kind may be in, one at most is made, and
    all that the offer takes of the kind is in it.
    """

    def __init__(
        self, program: Program, takes: Takes, parcels: Parcels, sharers: Sharers
    ) -> None:
        self.program, self.takes = program, takes
        self.parcels, self.sharers = parcels, sharers
        self.count = len(takes.ships)
        self.made: dict[int, IntArray] = {}
        """The offers' yes or no for each set of kinds; shape ``(A,)``."""
        self.held: dict[tuple[int, int], IntArray] = {}
        """What a parcel holds of a kind: a column for each take of the kind."""
        self.takes_of = [
            np.flatnonzero((self._units_of(1 << kind).max(axis=1) > 0)[takes.atom])
            for kind in range(sharers.count)
        ]
        """The takes of each kind, by position."""

    def _units_of(self, bits: int) -> IntArray:
        """Say what is of some kinds in a step of each atom; shape ``(J, G)``."""
        found: IntArray = self.takes.units * self.sharers.lines_of(bits)
        return found

    def write(self) -> IntArray:
        for bits in self.sharers.parcels:
            self.made[bits] = self.program.add_columns(self.count, upper=1)
        for kind in range(self.sharers.count):
            if len(self.takes_of[kind]):
                self._put(kind)
        climbed = [self._climb(bits) for bits in self.sharers.parcels]
        return np.concatenate(climbed) if climbed else np.empty(0, np.int64)

    def _put(self, kind: int) -> None:
        """Put all that is taken of a kind into one parcel of each offer."""
        program, takes, mine = self.program, self.takes, self.takes_of[kind]
        offer, column = takes.offer[mine], takes.column[mine]
        limit = takes.limit[takes.atom[mine], offer]
        into = [bits for bits in self.sharers.parcels if bits >> kind & 1]
        if len(into) == 1:
            self.held[into[0], kind] = column
        else:
            for bits in into:
                held = program.add_columns(len(mine), upper=limit, whole=False)
                self.held[bits, kind] = held
            rows = program.add_rows(len(mine), lower=0.0, upper=0.0)
            program.add_entries(rows, column, 1.0)
            one = program.add_rows(self.count, upper=1.0)
            for bits in into:
                program.add_entries(rows, self.held[bits, kind], -1.0)
                program.add_entries(one, self.made[bits], 1.0)
        for bits in into:
            rows = program.add_rows(len(mine), upper=0.0)
            program.add_entries(rows, self.held[bits, kind], 1.0)
            program.add_entries(rows, self.made[bits][offer], -limit)

    def _climb(self, bits: int) -> IntArray:
        """Let the parcels of a set of kinds climb until they hold what is in them."""
        takes, sharers = self.takes, self.sharers
        kinds = [kind for kind in range(sharers.count) if bits >> kind & 1]
        kinds = [kind for kind in kinds if len(self.takes_of[kind])]
        if not kinds:
            return np.empty(0, np.int64)
        # An atom may be of several kinds, each held by a column of its own.
        atoms, rank = len(takes.units), {kind: at for at, kind in enumerate(kinds)}
        held = Takes(
            ships=self.made[bits],
            atom=np.concatenate(
                [takes.atom[self.takes_of[k]] + rank[k] * atoms for k in kinds]
            ),
            offer=np.concatenate([takes.offer[self.takes_of[k]] for k in kinds]),
            column=np.concatenate([self.held[bits, k] for k in kinds]),
            limit=np.tile(takes.limit, (len(kinds), 1)),
            units=np.vstack([self._units_of(1 << k) for k in kinds]),
        )
        return self.parcels.write(self.program, held)
