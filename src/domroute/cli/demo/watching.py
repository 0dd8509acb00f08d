"""What looks on while orders are routed: an example kept, and progress shown."""

from __future__ import annotations

from typing import Final, TextIO

from domroute.orders import Order
from domroute.result import RoutingResult
from domroute.router import Router

_PROGRESS_EVERY: Final = 200
"""Orders between two updates of the progress line."""
_EXAMPLE_LINES: Final = 2
"""Lines, and shipments, of the order shown as an example."""


class Example:
    """Keeps the first order whose lines are split, with the reason for every choice."""

    def __init__(self) -> None:
        self.text = ""

    def __call__(self, router: Router, order: Order, result: RoutingResult) -> None:
        """Look at a result before its plan is reserved."""
        few = len(order.lines) == len(result.plan.shipments) == _EXAMPLE_LINES
        if self.text or not few or result.plan.unfilled:
            return
        wishes = ", ".join(f"{line.quantity} x {line.sku}" for line in order.lines)
        title = f"One order of them, {order.id}: {wishes}"
        self.text = f"{title}\n\n{result}\n\n{router.explain(order)}"


class Progress:
    """Says on a terminal how far a run has come; silent where nobody looks."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total = total
        self._stream = stream
        self._done = 0
        self._shown = stream.isatty()

    def __call__(self, router: Router, order: Order, result: RoutingResult) -> None:
        """Count one order."""
        del router, order, result
        self._done += 1
        if not self._shown:
            return
        if self._done == self._total:
            self._stream.write("\r" + " " * 40 + "\r")
        elif self._done % _PROGRESS_EVERY == 0:
            self._stream.write(f"\r  {self._done:,} of {self._total:,} orders")
        self._stream.flush()
