"""Whether the kits of a network are made of what is no kit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domroute.digital import digital_of
from domroute.network import Item
from domroute.validation import Fault


def kit_faults(items: Iterable[Item | None]) -> Iterator[tuple[int, Fault]]:
    """
    List components that are kits themselves, or digital.

    Parameters
    ----------
    items
        Of a network; None for one that could not be read.

    Yields
    ------
    int and Fault
        The position of an item, and what is wrong with it.

    Examples
    --------
    >>> items = [Item(sku="SET", components=[("BOX", 1)])]
    >>> items += [Item(sku="BOX", components=[("A", 2)]), Item(sku="A")]
    >>> [(at, code, path) for at, (code, path, _) in kit_faults(items)]
    [(0, 'kit_of_kits', ('components', 0, 'sku'))]
    """
    rows = list(items)
    kits = {item.sku for item in rows if item is not None and item.components}
    digital = digital_of(rows)
    for at, item in enumerate(rows):
        for place, part in enumerate(() if item is None else item.components):
            if part.sku in kits:
                text = f"{part.sku!r} is a kit itself; kits of kits are not made"
                yield at, ("kit_of_kits", ("components", place, "sku"), text)
            elif part.sku in digital:
                text = f"{part.sku!r} is digital; a kit is made of what ships"
                yield at, ("digital_component", ("components", place, "sku"), text)
