"""The frames of a run, whole or in part, and the sums that KPIs are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from domroute.costs import CostTerm, nature_of
from domroute.errors import InputError, Issue

if TYPE_CHECKING:
    import pandas as pd

CASH: Final = "cash"
"""The nature of amounts that somebody is paid."""
VALUE: Final = "value"
"""That of amounts which only weigh a choice, as what stock is worth."""
PENALTY: Final = "penalty"
"""That of prices of what is not wanted."""
_PENALTIES: Final = ("incomplete", "split", "unfilled")
"""Names, beside all that begin with ``rule:``, that penalties are reported under."""
FALLEN: Final = ("canceled", "rejected")
"""What a shipment is called that never left."""


class Measured(Protocol):
    """What KPIs are worked out from: the frames of an outcome."""

    @property
    def start(self) -> datetime:
        """When the run began."""

    @property
    def end(self) -> datetime:
        """When the last thing happened."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The frames by name."""


@dataclass(frozen=True, eq=False)
class Frames:
    """
    The frames of a run, or of a part of it.

    Attributes
    ----------
    days
        From the beginning of the run to its end.
    prices
        Of a unit of each line that was ever shipped, of the whole run: goods come back
        to nodes that did not ship them.
    promises
        Of lines; without rows where the network has no dates. None where frames were
        made by hand, and say nothing of them.
    """

    orders: pd.DataFrame
    shipments: pd.DataFrame
    contents: pd.DataFrame
    costs: pd.DataFrame
    unfilled: pd.DataFrame
    returns: pd.DataFrame
    rejections: pd.DataFrame
    stock: pd.DataFrame
    decisions: pd.DataFrame
    days: float
    prices: pd.DataFrame
    promises: pd.DataFrame | None = None

    @classmethod
    def of(cls, outcome: Measured) -> Frames:
        """
        Take the frames of a whole run.

        Raises
        ------
        InputError
            If the costs do not say what each amount is.
        """
        apart = ("days", "prices", "promises")
        if "nature" not in outcome.tables["costs"].columns:
            text = f"is required: {CASH}, {VALUE} or {PENALTY}, for each amount"
            raise InputError([Issue("missing", "costs.nature", text)])
        names = [field.name for field in fields(cls) if field.name not in apart]
        days = (outcome.end - outcome.start).total_seconds() / 86400
        columns = ["order", "line", "unit_price", "unit_cost"]
        contents = outcome.tables["contents"]
        prices = contents.drop_duplicates(["order", "line"])[columns]
        tables = {name: outcome.tables[name] for name in names}
        promises = outcome.tables.get("promises")
        return cls(**tables, days=days, prices=prices, promises=promises)

    def of_orders(self, ids: Collection[object]) -> Frames:
        """Keep what belongs to some of the orders."""
        kept = {
            name: (frame := getattr(self, name))[frame["order"].isin(ids)]
            for name in (
                "orders",
                "shipments",
                "contents",
                "costs",
                "unfilled",
                "returns",
                "rejections",
            )
        }
        if self.promises is not None:
            kept["promises"] = self.promises[self.promises["order"].isin(ids)]
        return replace(self, **kept)

    def of_shipments(self, ids: Collection[object]) -> Frames:
        """Keep some of the shipments, what is in them and what they cost."""
        kept = {
            name: (frame := getattr(self, name))[frame["shipment"].isin(ids)]
            for name in ("shipments", "contents", "costs")
        }
        return replace(self, **kept)

    def of_nodes(self, nodes: Collection[object]) -> Frames:
        """Keep what some of the nodes shipped, refused, took back and held."""
        there = self.shipments["node"].isin(nodes)
        kept = {
            name: (frame := getattr(self, name))[frame["node"].isin(nodes)]
            for name in ("returns", "rejections", "stock")
        }
        return replace(self.of_shipments(self.shipments["shipment"][there]), **kept)

    def with_costs(self, more: pd.DataFrame) -> Frames:
        """Add rows of costs to those that are here."""
        import pandas as pd

        kept = [frame for frame in (self.costs, more) if len(frame)]
        return replace(self, costs=pd.concat(kept) if kept else self.costs)

    @cached_property
    def nodes(self) -> pd.DataFrame:
        """The nodes that shipped, refused or held stock, and their kinds."""
        import pandas as pd

        columns = ["node", "kind"]
        tables = (self.shipments, self.stock, self.rejections)
        seen = pd.concat([table[columns] for table in tables if len(table)] or tables)
        return seen.drop_duplicates("node", ignore_index=True)

    @cached_property
    def standing(self) -> pd.DataFrame:
        """The shipments that were neither rejected nor canceled."""
        return self.shipments[~self.shipments["status"].isin(FALLEN)]

    @cached_property
    def sent(self) -> pd.DataFrame:
        """What is in the shipments that stand."""
        return self.contents[self.contents["shipment"].isin(self.standing["shipment"])]

    @cached_property
    def paid(self) -> pd.DataFrame:
        """The costs of every term but what stock is worth; penalties included."""
        return self.costs[self.costs["nature"] != VALUE]

    @cached_property
    def cash(self) -> pd.DataFrame:
        """The costs that somebody is paid: no values, no penalties."""
        return self.costs[self.costs["nature"] == CASH]

    @cached_property
    def came_back(self) -> pd.DataFrame:
        """The returns, with the price and cost of a unit of the line they are of."""
        return self.returns.merge(self.prices, on=["order", "line"], how="left")


def values_of(terms: Iterable[CostTerm]) -> frozenset[str]:
    """
    Name the terms that nobody is paid: their amounts weigh a choice.

    Examples
    --------
    >>> from domroute.costs import Shipping, StockLevel
    >>> values_of([Shipping(), StockLevel(name="scarce", price=1.0)])
    frozenset({'scarce'})
    """
    return frozenset(term.name for term in terms if not nature_of(term).is_cash)


def nature_of_amount(name: str, values: Collection[str]) -> str:
    """
    Say what the amounts reported under a name are.

    Parameters
    ----------
    name
        Of a term, a rule or what a policy charges for an order.
    values
        The terms that nobody is paid, as :func:`values_of` names them.

    Examples
    --------
    >>> names = ("scarce", "rule:near", "quoted")
    >>> [nature_of_amount(name, {"scarce"}) for name in names]
    ['value', 'penalty', 'cash']
    """
    if name in values:
        return VALUE
    is_penalty = name in _PENALTIES or name.startswith("rule:")
    return PENALTY if is_penalty else CASH


def ratio(above: float, below: float) -> float:
    """
    Divide, and know nothing where there is nothing to divide by.

    Examples
    --------
    >>> ratio(1.0, 4.0), ratio(1.0, 0.0)
    (0.25, nan)
    """
    return above / below if below else float("nan")


def worth(frame: pd.DataFrame, column: str) -> float:
    """Add up units times an amount each; NaN where the frame does not say it."""
    if column not in frame.columns:
        return float("nan")
    return float((frame["quantity"] * frame[column]).sum())
