"""What shipments hold, counted in units of the lines that it fills."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Final, NamedTuple

from domroute.network import Item
from domroute.orders import Line, Order
from domroute.plan import Content
from domroute.words import KitForm

_MOST: Final = 500
"""Ways to read what one shipment holds for a line that are looked at, at most."""


class Held(NamedTuple):
    """
    Contents of one shipment that belong together: those of one SKU that fills a line.

    Attributes
    ----------
    line_id, sku
        Which line, and what fills it: its own SKU, or a substitute; maybe a kit.
    units
        Units of the line; of a kit whose components leave apart, those that need some
        of them.
    contents
        What leaves for it.
    is_whole
        Whether it fills so many by itself.
    """

    line_id: str
    sku: str
    units: int
    contents: tuple[Content, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class _Way:
    sku: str
    each: Mapping[str, int]
    is_loose: bool


class Goods:
    """
    Reads what leaves for the lines of an order.

    Parameters
    ----------
    order
        The order.
    items
        Of the network, by SKU.

    Examples
    --------
    >>> items = [Item(sku="SET", components=[("A", 2), ("B", 1)])]
    >>> order = Order(
    ...     id="o1",
    ...     destination={"lat": 40, "lon": -75},
    ...     lines=[Line(id="l1", sku="SET", quantity=3)],
    ... )
    >>> goods = Goods(order, {item.sku: item for item in items})
    >>> goods.filled([[Content("l1", "A", 4), Content("l1", "B", 2)]])
    {'l1': 2}
    """

    def __init__(self, order: Order, items: Mapping[str, Item]) -> None:
        self._items = items
        self._ways = {
            line.id: _ways_of(line, items)
            for line in order.lines
            if line.substitutes or _is_kit(items, line.sku)
        }
        self._most = {line.id: line.quantity for line in order.lines}

    @property
    def is_plain(self) -> bool:
        """Whether nothing leaves but what lines name: then units are units."""
        return not self._ways

    @property
    def replaceable(self) -> frozenset[str]:
        """The ids of lines for which other goods may leave than they name."""
        return frozenset(self._ways)

    def has_ways(self, line_id: str) -> bool:
        """Tell whether a line is one of those."""
        return line_id in self._ways

    def skus(self, line: Line) -> tuple[str, ...]:
        """List the SKUs that may leave for a line."""
        ways = self._ways.get(line.id)
        if ways is None:
            return (line.sku,)
        return tuple(dict.fromkeys(sku for way in ways for sku in way.each))

    def held(self, contents: Iterable[Content]) -> list[Held]:
        """Put together what one shipment holds, line by line."""
        by_line: dict[str, list[Content]] = {}
        for content in contents:
            by_line.setdefault(content.line_id, []).append(content)
        found: list[Held] = []
        for name, mine in by_line.items():
            ways = self._ways.get(name)
            if ways is None:
                found += [Held(name, x.sku, x.quantity, (x,)) for x in mine]
            else:
                found += _read(name, ways, mine, self._most[name])
        return found

    def units(self, contents: Iterable[Content]) -> dict[str, int]:
        """Count the units of lines that one shipment fills, or is needed for."""
        found: dict[str, int] = {}
        for one in self.held(contents):
            found[one.line_id] = found.get(one.line_id, 0) + one.units
        return found

    def filled(self, shipments: Iterable[Iterable[Content]]) -> dict[str, int]:
        """Count the units of lines that shipments fill together."""
        found: dict[str, int] = {}
        apart: dict[tuple[str, str], dict[str, int]] = {}
        for contents in shipments:
            for one in self.held(contents):
                if one.is_whole:
                    found[one.line_id] = found.get(one.line_id, 0) + one.units
                    continue
                parts = apart.setdefault((one.line_id, one.sku), {})
                for content in one.contents:
                    parts[content.sku] = parts.get(content.sku, 0) + content.quantity
        for (line, sku), parts in apart.items():
            inside = self._items[sku].components
            done = min(parts.get(x.sku, 0) // x.quantity for x in inside)
            found[line] = found.get(line, 0) + done
        return found

    def part(
        self, contents: Iterable[Content], units: Mapping[str, int]
    ) -> list[Content]:
        """Say what so many units of lines are, of what one shipment holds."""
        left, found = dict(units), []
        for one in self.held(contents):
            mine = min(left.get(one.line_id, 0), one.units)
            left[one.line_id] = left.get(one.line_id, 0) - mine
            for content in one.contents if mine else ():
                each = self._each(one.line_id, one.sku, content.sku)
                count = min(content.quantity, mine * each)
                found.append(Content(content.line_id, content.sku, count))
        return found

    def prices(
        self, contents: Iterable[Content], prices: Mapping[str, float]
    ) -> dict[tuple[str, str], float]:
        """
        Say what a unit of what leaves is worth: of kits a share, by their own prices.

        Parameters
        ----------
        contents
            Of one shipment.
        prices
            Of a unit of each line.

        Returns
        -------
        dict
            By line and SKU.
        """
        found: dict[tuple[str, str], float] = {}
        for one in self.held(contents):
            price, inside = prices[one.line_id], {one.sku: 1}
            if self.has_ways(one.line_id):
                inside = _parts_of(self._items[one.sku])
            own = {sku: self._items[sku].unit_price for sku in inside}
            total = sum(own[sku] * each for sku, each in inside.items())
            evenly = 1 / sum(inside.values())
            for content in one.contents:
                share = own[content.sku] / total if total > 0 else evenly
                is_all = len(inside) == 1 and inside[content.sku] == 1
                found[one.line_id, content.sku] = price if is_all else price * share
        return found

    def _each(self, line_id: str, sku: str, part: str) -> int:
        """Count the units of a part in a unit of what fills a line."""
        if not self.has_ways(line_id):
            return 1
        return _parts_of(self._items[sku]).get(part, 1)


def _is_kit(items: Mapping[str, Item], sku: str) -> bool:
    """Tell whether an item is there, and a kit."""
    return sku in items and bool(items[sku].components)


def _parts_of(item: Item) -> dict[str, int]:
    """Say what leaves for a unit of an item."""
    inside = {part.sku: part.quantity for part in item.components}
    return inside or {item.sku: 1}


def _ways_of(line: Line, items: Mapping[str, Item]) -> list[_Way]:
    skus = [line.sku, *(other.sku for other in line.substitutes)]
    together = line.ship_together is not None
    found = []
    for sku in skus:
        item = items.get(sku, Item(sku=sku))
        each = _parts_of(item)
        loose = item.kit is KitForm.PARTS and bool(item.components) and not together
        found.append(_Way(sku, each, is_loose=loose))
    return found


def _read(
    line: str, ways: list[_Way], contents: list[Content], most: int
) -> list[Held]:
    """Put contents together so that nothing is left over, and whole ones first."""
    found = list(islice(_readings(line, ways, tuple(contents)), _MOST))
    if not found:  # of a plan that was made elsewhere: as it stands
        return [Held(line, x.sku, x.quantity, (x,)) for x in contents]
    # Two of a SKU may be two, or a kit of two: no more than the line asks for.
    few = [one for one in found if sum(x.units for x in one) <= most] or found
    return next((one for one in few if all(x.is_whole for x in one)), few[0])


def _readings(
    line: str, ways: list[_Way], left: tuple[Content, ...]
) -> Iterator[list[Held]]:
    """Yield every way to put contents together, those in the order of ways first."""
    if not ways:
        if not left:
            yield []
        return
    way, rest = ways[0], ways[1:]
    for mine in _choices(way, left):
        held = _hold(line, way, mine)
        if held is not None:
            others = tuple(x for x in left if all(x is not y for y in mine))
            for more in _readings(line, rest, others):
                yield [held, *more]
    yield from _readings(line, rest, left)


def _choices(way: _Way, left: tuple[Content, ...]) -> Iterator[tuple[Content, ...]]:
    """Yield what may be the parts of one way: of each of its SKUs one content."""
    by_sku = [[x for x in left if x.sku == sku] for sku in way.each]
    if way.is_loose:
        for mine in product(*[[*found, None] for found in by_sku]):
            there = tuple(x for x in mine if x is not None)
            if there:
                yield there
    else:
        yield from product(*by_sku)


def _hold(line: str, way: _Way, mine: tuple[Content, ...]) -> Held | None:
    """Say what contents are of a way; None if they are not all of it, but must be."""
    counts = {x.quantity / way.each[x.sku] for x in mine}
    is_whole = len(mine) == len(way.each) and len(counts) == 1 and max(counts) % 1 == 0
    if not is_whole and not way.is_loose:
        return None
    return Held(line, way.sku, math.ceil(max(counts)), mine, is_whole)
