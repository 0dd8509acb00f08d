"""The parcels of a shipment, where some goods ship alone, or apart from others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from domroute.arguments import checked
from domroute.network import Item
from domroute.orders import Line

_Kind = tuple[frozenset[str], float, float]
"""Goods that stay together: their tags that matter, weight and volume."""


@checked
def sum_of_parcels(
    contents: Sequence[tuple[Line, Item, int]],
    apart: Sequence[tuple[str, str]],
    price: Callable[[float, float], float],
) -> float:
    """
    Add up what the parcels of a shipment cost, at the least.

    Each unit of an item that ships alone is a parcel. The others are told apart by
    those of their tags that are named in ``apart``: goods of the same such tags stay in
    one parcel, with goods of others or without, but never with those that they are to
    be apart from. Of all ways to do so the cheapest counts.

    Parameters
    ----------
    contents
        Line, item and units of each line in the shipment.
    apart
        The pairs of tags whose items never share a parcel.
    price
        Prices a parcel by its weight (kilograms) and volume (cubic centimeters).

    Examples
    --------
    Three parcels: two bulky ones, and a third of everything else.

    >>> from domroute.network import Item
    >>> line = Line(id="l1", sku="A", quantity=2)
    >>> contents = [
    ...     (line, Item(sku="A", weight_kg=9.0, ships_alone=True), 2),
    ...     (line, Item(sku="B", weight_kg=1.0), 3),
    ... ]
    >>> sum_of_parcels(contents, (), lambda weight, volume: 5.0 + weight)
    36.0
    """
    total = 0.0
    named = {tag for pair in apart for tag in pair}
    kinds: dict[frozenset[str], tuple[float, float]] = {}
    for _, item, units in contents:
        if item.ships_alone:
            total += units * price(item.weight_kg, item.volume_cm3)
            continue
        tags = frozenset(named.intersection(item.tags)) if named else frozenset[str]()
        weight, volume = kinds.get(tags, (0.0, 0.0))
        kinds[tags] = (
            weight + item.weight_kg * units,
            volume + item.volume_cm3 * units,
        )
    if not kinds:
        return total
    goods = [(tags, *sizes) for tags, sizes in kinds.items()]
    return total + min(
        math.fsum(
            price(
                math.fsum(weight for _, weight, _ in parcel),
                math.fsum(volume for _, _, volume in parcel),
            )
            for parcel in parcels
        )
        for parcels in _divisions(goods, apart)
    )


def _divisions(
    goods: Sequence[_Kind], apart: Sequence[tuple[str, str]]
) -> Iterator[list[list[_Kind]]]:
    """Yield every way to put goods into parcels."""
    if not goods:
        yield []
        return
    *others, last = goods
    for parcels in _divisions(others, apart):
        yield [*parcels, [last]]
        for at, parcel in enumerate(parcels):
            if all(_may_share(last[0], one[0], apart) for one in parcel):
                yield [*parcels[:at], [*parcel, last], *parcels[at + 1 :]]


def _may_share(
    one: frozenset[str], other: frozenset[str], apart: Sequence[tuple[str, str]]
) -> bool:
    """Tell whether goods of some tags, and of others, may share a parcel."""
    return not any(
        (a in one and b in other) or (b in one and a in other) for a, b in apart
    )
