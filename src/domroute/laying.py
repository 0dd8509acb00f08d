"""Orders laid out by what may leave for their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final, NamedTuple

import numpy as np

from domroute.errors import InputError, Issue
from domroute.items import Item
from domroute.orders import Line
from domroute.ways import Ways
from domroute.words import KitForm

_MOST: Final = 1_000
"""Mixtures of what may leave for lines that ship together, at most."""


class _Option(NamedTuple):
    """A SKU that may leave for a line: its place in the preference, and its charge."""

    sku: str
    penalty: float
    place: int


def ways_of(lines: tuple[Line, ...], items: Mapping[str, Item]) -> Ways | None:
    """
    Lay out what may leave for the lines of an order; None if what they ask for alone.

    Parameters
    ----------
    lines
        Of the order, in the order in which they stand in its arrays.
    items
        Of the network.

    Raises
    ------
    InputError
        If lines that ship together have too many mixtures of substitutes.

    Examples
    --------
    >>> items = [Item(sku="SET", components=[("A", 2), ("B", 1)])]
    >>> items += [Item(sku="A"), Item(sku="B"), Item(sku="C")]
    >>> line = Line(id="l1", sku="SET", quantity=3, substitutes=[("C", 1.5)])
    >>> ways = ways_of((line,), {item.sku: item for item in items})
    >>> [(row.sku, row.quantity) for row in ways.rows]
    [('A', 6), ('B', 3), ('C', 3)]
    >>> ways.filled(np.array([4, 2, 1])).tolist()  # two sets, and one in their place
    [3]
    """
    if not any(line.substitutes or items[line.sku].components for line in lines):
        return None
    laid = _Laying(lines, items)
    for members in _demands(lines):
        laid.add(members)
    return laid.ways()


def _demands(lines: Sequence[Line]) -> list[list[int]]:
    """Put the positions of lines together that ship together."""
    members: dict[tuple[str, str], list[int]] = {}
    for at, line in enumerate(lines):
        name = line.ship_together
        key = ("line", line.id) if name is None else ("together", name)
        members.setdefault(key, []).append(at)
    return list(members.values())


@dataclass(slots=True)
class _Laying:
    """Rows, ways and demands as they are laid out."""

    lines: tuple[Line, ...]
    items: Mapping[str, Item]
    rows: list[Line] = field(default_factory=list)
    way_of_row: list[int] = field(default_factory=list)
    each: list[int] = field(default_factory=list)
    penalty: list[float] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    demand_of_way: list[int] = field(default_factory=list)
    is_loose: list[bool] = field(default_factory=list)
    goes_by_unit: list[bool] = field(default_factory=list)
    places: list[dict[int, int]] = field(default_factory=list)
    wanted: list[int] = field(default_factory=list)
    filled_by: list[list[int]] = field(default_factory=list)

    def add(self, members: list[int]) -> None:
        """Lay out one demand."""
        one = self.lines[members[0]]
        alone = one.ship_together is None
        by_unit = alone and one.allow_split
        filled = [0] * len(self.lines)
        for at in members:
            filled[at] = 1 if by_unit else self.lines[at].quantity
        self.wanted.append(one.quantity if by_unit else 1)
        self.filled_by.append(filled)
        if alone:
            for option in _options(one):
                size = 1 if by_unit else one.quantity
                self._add_way([(members[0], option, size)], may_part=True)
            return
        for mixture in self._mixtures(members):
            self._add_way(mixture, may_part=False)

    def _mixtures(self, members: list[int]) -> Iterator[list[tuple[int, _Option, int]]]:
        """Yield what may leave for lines that ship together: SKUs, and their units."""
        by_line = []
        count = 1
        for at in members:
            line, options = self.lines[at], _options(self.lines[at])
            shares = _shares(line.quantity, len(options), whole=not line.allow_split)
            mine = []
            for share in shares:
                mine.append(
                    [(at, o, n) for o, n in zip(options, share, strict=True) if n]
                )
                if count * len(mine) > _MOST:
                    raise InputError([_too_many(line)])
            count *= len(mine)
            by_line.append(mine)
        for mixture in product(*by_line):
            yield [part for parts in mixture for part in parts]

    def _add_way(
        self, parts: list[tuple[int, _Option, int]], *, may_part: bool
    ) -> None:
        """Lay out a way: of lines an option each, and the units of it."""
        way, places = len(self.first), dict[int, int]()
        self.first.append(len(self.rows))
        self.demand_of_way.append(len(self.wanted) - 1)
        is_apart = False
        for at, option, size in parts:
            line, item = self.lines[at], self.items[option.sku]
            places[option.place] = places.get(option.place, 0) + size
            inside = [(part.sku, part.quantity) for part in item.components]
            is_apart = is_apart or (bool(inside) and item.kit is KitForm.PARTS)
            self._add_rows(way, line, option, size, inside or [(option.sku, 1)])
        self.places.append(places)
        is_one = len(self.rows) - self.first[-1] == 1 and self.each[-1] == 1
        self.is_loose.append(may_part and is_apart and not is_one)
        self.goes_by_unit.append(may_part and self.lines[parts[0][0]].allow_split)

    def _add_rows(
        self,
        way: int,
        line: Line,
        option: _Option,
        size: int,
        inside: list[tuple[str, int]],
    ) -> None:
        price = line.unit_price
        price = self.items[line.sku].unit_price if price is None else price
        shares = _price_shares(inside, self.items)
        units = sum(quantity for _, quantity in inside)
        for (sku, quantity), share in zip(inside, shares, strict=True):
            self.way_of_row.append(way)
            self.each.append(quantity * size)
            self.penalty.append(option.penalty / units)
            self.rows.append(
                line.model_copy(
                    update={
                        "sku": sku,
                        "quantity": quantity * size * self.wanted[-1],
                        "unit_price": price * share,
                        "substitutes": (),
                    }
                )
            )

    def ways(self) -> Ways:
        """Put it all together."""
        lines, items = self.lines, self.items
        prices = [
            items[line.sku].unit_price if line.unit_price is None else line.unit_price
            for line in lines
        ]
        deepest = max(place for places in self.places for place in places)
        worse = [
            [sum(n for at, n in places.items() if at > r) for r in range(deepest)]
            for places in self.places
        ]
        return Ways(
            lines=lines,
            quantity=np.array([line.quantity for line in lines], np.int64),
            unit_price=np.array(prices, float),
            rows=tuple(self.rows),
            items=tuple([items[row.sku] for row in self.rows]),
            way_of_row=np.array(self.way_of_row, np.int64),
            each=np.array(self.each, np.int64),
            penalty=np.array(self.penalty, float),
            first=np.array(self.first, np.int64),
            demand_of_way=np.array(self.demand_of_way, np.int64),
            is_loose=np.array(self.is_loose, bool),
            goes_by_unit=np.array(self.goes_by_unit, bool),
            worse=np.array(worse, np.int64).reshape(len(worse), deepest),
            wanted=np.array(self.wanted, np.int64),
            filled_by=np.array(self.filled_by, np.int64),
        )


def _options(line: Line) -> list[_Option]:
    """List the SKUs that may leave for a line, in order of preference."""
    others = [
        _Option(other.sku, other.penalty, place)
        for place, other in enumerate(line.substitutes, start=1)
    ]
    return [_Option(line.sku, 0.0, 0), *others]


def _shares(units: int, parts: int, *, whole: bool) -> Iterator[tuple[int, ...]]:
    """
    Yield every way to share units among parts; with ``whole`` one part has them all.

    Examples
    --------
    >>> list(_shares(2, 2, whole=False)), list(_shares(2, 2, whole=True))
    ([(2, 0), (1, 1), (0, 2)], [(2, 0), (0, 2)])
    """
    if whole:
        for at in range(parts):
            yield tuple(units * (place == at) for place in range(parts))
        return
    if parts == 1:
        yield (units,)
        return
    for mine in range(units, -1, -1):
        for rest in _shares(units - mine, parts - 1, whole=False):
            yield (mine, *rest)


def _price_shares(
    inside: list[tuple[str, int]], items: Mapping[str, Item]
) -> list[float]:
    """
    Say what share of a price a unit of each component has: by their own prices.

    Evenly where they have none. Over all units the shares come to one.
    """
    own = [items[sku].unit_price for sku, _ in inside]
    total = sum(
        price * quantity for price, (_, quantity) in zip(own, inside, strict=True)
    )
    if total > 0:
        return [price / total for price in own]
    return [1 / sum(quantity for _, quantity in inside)] * len(inside)


def _too_many(line: Line) -> Issue:
    text = f"ship_together {line.ship_together!r} has more than {_MOST} mixtures"
    return Issue("out_of_range", f"line {line.id!r} substitutes", text)
