"""What stands for what a line asks for: kits put together again, substitutes told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Final

from domroute.network import Item
from domroute.orders import Line
from domroute.words import KitForm

_MOST: Final = 500
"""Ways to read what ships for a line that are looked at, at most."""

Entry = tuple[str, int]
"""A SKU, and its units."""


@dataclass(frozen=True, slots=True)
class Role:
    """
    What units of one SKU do for a line: they are it, a part of it, or stand for it.

    Attributes
    ----------
    way
        Which of the ways to fill the line they are part of.
    sku, each
        What leaves, and how many units for one of the line.
    price, charge
        What the customer pays for a unit of it, and what a substitute's costs besides.
    """

    way: int
    sku: str
    each: int
    price: float
    charge: float


@dataclass(frozen=True, slots=True)
class Way:
    """One SKU that fills a line: its parts, and whether they may leave apart."""

    roles: tuple[Role, ...]
    is_loose: bool


Read = tuple[Role, ...]
"""The role of each entry of a shipment."""


def ways_to_fill(line: Line, items: Mapping[str, Item]) -> tuple[Way, ...]:
    """
    List the ways to fill a line; none where only what it names may leave.

    Examples
    --------
    >>> known = {"A": Item(sku="A"), "B": Item(sku="B")}
    >>> line = Line(id="l1", sku="A", quantity=1, substitutes=[("B", 2.0)])
    >>> [role.charge for way in ways_to_fill(line, known) for role in way.roles]
    [0.0, 2.0]
    """
    asked = items.get(line.sku)
    if asked is None or not (line.substitutes or asked.components):
        return ()
    price = asked.unit_price if line.unit_price is None else line.unit_price
    found: list[Way] = []
    options = [(line.sku, 0.0), *((x.sku, x.penalty) for x in line.substitutes)]
    for sku, penalty in options:
        item = items.get(sku)
        if item is None:
            continue
        inside = [(part.sku, part.quantity) for part in item.components] or [(sku, 1)]
        apart = bool(item.components) and item.kit is KitForm.PARTS
        count = sum(each for _, each in inside)
        own = {part: items[part].unit_price if part in items else 0.0
               for part, _ in inside}  # fmt: skip
        total = sum(own[part] * each for part, each in inside)
        roles = tuple(
            Role(
                way=len(found),
                sku=part,
                each=each,
                price=price * (own[part] / total if total > 0 else 1 / count),
                charge=penalty / count,
            )
            for part, each in inside
        )
        found.append(Way(roles, is_loose=apart and line.ship_together is None))
    return tuple(found)


def readings_of(ways: Sequence[Way], entries: Sequence[Entry]) -> Iterator[Read]:
    """
    Yield every way to read what one shipment holds for a line.

    No role is taken twice, and kits that leave together are whole.
    """
    roles = [role for way in ways for role in way.roles]

    def assign(at: int, taken: tuple[Role, ...]) -> Iterator[Read]:
        if at == len(entries):
            if _are_together(ways, taken, entries):
                yield taken
            return
        sku, units = entries[at]
        for role in roles:
            if role.sku != sku or role in taken:
                continue
            if not ways[role.way].is_loose and units % role.each:
                continue
            yield from assign(at + 1, (*taken, role))

    yield from assign(0, ())


def _are_together(ways: Sequence[Way], taken: Read, entries: Sequence[Entry]) -> bool:
    """Tell whether the kits of a shipment are whole that leave together."""
    for at, way in enumerate(ways):
        given = {
            role.sku: units // role.each
            for role, (_, units) in zip(taken, entries, strict=True)
            if role.way == at
        }
        is_even = len(given) == len(way.roles) and len(set(given.values())) == 1
        if given and not (way.is_loose or is_even):
            return False
    return True


def filled_by(
    ways: Sequence[Way], reads: Sequence[Read], entries: Sequence[Sequence[Entry]]
) -> tuple[int, bool]:
    """
    Count the units of a line that shipments fill, and tell whether kits are whole.

    Parameters
    ----------
    ways
        To fill the line.
    reads, entries
        What each shipment holds for it, and how that is read.
    """
    units: dict[Role, int] = {}
    for read, held in zip(reads, entries, strict=True):
        for role, (_, count) in zip(read, held, strict=True):
            units[role] = units.get(role, 0) + count
    filled, is_whole = 0, True
    for way in ways:
        done = min(units.get(role, 0) // role.each for role in way.roles)
        filled += done
        exact = all(units.get(role, 0) == done * role.each for role in way.roles)
        is_whole = is_whole and exact
    return filled, is_whole


@dataclass(frozen=True, slots=True)
class Shown:
    """What shipments hold for one line: entries by shipment, in the plan's order."""

    ways: tuple[Way, ...]
    at: tuple[int, ...]
    """The positions of the shipments."""
    entries: tuple[tuple[Entry, ...], ...]
    wanted: int
    """Units that should come of it, where that is said."""

    def readings(self) -> list[tuple[Read, ...]]:
        """List ways to read it all: those that make whole kits, the right number."""
        by_shipment = [
            list(islice(readings_of(self.ways, held), _MOST)) for held in self.entries
        ]
        every = list(islice(product(*by_shipment), _MOST))
        marked = [(read, *filled_by(self.ways, read, self.entries)) for read in every]
        right = [read for read, n, whole in marked if whole and n == self.wanted]
        return right or [read for read, _, whole in marked if whole]


def best_reading(
    shown: Sequence[Shown], said: Mapping[int, float]
) -> list[tuple[Read, ...] | None]:
    """
    Read what ships for each line, so that charges come out as they are said, if so.

    Parameters
    ----------
    shown
        By line.
    said
        What each shipment says that it charges for substitutes, by its position.

    Returns
    -------
    list
        By line; None where no reading makes whole kits.
    """
    choices = [one.readings() for one in shown]
    if any(len(found) > 1 for found in choices) and all(choices):
        for picked in islice(product(*choices), _MOST):
            charges = dict.fromkeys(said, 0.0)
            for one, reads in zip(shown, picked, strict=True):
                for at, charge in charged_by(one, reads).items():
                    charges[at] = charges.get(at, 0.0) + charge
            if all(abs(charges[at] - said[at]) <= 1e-6 * max(1.0, abs(said[at]))
                   for at in said):  # fmt: skip
                return list(picked)
    return [found[0] if found else None for found in choices]


def charged_by(shown: Shown, reads: Sequence[Read]) -> dict[int, float]:
    """Add up what substitutes of a line are charged, by the shipment's position."""
    found: dict[int, float] = {}
    for at, read, held in zip(shown.at, reads, shown.entries, strict=True):
        charge = sum(
            role.charge * units for role, (_, units) in zip(read, held, strict=True)
        )
        found[at] = found.get(at, 0.0) + charge
    return found
