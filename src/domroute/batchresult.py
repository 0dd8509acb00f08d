"""The plans of a batch routed jointly, with what was proven of them together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from domroute.ledger import Snapshot
from domroute.plan import Costs
from domroute.result import RoutingResult, gap_of
from domroute.tables import html_pairs, text_pairs
from domroute.words import Measure, Status

if TYPE_CHECKING:
    import pandas as pd

FORMAT: Final = "domroute.batch/1"
"""The version of a batch as plain values; it fixes the fields and their meaning."""
PRICE_COLUMNS = ("kind", "node", "sku", "measure", "price", "limit", "used")
"""The columns of ``BatchResult.prices``, in order."""
HISTORY_COLUMNS = ("elapsed_s", "bound", "cost")
"""The columns of ``BatchResult.history``, in order."""


@dataclass(frozen=True, slots=True)
class Price:
    """
    What one more unit of stock, or of a node's capacity, would be worth.

    ``sku`` is None for capacity, and ``measure`` is what that counts; None for stock.
    ``limit`` is what there was, ``used`` what the plans take of it.
    """

    node_id: str
    sku: str | None
    price: float
    limit: float
    used: float
    measure: Measure | None = None

    @property
    def kind(self) -> str:
        """Stock, or capacity."""
        return "capacity" if self.sku is None else "stock"


@dataclass(frozen=True, slots=True)
class BatchStatistics:
    """
    What it took.

    Attributes
    ----------
    orders
        Orders routed.
    tabled
        Orders priced side by side; the others are asked one by one.
    bundles
        Ways to fill a part of an order from a node that were priced.
    contended
        Cells of a SKU at a node of which the orders could want more than there is.
    steps
        Price steps.
    price_bound
        What the prices of units and capacity prove by themselves, whose slope they are;
        None where no joint plan is possible. ``bound`` may be above it.
    compile_s, search_s, conclude_s
        Seconds to price the orders, to search, and to write and check the plans.
    table_mb
        Megabytes of the tables.
    """

    orders: int = 0
    tabled: int = 0
    bundles: int = 0
    contended: int = 0
    steps: int = 0
    price_bound: float | None = None
    compile_s: float = 0.0
    search_s: float = 0.0
    conclude_s: float = 0.0
    table_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class BatchResult:
    """
    The best joint plan found for a batch, and how good it is.

    Attributes
    ----------
    results
        One per order, as the orders were given. The bound of each is what the order
        would cost alone, so its status says whether competing cost it anything.
    status
        Of the batch: optimal, feasible, or infeasible if it is proven that not every
        order can have a plan.
    cost, bound
        Of all orders together; the cost is infinite if an order has no plan.
    stock_and_capacity
        The prices that prove the bound, or come near to it where an integer program
        has raised it; the dearest first.
    """

    results: tuple[RoutingResult, ...]
    status: Status
    cost: float
    bound: float
    stock_and_capacity: tuple[Price, ...]
    policy_version: str
    gap_asked: float | None = field(default=None, compare=False)
    """The gap that was asked for: optimal means within it; the policy's if not told."""
    history_points: tuple[tuple[float, float, float], ...] = field(
        default=(), compare=False
    )
    elapsed_s: float = field(default=0.0, compare=False)
    statistics: BatchStatistics = field(default=BatchStatistics(), compare=False)
    snapshot: Snapshot | None = field(default=None, compare=False, repr=False)
    """The stock and capacity that it was decided on, of the orders' SKUs."""

    def __iter__(self) -> Iterator[RoutingResult]:
        """Iterate over the results, one per order."""
        return iter(self.results)

    def __len__(self) -> int:
        """Count the orders."""
        return len(self.results)

    @property
    def gap(self) -> float:
        """How far the cost may be above the best: (cost - bound) / abs(cost)."""
        return gap_of(self.cost, self.bound)

    @property
    def is_optimal(self) -> bool:
        """Whether the joint plan is proven best."""
        return self.status is Status.OPTIMAL

    @property
    def costs(self) -> Costs:
        """The costs of all plans by term, unfilled penalties included."""
        total: dict[str, float] = {}
        for result in self.results:
            for term, amount in result.costs:
                total[term] = total.get(term, 0.0) + amount
        return Costs.of(total)

    @property
    def prices(self) -> pd.DataFrame:
        """
        What one more unit would be worth: a row per contended cell, and per capacity.

        The columns are ``PRICE_COLUMNS``; ``sku`` is missing for capacity, ``measure``
        for stock. A price is the slope of the bound, so it holds for small changes.
        """
        import pandas as pd

        rows = [
            (p.kind, p.node_id, p.sku, p.measure, p.price, p.limit, p.used)
            for p in self.stock_and_capacity
        ]
        return pd.DataFrame(rows, columns=list(PRICE_COLUMNS))

    @property
    def history(self) -> pd.DataFrame:
        """The bound and the cost as they got better; ``HISTORY_COLUMNS``."""
        import pandas as pd

        return pd.DataFrame(self.history_points, columns=list(HISTORY_COLUMNS))

    def to_frame(self) -> pd.DataFrame:
        """Return the rows of every result's ``to_frame()``, one after another."""
        import pandas as pd

        frames = [result.to_frame() for result in self.results]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def to_dict(self) -> dict[str, Any]:
        """Return the batch as plain values, ready for JSON; infinity becomes None."""
        return {
            "format": FORMAT,
            "status": str(self.status),
            "cost": _finite(self.cost),
            "bound": _finite(self.bound),
            "gap": _finite(self.gap),
            "gap_asked": self.gap_asked,
            "costs": self.costs.to_dict(),
            "policy_version": self.policy_version,
            "elapsed_s": self.elapsed_s,
            "prices": [
                {
                    "kind": p.kind,
                    "node_id": p.node_id,
                    "sku": p.sku,
                    "measure": p.measure,
                    "price": p.price,
                    "limit": p.limit,
                    "used": p.used,
                }
                for p in self.stock_and_capacity
            ],
            "results": [result.to_dict() for result in self.results],
        }

    def summary(self) -> list[tuple[str, str]]:
        """Return labels and values that say what was decided."""
        shipments = sum(len(r.plan.arriving) for r in self.results)
        cells = self.statistics.contended
        units = sum(u.quantity for r in self.results for u in r.plan.unfilled)
        is_known = math.isfinite(self.cost)
        claim = f"{self.status} (gap {self.gap:.2%})" if is_known else str(self.status)
        return [
            ("orders", f"{len(self.results):,}"),
            ("status", claim),
            ("cost", f"{self.cost:,.2f}"),
            ("bound", f"{self.bound:,.2f}"),
            ("shipments", f"{shipments:,}"),
            ("unfilled", f"{units:,} unit{'s' * (units != 1)}"),
            ("contended", f"{cells:,} cell{'s' * (cells != 1)}"),
            ("elapsed", f"{self.elapsed_s:.1f} s"),
        ]

    def __str__(self) -> str:
        """Say what was decided, in a small table."""
        return text_pairs(self.summary())

    def _repr_html_(self) -> str:
        return html_pairs(self.summary())


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
