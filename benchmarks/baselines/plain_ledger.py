"""
A ledger of stock as one clerk would keep it: one change after another, in plain Python.

Nothing of the library is used; what each change does is written here again from
``guide/inventory``. What may not be done raises the codes of the faults.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field


class RefusedError(Exception):
    """A change that may not be made, and why; nothing was changed."""

    def __init__(self, *codes: str) -> None:
        self.codes = set(codes)
        super().__init__(*sorted(self.codes))


@dataclass
class Cell:
    """What there is of a SKU at a node."""

    on_hand: float
    reserved: float = 0
    inbound: list = field(default_factory=list)
    """What arrives: [due, units], by due."""

    @property
    def free(self) -> int:
        """Count what may be promised."""
        return max(0, math.floor(self.on_hand - self.reserved))


@dataclass
class Held:
    """One reservation: units by line, all of one SKU each."""

    order: str
    node: str
    lines: dict
    """From line to [SKU, units]."""
    until: object = None


class PlainLedger:
    """
    Cells, what is held of them, and which orders count at which node.

    Parameters
    ----------
    cells
        By (node, SKU).
    limits
        What nodes can do in a period, by node and "orders" or "units".
    """

    def __init__(self, cells: dict, limits: dict) -> None:
        self.cells = cells
        self.limits = limits
        self.held: dict[int, Held] = {}
        self.last = 0
        self.units_done: Counter = Counter()
        """Units that have left a node in the period."""
        self.orders_done: set = set()
        """(node, order) of which something has left in the period."""

    # --- what is counted --------------------------------------------------------------

    def load(self, node: str, measure: str) -> float:
        """Count what is taken of a node's capacity."""
        here = [one for one in self.held.values() if one.node == node]
        if measure == "units":
            held = sum(units for one in here for _, units in one.lines.values())
            return held + self.units_done[node]
        counted = {order for at, order in self.orders_done if at == node}
        return len(counted | {one.order for one in here})

    def _over(self, before: dict) -> list:
        """List the nodes of which more is asked now than before, and than they can."""
        return [
            "capacity"
            for (node, measure), limit in self.limits.items()
            if self.load(node, measure) > max(limit, before[node, measure])
        ]

    def _loads(self) -> dict:
        return {(node, kind): self.load(node, kind) for node, kind in self.limits}

    # --- promises ---------------------------------------------------------------------

    def reserve(self, order: str, wanted: list, until: object = None) -> list:
        """Hold [(node, line, SKU, units)], one reservation each; return the numbers."""
        held = {
            line
            for one in self.held.values()
            if one.order == order
            for line in one.lines
        }
        codes = ["already_reserved" for _, line, _, _ in wanted if line in held]
        needs: Counter = Counter()
        for node, _, sku, units in wanted:
            needs[node, sku] += units
        codes += ["oversold" for cell, n in needs.items() if n > self.cells[cell].free]
        before, numbers = self._loads(), []
        for node, line, sku, units in wanted:
            self.last += 1
            self.held[self.last] = Held(order, node, {line: [sku, units]}, until)
            numbers.append(self.last)
        codes += self._over(before)
        if codes:
            for number in numbers:
                del self.held[number]
            self.last -= len(numbers)
            raise RefusedError(*codes)
        for cell, units in needs.items():
            self.cells[cell].reserved += units
        return numbers

    def _meant(self, which: object) -> list:
        if isinstance(which, int):
            found = [which] if which in self.held else []
        else:
            found = [n for n, one in sorted(self.held.items()) if one.order == which]
        if not found:
            raise RefusedError("not_reserved")
        return found

    def _taken(self, which: object, units: dict | None) -> list:
        """List [(number, line, units)] that are meant."""
        found = self._meant(which)
        taken, left = [], dict(units or {})
        for number in found:
            for line, (_, there) in self.held[number].lines.items():
                count = there if units is None else min(there, left.get(line, 0))
                if count:
                    taken.append((number, line, count))
                    left[line] = left.get(line, 0) - count
        if units is not None and any(left.values()):
            raise RefusedError("not_reserved")
        return taken

    def _drop(self, taken: list, *, gone: bool) -> None:
        """Take units off what is held; off what is on hand as well if they are gone."""
        for number, line, units in taken:
            one = self.held[number]
            cell = self.cells[one.node, one.lines[line][0]]
            cell.reserved -= units
            one.lines[line][1] -= units
            if gone:
                cell.on_hand -= units
                self.units_done[one.node] += units
                self.orders_done.add((one.node, one.order))
            if not one.lines[line][1]:
                del one.lines[line]
            if not one.lines:
                del self.held[number]

    def release(self, which: object, units: dict | None = None) -> None:
        """Give units back."""
        self._drop(self._taken(which, units), gone=False)

    def commit(self, which: object, units: dict | None = None) -> None:
        """Let units leave."""
        taken, needs = self._taken(which, units), Counter()
        for number, line, count in taken:
            one = self.held[number]
            needs[one.node, one.lines[line][0]] += count
        if any(count > self.cells[cell].on_hand for cell, count in needs.items()):
            raise RefusedError("oversold")
        self._drop(taken, gone=True)

    def move(self, which: int, node: str, units: dict | None = None) -> list:
        """Hold units of one reservation at another node; return its number there."""
        taken = self._taken(which, units)
        one, before = self.held[which], self._loads()
        order, origin, until = one.order, one.node, one.until
        lines = {
            line: [one.lines[line][0], count]
            for line, _, count in [(t[1], 0, t[2]) for t in taken]
        }
        is_whole = lines == one.lines
        if node == origin and is_whole:
            return [which]
        needs: Counter = Counter()
        for sku, count in lines.values():
            needs[node, sku] += count
        codes = []
        if node != origin:
            codes = [
                "oversold" for cell, n in needs.items() if n > self.cells[cell].free
            ]
        kept = {line: list(what) for line, what in one.lines.items()}
        self._drop(taken, gone=False)
        number = which if is_whole else self.last + 1
        self.held[number] = Held(order, node, lines, until)
        codes += self._over(before)
        for cell, count in needs.items():
            self.cells[cell].reserved += count
        if codes:
            del self.held[number]
            self.held[which] = Held(order, origin, kept, until)
            for sku, count in lines.values():
                self.cells[node, sku].reserved -= count
                self.cells[origin, sku].reserved += count
            raise RefusedError(*codes)
        self.last = max(self.last, number)
        return [number]

    def expire(self, now: object) -> list:
        """Give back what is held no longer than until now; return the orders."""
        over = [
            n for n, one in sorted(self.held.items()) if one.until and one.until <= now
        ]
        orders = list(dict.fromkeys(self.held[number].order for number in over))
        for number in over:
            self._drop(self._taken(number, None), gone=False)
        return orders

    # --- counts -----------------------------------------------------------------------

    def add(self, counts: list) -> tuple:
        """Add [(node, SKU, units)]; return how many, and what is over-promised."""
        sums: Counter = Counter()
        for node, sku, units in counts:
            sums[node, sku] += units
        done = {}
        for cell, units in sums.items():
            there = self.cells.get(cell)
            if (0 if there is None else there.on_hand) + units >= 0:
                done[cell] = units
        for cell, units in done.items():
            self.cells.setdefault(cell, Cell(0)).on_hand += units
        return sum((n, k) in done for n, k, _ in counts), self._short(done)

    def set(self, counts: list) -> tuple:
        """Set [(node, SKU, units)]; return as for ``add``."""
        for node, sku, units in counts:
            self.cells.setdefault((node, sku), Cell(0)).on_hand = units
        return len(counts), self._short([(n, k) for n, k, _ in counts])

    def _short(self, cells: object) -> dict:
        found = {
            cell: self.cells[cell].reserved - self.cells[cell].on_hand for cell in cells
        }
        return {cell: math.ceil(units) for cell, units in found.items() if units > 0}

    def receive(self, node: str, sku: str, units: int) -> int:
        """Take units in, first what is due first; return how many were not due."""
        cell, left = self.cells[node, sku], units
        cell.on_hand += units
        for part in cell.inbound:
            taken = min(left, part[1])
            part[1] -= taken
            left -= taken
        cell.inbound = [part for part in cell.inbound if part[1] > 0]
        return left
