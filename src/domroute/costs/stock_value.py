"""Stock value: what a unit taken would have been worth to orders still to come."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from domroute.costs.base import TermModel
from domroute.costs.counting import units_there
from domroute.costs.nature import Fact
from domroute.costs.registry import register
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.errors import InputError, Issue
from domroute.problem import NetworkArrays
from domroute.units import Amount, FloatArray, Id, IntArray, Moment, Money, Share, Units
from domroute.validation import Frozen

if TYPE_CHECKING:
    import pandas as pd

NUDGE: Final = 0.1
"""On the test-bed of online routing 0.03 to 0.15 were alike, and 0, 0.3 and 1 worse."""
_FURTHEST: Final = 1.0
"""Where the exponent of the nudge ends: values change by a factor of e at most."""
_DAY_S: Final = 86_400.0


class UnitValue(Frozen):
    """
    What a unit of a SKU at a node is worth, and how fast it was planned to be used.

    Examples
    --------
    >>> UnitValue(node="N1", sku="A", value=2.5).planned
    0.0
    """

    node: Id
    sku: Id
    value: Money
    """
    What a unit taken is charged: what it is worth here to the orders still to come,
    beside the same unit where it is worth least. What one more would save is another
    number; see :class:`Saving`.
    """
    planned: Units = 0.0
    """Units that the plan counted with at ``as_of``; zero: the value stays as it is."""
    per_day: Units = 0.0
    """Units a day by which they were planned to get fewer."""


class Saving(Frozen):
    """
    What one more unit of a SKU at a node would save, of which there may be none now.

    Examples
    --------
    >>> Saving(node="N1", sku="A", available=0, saves=12.5).is_exact
    True
    """

    node: Id
    sku: Id
    available: Annotated[int, Field(ge=0)]
    """Units that may be promised now."""
    saves: Money
    """Of what the expected orders cost: penalties count, values of stock do not."""
    is_exact: bool = True
    """Whether the unit was tried; otherwise it saves at most this."""


@register
class StockValue(TermModel):
    r"""
    A price on every unit taken: its value to the orders still to come.

    A unit costs :math:`w \, v \, e^{x}` with the weight :math:`w`, the value :math:`v`
    of its row, and

    .. math::

       x = \operatorname{clip}\Bigl( \eta \, \frac{(p - d\,\tau)^+ - a}{\sqrt{p}},
       \; -1, \; 1 \Bigr)

    where :math:`p` is ``planned``, :math:`d` is ``per_day``, :math:`\tau` the days from
    ``as_of`` until the order was placed, :math:`a` what is available now and
    :math:`\eta` the ``nudge``: units used faster than planned get dearer, slower ones
    cheaper. It is one step of mirror descent on the dual of the plan; that
    :math:`\sqrt p` is about the deviation that chance alone makes keeps the nudge free
    of any dimension. Without ``as_of``, and for orders that do not say when they were
    placed, :math:`x = 0`. SKUs without a row cost nothing.

    Nothing is remembered from order to order: the ledger says what was used.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 1, 5, tzinfo=UTC)
    >>> row = UnitValue(node="N1", sku="A", value=2.0, planned=100, per_day=10)
    >>> term = StockValue(values=[row], as_of=monday)
    >>> noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    >>> term.price_at("N1", "A", available=95, placed_at=noon)
    2.0
    >>> round(term.price_at("N1", "A", available=75, placed_at=noon), 3)
    2.443
    >>> term.price_at("N2", "A", available=75, placed_at=noon)
    0.0
    """

    term: Literal["stock_value"] = "stock_value"
    name: Id = "stock_value"
    values: tuple[UnitValue, ...] = ()
    """One row for each (node, SKU) whose units are worth something."""
    as_of: Moment | None = None
    """When the values were found; None leaves them as they are."""
    nudge: Share = NUDGE
    """How strongly a value follows what was used; zero leaves values as they are."""
    bound: Amount | None = None
    """
    What the forecast that the values came from costs at least, if its orders came just
    as often as expected; for information only.
    """
    savings: tuple[Saving, ...] | None = None
    """
    What one more unit of each cell would save, the most first, for information only:
    cells of the forecast's SKUs that are not here save nothing. None where it was not
    worked out.
    """

    is_cash: ClassVar[bool] = False
    depends_on: ClassVar[frozenset[Fact]] = frozenset({Fact.STOCK, Fact.DATE})
    falls_with_stock: ClassVar[bool] = True
    looks_ahead: ClassVar[bool] = True

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        pairs = Counter((row.node, row.sku) for row in self.values)
        twice = [pair for pair, count in pairs.items() if count > 1]
        if twice:
            message = f"(node, sku) given more than once: {twice}"
            raise ValueError(message)
        return self

    def to_frame(self) -> pd.DataFrame:
        """Return the rows with columns ``node, sku, value, planned, per_day``."""
        import pandas as pd

        rows = [row.model_dump() for row in self.values]
        return pd.DataFrame(rows, columns=list(UnitValue.model_fields))

    def one_more(self) -> pd.DataFrame:
        """
        Return what one more unit of each cell would save, the most first.

        Returns
        -------
        pd.DataFrame
            A row per cell, columns ``node, sku, available, saves, is_exact``.

        Raises
        ------
        InputError
            If it was not worked out.
        """
        import pandas as pd

        if self.savings is None:
            text = "were not worked out: ask Router.value_stock with savings=True"
            raise InputError([Issue("missing", "savings", text)])
        rows = [row.model_dump() for row in self.savings]
        return pd.DataFrame(rows, columns=list(Saving.model_fields))

    @cached_property
    def _rows(self) -> dict[tuple[str, str], UnitValue]:
        return {(row.node, row.sku): row for row in self.values}

    def days_until(self, placed_at: datetime | None) -> float | None:
        """Count the days since the values were found; None where that is not known."""
        if placed_at is None or self.as_of is None:
            return None
        return max(0.0, (placed_at - self.as_of).total_seconds() / _DAY_S)

    def price_at(
        self, node: str, sku: str, *, available: int, placed_at: datetime | None
    ) -> float:
        """Price a unit in plain Python."""
        row = self._rows.get((node, sku))
        if row is None:
            return 0.0
        price, days = self.weight * row.value, self.days_until(placed_at)
        if days is None or row.planned == 0:
            return price
        left = max(0.0, row.planned - row.per_day * days)
        x = self.nudge * (left - available) / math.sqrt(row.planned)
        return price * math.exp(max(-_FURTHEST, min(_FURTHEST, x)))

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        ledger, node = facts.inventory, facts.node.id
        return math.fsum(
            quantity
            * self.price_at(
                node,
                item.sku,
                available=units_there(ledger, node, item.sku),
                placed_at=facts.order.placed_at,
            )
            for _, item, quantity in facts.contents
        )

    def prepare(self, arrays: NetworkArrays) -> _StockValuePricer:
        """
        Sort the rows by SKU.

        Raises
        ------
        InputError
            If a row names a node or item that the network does not have. All are
            listed.
        """
        issues = []
        rows: dict[str, list[tuple[int, UnitValue]]] = {}
        for at, row in enumerate(self.values):
            node = arrays.node_at.get(row.node)
            if node is None:
                text = f"{row.node!r} is not a node of the network"
                issues.append(Issue("unknown_id", f"stock_value.values[{at}]", text))
            if row.sku not in arrays.items:
                text = f"{row.sku!r} is not an item of the network"
                issues.append(Issue("unknown_id", f"stock_value.values[{at}]", text))
            if node is not None:
                rows.setdefault(row.sku, []).append((node, row))
        if issues:
            raise InputError(issues)
        tables = {sku: _Table.of(found) for sku, found in rows.items()}
        return _StockValuePricer(self, len(arrays.nodes), tables)


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The rows of one SKU: ``figures`` are value, planned units and use a day."""

    node: IntArray
    figures: FloatArray

    @classmethod
    def of(cls, rows: Sequence[tuple[int, UnitValue]]) -> _Table:
        figures = [(row.value, row.planned, row.per_day) for _, row in rows]
        return cls(
            np.array([node for node, _ in rows], np.int64), np.array(figures, float).T
        )


@dataclass(frozen=True, slots=True, eq=False)
class _StockValuePricer:
    term: StockValue
    node_count: int
    tables: dict[str, _Table]

    def charges(self, question: Question) -> Charges:
        figures = np.zeros((3, len(question.lines), self.node_count))
        is_worth = False
        for at, line in enumerate(question.lines):
            table = self.tables.get(line.sku)
            if table is not None:
                figures[:, at, table.node] = table.figures
                is_worth = True
        if not is_worth:
            return Charges()
        value, planned, per_day = figures[:, :, question.nodes]
        price = self.term.weight * value
        since, placed_at = self.term.as_of, question.order.placed_at
        if since is None or placed_at is None:
            return Charges(per_unit=price)
        days = max(0.0, (placed_at - since).total_seconds()) / _DAY_S
        # Where nothing is planned the value stays as it is: any root will do.
        left = np.maximum(0.0, planned - per_day * days)
        x = self.term.nudge * (left - question.available)
        x /= np.sqrt(np.where(planned > 0, planned, 1.0))
        x[planned == 0] = 0.0
        return Charges(per_unit=price * np.exp(np.clip(x, -_FURTHEST, _FURTHEST)))
