"""Worlds of which something that stands against a line is taken away."""

from __future__ import annotations

import math

from plain import PlainWorld


class Handled(PlainWorld):
    """A world in which every service has the tags that one line needs."""

    def __init__(self, *made, line):
        super().__init__(*made)
        self.line = line

    def lets(self, line, service):
        """Let every service carry the line."""
        return line.id == self.line.id or super().lets(line, service)


class Open(Handled):
    """A world in which every node may fill one line, and rules keep none of its SKU."""

    def may(self, line, name):
        """Open every node to the line."""
        return line.id == self.line.id or super().may(line, name)

    def held(self, sku, node):
        """Count all that nobody has taken."""
        row = self.stock.get((node, sku))
        if sku != self.line.sku or row is None:
            return super().held(sku, node)
        return max(0, math.floor(row.on_hand - row.reserved - row.safety))


class Carried(PlainWorld):
    """A world in which somebody carries everything, for nothing."""

    def carriers(self):
        """List one more, which carries all."""
        return [*super().carriers(), "anything"]

    def priced(self, node, delivery, contents, service):
        """Charge handling, and carriage but by the one for everything."""
        if service != "anything":
            return super().priced(node, delivery, contents, service)
        policy = self.policy
        costs = tuple(term for term in policy.costs if term.name != "shipping")
        self.policy = policy.model_copy(update={"costs": costs})
        try:
            return super().priced(node, delivery, contents, service)
        finally:
            self.policy = policy
