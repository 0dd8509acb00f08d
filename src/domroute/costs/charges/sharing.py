"""Which goods may share a parcel: those that ship alone, and kinds kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Self

import numpy as np

from domroute.errors import InputError, Issue
from domroute.items import Item
from domroute.records import record
from domroute.units import BoolArray, IntArray

MOST_KINDS: Final = 8
"""Kinds of goods of one delivery: every way to part them is looked at."""
_ALONE: Final = -1


@record
class Sharing:
    """
    Which items of a network may share a parcel; made once per router.

    Attributes
    ----------
    apart
        The pairs of tags whose items never do.
    kinds
        Of each SKU that is not like most: those of its tags that are in a pair; None
        where it ships alone.
    """

    apart: tuple[tuple[str, str], ...]
    kinds: dict[str, frozenset[str] | None]

    @classmethod
    def of(
        cls, items: Iterable[Item], apart: tuple[tuple[str, str], ...]
    ) -> Self | None:
        """
        Look through the items; None where any may share a parcel with any.

        Examples
        --------
        >>> Sharing.of([Item(sku="A")], (("hazmat", "food"),)) is None
        True
        """
        named = {tag for pair in apart for tag in pair}
        kinds: dict[str, frozenset[str] | None] = {}
        for item in items:
            if item.ships_alone:
                kinds[item.sku] = None
            elif named and not named.isdisjoint(item.tags):
                kinds[item.sku] = frozenset(named.intersection(item.tags))
        return cls(apart, kinds) if kinds else None

    def among(self, items: Sequence[Item], order_id: str) -> Sharers | None:
        """
        Tell the goods of a delivery of an order apart; None where all may share one.

        Where there is but one kind, it is charged as ever.

        Raises
        ------
        InputError
            If there are more kinds than can be parted: code ``too_many_kinds``.
        """
        known, usual = self.kinds, frozenset[str]()
        mine = [known.get(item.sku, usual) for item in items]
        shared = dict.fromkeys(kind for kind in mine if kind is not None)
        if len(shared) <= 1 and None not in mine:
            return None
        if len(shared) > MOST_KINDS:
            text = (
                f"a delivery of order {order_id!r} holds {len(shared)} kinds of goods "
                f"by these tags; at most {MOST_KINDS} can be put into parcels"
            )
            raise InputError([Issue("too_many_kinds", "policy.apart", text)])
        place = {kind: at for at, kind in enumerate(shared)}
        of_line = [_ALONE if kind is None else place[kind] for kind in mine]
        return Sharers(np.array(of_line), len(shared), self._parcels(list(shared)))

    def _parcels(self, kinds: list[frozenset[str]]) -> tuple[int, ...]:
        """List the sets of kinds, as bits, that may be in one parcel."""
        against = [
            sum(
                1 << at
                for at, other in enumerate(kinds)
                if any(
                    (a in kind and b in other) or (b in kind and a in other)
                    for a, b in self.apart
                )
            )
            for kind in kinds
        ]
        return tuple(
            bits
            for bits in range(1, 1 << len(kinds))
            if not any(
                bits >> at & 1 and bits & against[at] for at in range(len(kinds))
            )
        )


@record
class Sharers:
    """
    The kinds of goods of one delivery, and which of them may share a parcel.

    Attributes
    ----------
    of_line
        The kind of each line, -1 where each unit ships alone; shape ``(G,)``.
    count
        How many kinds there are.
    parcels
        The sets of kinds, as bits, that may be in one parcel; from the least.
    """

    of_line: IntArray
    count: int
    parcels: tuple[int, ...]

    @property
    def is_alone(self) -> BoolArray:
        """Whether each unit of a line ships alone; shape ``(G,)``."""
        found: BoolArray = self.of_line == _ALONE
        return found

    def lines_of(self, bits: int) -> BoolArray:
        """Tell which lines are of some kinds; shape ``(G,)``."""
        found: BoolArray = (bits >> np.maximum(0, self.of_line)) & 1 > 0
        return found & ~self.is_alone
