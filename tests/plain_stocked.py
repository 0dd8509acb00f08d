"""
Every plan there is for one small order that may wait for stock still to come.

As ``plain_dated``, but for what there is: it depends on when a shipment leaves. Written
from the documentation alone.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict

from plain_dated import DatedWorld
from plain_supply import NOTHING, shelf_of


class StockedWorld(DatedWorld):
    """
    One order, and what may be done about it with stock by date.

    Parameters
    ----------
    world
        Order, network, inventory, policy, and quotes if there are.
    promised
        What is promised of what comes, by (node, SKU): since when, and how many.
    shared
        Whether others take of the stock too: plans that take other units of it are
        then kept apart.
    """

    def __init__(self, *world, promised=(), shared=False):
        super().__init__(*world)
        self.is_shared = shared
        _, _, inventory, policy, *_ = world
        rows, promised = list(inventory), dict(promised)
        days = policy.promise.overdue_days
        self.shelves = {
            (row.node, row.sku): shelf_of(
                row,
                self.clock,
                days,
                kept=self._kept_by_rules(row.node),
                promised=promised.get((row.node, row.sku), ()),
            )
            for row in rows
        }
        self.stock = {key: shelf.units[0] for key, shelf in self.shelves.items()}
        self.waits = [self.may_wait(line) for line in self.lines]
        self.moments = {name: self._moments_at(name) for name in self.nodes}

    # --- what there is ----------------------------------------------------------

    def may_wait(self, line):
        """Tell whether a line may wait for stock still to come."""
        own = line.allow_backorder
        return self.policy.allow_backorder if own is None else own

    def shelf(self, name, sku):
        """Return what there is of a SKU at a node."""
        return self.shelves.get((name, sku), NOTHING)

    def _rules(self, name, *, soft):
        """List the rules that keep stock back at a node."""
        for rule in self.policy.rules:
            if rule.rule != "safety_stock" or (rule.price is not None) is not soft:
                continue
            ids, kinds = rule.nodes.ids, rule.nodes.kinds
            is_here = not ids or name in ids
            if is_here and (not kinds or self.nodes[name].kind in kinds):
                yield rule

    def _kept_by_rules(self, name):
        """Count the units that hard rules keep back of each SKU."""
        return sum(rule.units for rule in self._rules(name, soft=False))

    def _moments_at(self, name):
        """List the moments to wait for at a node; None is now, and the first."""
        found = {
            moment
            for line, waits in zip(self.lines, self.waits, strict=True)
            if waits
            for moment in self.more(name, line.sku)
            if moment <= self.clock.horizon
        }
        return (None, *sorted(found))

    def more(self, name, sku):
        """List the moments from which on a node has more of what is ordered."""
        if self.is_shared:  # others may take what is there before
            return self.shelf(name, sku).more(math.inf)
        wanted = sum(line.quantity for line in self.lines if line.sku == sku)
        return self.shelf(name, sku).more(wanted)

    def there(self, line, name):
        """Count what a node has for a line, now or in the end."""
        shelf = self.shelf(name, line.sku)
        return shelf.units[-1] if self.may_wait(line) else shelf.units[0]

    def taken(self, name, loads):
        """
        Count what shipments take of a node by (SKU, step of its shelf).

        Lines that may not wait take what is there now, whenever it leaves.

        Parameters
        ----------
        name
            Of the node.
        loads
            Moments that shipments wait for, and units by line.
        """
        found = Counter()
        for moment, units in loads:
            for line, waits, n in zip(self.lines, self.waits, units, strict=True):
                if n:
                    step = self.shelf(name, line.sku).step(moment) if waits else 0
                    found[line.sku, step] += n
        return found

    def is_there(self, name, taken):
        """Tell whether a node has what is taken by each step."""
        for sku in {sku for sku, _ in taken}:
            gone = 0
            for step, units in enumerate(self.shelf(name, sku).units):
                gone += taken[sku, step]
                if gone > units:
                    return False
        return True

    # --- loads ------------------------------------------------------------------

    def _apart(self, name, wide):
        """Take a load of a node apart: units by line, of each moment to wait for."""
        size = len(self.lines)
        rows = [wide[k : k + size] for k in range(0, len(wide), size)]
        return list(zip(self.moments[name], rows, strict=True))

    def _service_loads(self, name, delivery, service, of):
        """
        List what goes by one service: shipments of different moments.

        Those that wait for other stock are apart, even where they leave at once.
        """
        moments, by_moment = self.moments[name], defaultdict(dict)
        blank = self.zero
        for units in self._vectors(of, name, delivery):
            for at, moment in enumerate(moments):
                if moment is not None and not self.comes(name, units, moment):
                    continue
                if not self.is_there(name, self.taken(name, [(moment, units)])):
                    continue
                part = self.part(name, delivery, service, units, moment)
                if isinstance(part, str):
                    continue
                rows = [blank] * len(moments)
                rows[at] = units
                wide = tuple(n for row in rows for n in row)
                when = part.dates.leaves, moment
                by_moment[when][wide] = self._cells_of(part)
        return self._by_moments(by_moment, *self._frame(name))

    def comes(self, name, units, moment):
        """
        Tell whether something in a shipment that may wait comes at a moment.

        Nothing waits for what is not needed, even where later parcels were cheaper.
        """
        return any(
            n and waits and moment in self.more(name, line.sku)
            for line, waits, n in zip(self.lines, self.waits, units, strict=True)
        )

    def _frame(self, name):
        """Return the empty load of a node, and what tells whether one fits."""

        def fits(wide):
            loads = self._apart(name, wide)
            narrow = tuple(map(sum, zip(*(row for _, row in loads), strict=True)))
            if not self._fits(narrow):
                return False
            return self.is_there(name, self.taken(name, loads))

        return self.zero * len(self.moments[name]), fits

    def _node_loads(self, name):
        """List what a node may send: units, and by step where others take it too."""
        found = {}
        for wide, cells in self._loads_of(name, *self._frame(name)).items():
            loads = self._apart(name, wide)
            units = tuple(map(sum, zip(*(row for _, row in loads), strict=True)))
            kept = self._kept(name, units, cells)
            if not kept:
                continue
            key = units
            if self.is_shared:
                key = units, frozenset(self.taken(name, loads).items())
            found[key] = self._either({key: found.get(key, {})}, {key: kept})[key]
        return found

    def _choices(self, name):
        """List the loads of a node by line, apart where others take it too."""
        loads = self.of_node[name].items()
        if self.is_shared:
            return [(key[0], cells) for key, cells in loads]
        return list(loads)

    def _kept(self, name, units, cells):
        """Return the loads that a node can do, with what they touch priced."""
        taken = Counter()
        for line, n in zip(self.lines, units, strict=True):
            taken[line.sku] += n
        cells = self._sends_enough(name, cells)
        touched = sum(
            rule.price * max(0, n - self._free(name, sku, rule))
            for rule in self._rules(name, soft=True)
            for sku, n in taken.items()
        )
        return {
            looks: (cost + touched, parts)
            for looks, (cost, parts) in self._within(name, units, cells).items()
        }

    def _free(self, name, sku, rule):
        """
        Count the units that may be taken before a rule has its price.

        They are the last of all that comes, what other rules keep included.
        """
        may = any(
            waits and line.sku == sku
            for line, waits in zip(self.lines, self.waits, strict=True)
        )
        shelf = self.shelf(name, sku)
        return max(0, (shelf.in_the_end if may else shelf.now) - rule.units)
