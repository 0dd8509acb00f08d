"""What the orders of each block of days add to the figures of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from domroute.replay.measures import Frames, Measured
from domroute.units import FloatArray
from domroute.whatif.blocks import by_order, cost_of, margin_of

if TYPE_CHECKING:
    import pandas as pd

_DAY_S: Final = 86_400.0

TOTALS: Final = (
    "shipments",
    "revenue",
    "cost_to_serve",
    "penalties",
    "total_cost",
    "contribution_margin",
    "unfilled_units",
)
"""KPIs that are sums over orders."""
RATIOS: Final[dict[str, tuple[str, str]]] = {
    "cost_per_order": ("cost_to_serve", "served"),
    "margin_per_order": ("contribution_margin", "orders"),
    "fill_rate": ("filled", "wanted"),
    "shipments_per_order": ("shipments", "served"),
    "split_rate": ("is_split", "served"),
    "lead_h_mean": ("lead_h", "has_lead"),
}
"""KPIs that are one sum over orders divided by another."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """
    Sums over the orders of each block of a run; shape ``(B,)`` each.

    Attributes
    ----------
    orders, served
        Placed; and with at least one shipment.
    wanted, filled
        Units ordered and not canceled; and those that customers get.
    lead_h, has_lead
        Hours from placed to delivered, of the orders that have them; and how many.
    """

    orders: FloatArray
    served: FloatArray
    shipments: FloatArray
    is_split: FloatArray
    revenue: FloatArray
    cost_to_serve: FloatArray
    penalties: FloatArray
    total_cost: FloatArray
    contribution_margin: FloatArray
    unfilled_units: FloatArray
    wanted: FloatArray
    filled: FloatArray
    lead_h: FloatArray
    has_lead: FloatArray

    @classmethod
    def of(cls, outcome: Measured, *, days: float) -> Self:
        """
        Add up a run by blocks of when its orders were placed.

        Parameters
        ----------
        outcome
            What came of a replay.
        days
            Length of a block, from the first order on. Days that are left at the end
            and make no whole block belong to the last.
        """
        frames = Frames.of(outcome)
        each = _each_order(frames)
        placed = frames.orders.set_index("order")["placed_at"]
        since = (placed - placed.min()).dt.total_seconds() / _DAY_S
        span = float(since.max())
        days_in_all = math.floor(span) + 1
        # Parts of a day are for streams too short to have whole days.
        whole = days_in_all // days if days >= 1 else span // days + 1
        count = max(1, int(whole))
        block = np.minimum((since // days).to_numpy().astype(int), count - 1)
        sums = each.groupby(block).sum().reindex(range(count), fill_value=0.0)
        return cls(**{part.name: sums[part.name].to_numpy() for part in fields(cls)})

    @classmethod
    def mean(cls, many: list[Pieces]) -> Pieces:
        """Take the mean of several runs of the same orders, block by block."""
        return cls(
            **{
                part.name: np.mean([getattr(one, part.name) for one in many], axis=0)
                for part in fields(cls)
            }
        )

    def scatter(self, kpi: str) -> FloatArray | None:
        r"""
        Say how each block pulls a KPI off its value; None of KPIs that are no sums.

        Parameters
        ----------
        kpi
            Its name.

        Notes
        -----
        Of a ratio :math:`r = \sum a_b / \sum n_b` it is
        :math:`(a_b - r n_b) / \sum n_b`; of a sum, the same of its mean over orders,
        times all orders.
        """
        above, below = RATIOS.get(kpi, (kpi, "orders"))
        if kpi not in RATIOS and kpi not in TOTALS:
            return None
        a: FloatArray = getattr(self, above)
        n: FloatArray = getattr(self, below)
        total = float(n.sum())
        if not total:
            return None
        scale = float(self.orders.sum()) if kpi in TOTALS else 1.0
        pulls: FloatArray = scale * (a - a.sum() / total * n) / total
        return pulls


def _each_order(frames: Frames) -> pd.DataFrame:
    import pandas as pd

    orders = frames.orders.set_index("order")
    standing = frames.standing["order"].value_counts().reindex(orders.index)
    shipments = standing.fillna(0.0)
    sent = frames.sent
    lead = orders["lead_h"].astype(float)
    columns: Mapping[str, pd.Series[Any]] = {
        "orders": pd.Series(1.0, orders.index),
        "served": (shipments > 0).astype(float),
        "shipments": shipments,
        "is_split": (shipments > 1).astype(float),
        "revenue": by_order(
            frames, sent.assign(paid=sent["unit_price"] * sent["quantity"]), "paid"
        ),
        "cost_to_serve": by_order(frames, frames.cash, "amount"),
        "penalties": cost_of(frames) - by_order(frames, frames.cash, "amount"),
        "total_cost": cost_of(frames),
        "contribution_margin": margin_of(frames),
        "unfilled_units": by_order(frames, frames.unfilled, "quantity"),
        "wanted": orders["units"] - orders["canceled"],
        "filled": orders["filled"],
        "lead_h": lead.fillna(0.0),
        "has_lead": lead.notna().astype(float),
    }
    return pd.DataFrame({name: each.astype(float) for name, each in columns.items()})
