"""Stock and capacity as they were when a question was asked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from domroute.ledger.capacity import ORDERS
from domroute.ledger.days import Days
from domroute.ledger.drawers import Drawers
from domroute.ledger.given import check_moment
from domroute.ledger.later import Later
from domroute.ledger.layout import Layout
from domroute.ledger.loaded import Loaded
from domroute.ledger.pages import VELOCITY, Page, Pages, Spread, changed, cut
from domroute.ledger.restricting import Restricting
from domroute.ledger.shelf import (
    Cell,
    Coming,
    Counted,
    Loads,
    Relied,
    Restricted,
    Shelf,
    by_cell,
)
from domroute.ledger.stock import Inbound, Stock, StockRows
from domroute.ledger.whole import Whole
from domroute.units import FloatArray, IntArray

_NOTHING: Final = Later()
_FREE: Final[Restricted] = Drawers()
_NOBODY: Final[Counted] = Drawers()
_NO_DAYS: Final = Days()


class Snapshot(Loaded, Restricting):
    """
    Stock and capacity that stand still: what a question is answered from.

    It is read like the :class:`.Inventory` that it was taken of, and costs no copy:
    what the ledger changes later, it writes elsewhere.

    Examples
    --------
    >>> from domroute import Inventory, Stock
    >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=5)])
    >>> before = inventory.snapshot()
    >>> inventory.adjust("N1", "A", 3)
    >>> before.available("N1", "A"), inventory.available("N1", "A")
    (5, 8)
    """

    def __init__(
        self,
        layout: Layout,
        pages: Pages,
        loads: Loads,
        later: Later = _NOTHING,
        counted: Counted = _NOBODY,
        *,
        days: Days = _NO_DAYS,
        shelves: Mapping[str, Shelf | None] | None = None,
        restricted: Restricted = _FREE,
    ) -> None:
        Loaded.__init__(self, loads, days)
        Restricting.__init__(self, restricted)
        self.layout = layout
        self._pages = pages
        self.later = later
        self.counted = counted
        self._shelves = shelves

    def snapshot(self) -> Snapshot:
        """Return this: it stands still already."""
        return self

    def of(self, skus: Iterable[str]) -> Snapshot:
        """
        Keep the rows of some SKUs alone, as a result carries them along.

        Which orders count where is left out: ask :meth:`for_order` before.

        Parameters
        ----------
        skus
            The SKUs; those without a row are remembered to have none.
        """
        kept = {sku: self.shelf(sku) for sku in skus}
        later = self.later.cut_down(kept)
        some = self._restricted
        if some:
            some = {sku: some[sku] for sku in kept if sku in some}
        return Snapshot(
            *(self.layout, (), self._loads, later),
            shelves=kept,
            restricted=some,
            days=self.days.uncounted,
        )

    def for_order(self, order_id: str) -> Snapshot:
        """
        Leave out of a whole one's loads what an order takes of capacity in orders.

        It counts once at a node in a period, and on a day, so that a full node takes
        more of it.
        """
        days = self.days.without(order_id)
        if order_id not in self.counted:
            if days is self.days:
                return self
            return self._next(days=days)
        loads = dict(self._loads)
        for node in self.counted[order_id]:
            key = node, ORDERS
            loads[key] = max(0.0, loads.get(key, 0.0) - 1.0)
        others = self.counted.changed({}, [order_id])
        return self._next(loads=loads, counted=others, days=days)

    def changed(
        self,
        changes: Mapping[int, tuple[float, float]],
        loads: Loads | None = None,
        counted: Counted | None = None,
        later: Later | None = None,
        days: Days | None = None,
    ) -> Snapshot:
        """
        Make the next snapshot of a whole one.

        Parameters
        ----------
        changes
            What is added to units on hand and reserved, by row.
        loads
            What is taken of capacity then; as before when None.
        counted
            Which orders count where then; as before when None.
        later
            What arrives later then, and what is promised of it; as before when None.
        days
            What is taken of working days then; as before when None.
        """
        pages = changed(self._pages, self.layout, changes) if changes else None
        return self._next(pages, loads=loads, counted=counted, later=later, days=days)

    def restricting(self, restricted: Restricted) -> Snapshot:
        """Make the next snapshot of a whole one, where other units are restricted."""
        return self._next(restricted=restricted)

    def spread(self, rows: IntArray) -> Spread:
        """Lay out the pages of a whole snapshot on which some rows stand, ``(Q,)``."""
        return Spread.of(self._pages, self.layout, rows)

    def spread_with(
        self, nodes: Sequence[str], skus: Sequence[str]
    ) -> tuple[Spread, IntArray]:
        """Lay out a whole snapshot and rows that are new to it."""
        return Spread.with_rows(self._pages, self.layout, nodes, skus)

    def counted_anew(self, spread: Spread) -> Snapshot:
        """Make the next snapshot of a whole one, with what was written in its pages."""
        pages = spread.folded(self._pages)
        return self._next(pages, layout=spread.layout)

    def _next(
        self,
        pages: Pages | None = None,
        *,
        layout: Layout | None = None,
        loads: Loads | None = None,
        later: Later | None = None,
        counted: Counted | None = None,
        restricted: Restricted | None = None,
        days: Days | None = None,
    ) -> Snapshot:
        """Make the next snapshot of a whole one: what is not given is as before."""
        return Snapshot(
            self.layout if layout is None else layout,
            self._pages if pages is None else pages,
            self._loads if loads is None else loads,
            self.later if later is None else later,
            self.counted if counted is None else counted,
            restricted=self._restricted if restricted is None else restricted,
            days=self.days if days is None else days,
        )

    def counts(self, node: str, sku: str) -> tuple[float, float, float] | None:
        """Return the units on hand, reserved and kept back; None without a row."""
        place = self._find(node, sku)
        if place is None:
            return None
        on_hand, reserved, safety, _ = place[0].figures[:, place[1]].tolist()
        return on_hand, reserved, safety

    def covers(self, sku: str) -> bool:
        """Tell whether it says anything of a SKU: one that was cut down may not."""
        return self._shelves is None or sku in self._shelves

    def shelf(self, sku: str) -> Shelf | None:
        """Return the rows of a SKU; None if it has none."""
        if self._shelves is not None:
            return self._shelves.get(sku)
        place = self.layout.place(sku)
        if place is None:
            return None
        number, part, node = place
        figures, available = self._pages[number]
        if part is not None:
            figures, available = figures[:, part], available[part]
        if sku in self.later.short:
            available = self.later.left_of(
                available,
                figures,
                lambda name, _: int(node.searchsorted(self.layout.node_at[name])),
                [sku],
            )
        return Shelf(node, figures, available)

    def _find(self, node: str, sku: str) -> tuple[Shelf | Page, int] | None:
        """Find one row. Nothing that solvers read by is called: judges read by this."""
        where = self.layout.node_at.get(node)
        if self._shelves is None:
            row = self.layout.row(node, sku)
            if row is None:
                return None
            number = self.layout.page_at(row)
            return Page(*self._pages[number]), row - self.layout.page_edges[number]
        shelf = self._shelves.get(sku)
        if shelf is None or where is None:
            return None
        found = int(shelf.node.searchsorted(where))
        if found < len(shelf.node) and shelf.node[found] == where:
            return shelf, found
        return None

    def available(self, node: str, sku: str, *, by: datetime | None = None) -> int:
        """
        Count the whole units that may be promised.

        Parameters
        ----------
        node, sku
            Where and what; a pair without a stock row has none.
        by
            Counts what arrives until then as well (timezone-aware), less what is
            promised of it. What is promised for later is left to it in any case.

        Raises
        ------
        InputError
            If ``by`` has no offset from UTC.
        """
        if by is not None:
            check_moment("by", by)
        place = self._find(node, sku)
        if place is None:
            return 0
        shelf, at = place
        if by is None and sku not in self.later.short:
            return int(shelf.available[at])
        return self.later.units_of((node, sku), shelf.figures[:, at], by)

    def velocity(self, node: str, sku: str) -> float | None:
        """Return the units sold a day; None where not known."""
        place = self._find(node, sku)
        if place is None:
            return None
        shelf, at = place
        velocity = float(shelf.figures[VELOCITY, at])
        return None if math.isnan(velocity) else velocity

    @cached_property
    def inbound(self) -> Mapping[Cell, tuple[Inbound, ...]]:
        """What arrives later, by (node, SKU), in alphabetical order."""
        return by_cell(self.later.coming)

    @property
    def relied(self) -> Relied:
        """
        What is promised of that, by SKU and then node: moments, rising, and units.

        These must be there from the moment on, and are in no figure of ``rows``.
        """
        return self.later.relied

    @property
    def coming(self) -> Coming:
        """What arrives later, by SKU and then node."""
        return self.later.coming

    @property
    def node_ids(self) -> tuple[str, ...]:
        """The nodes, in alphabetical order."""
        return self.layout.node_ids

    @property
    def skus(self) -> tuple[str, ...]:
        """The SKUs that have rows, in alphabetical order."""
        layout = self.layout if self._shelves is None else self._whole.layout
        return layout.skus

    @cached_property
    def _whole(self) -> Whole:
        """All rows one after another, made when first asked for."""
        if self._shelves is None:
            return Whole.of_pages(self.layout, self._pages, self.later)
        return Whole.of_shelves(self.layout, self._shelves)

    def segment(self, sku: str) -> slice | None:
        """Return where the rows of a SKU stand in ``rows``; None if it has none."""
        return self._whole.layout.segment(sku)

    def row(self, node: str, sku: str) -> int | None:
        """Return the row of a (node, SKU); None if there is none."""
        return self._whole.layout.row(node, sku)

    @property
    def rows(self) -> StockRows:
        """All rows as columns, sorted by SKU and then node."""
        return self._whole.rows(self.layout)

    @property
    def available_rows(self) -> IntArray:
        """Whole units of each row that may be promised now; shape ``(R,)``."""
        return self._whole.page.available

    def __len__(self) -> int:
        return len(self._whole.layout)

    def __iter__(self) -> Iterator[Stock]:
        return self._whole.stock(self.later, self._restricted)

    def __repr__(self) -> str:
        nodes, skus = len(self.node_ids), len(self.skus)
        return f"Snapshot({len(self)} rows, {nodes} nodes, {skus} skus)"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Stay out of JSON: whoever reads a result has a ledger of its own."""
        return core_schema.json_or_python_schema(
            json_schema=core_schema.none_schema(),
            python_schema=core_schema.is_instance_schema(cls),
            serialization=core_schema.plain_serializer_function_ser_schema(
                _nothing, when_used="json"
            ),
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Put away its own rows, not the ledger's."""
        whole = self._whole
        wanted = None if self._shelves is None else tuple(self._shelves)
        return _restored, (
            tuple(whole.layout.names()),
            whole.page.figures,
            (dict(self._loads), self.counted, self.days),
            (dict(self.later.coming), dict(self.later.relied)),
            {sku: dict(by_node) for sku, by_node in self._restricted.items()},
            wanted,
        )


def _nothing(_: object) -> None:
    return None


def _restored(  # noqa: PLR0917 - as they were put away
    names: tuple[Cell, ...],
    figures: FloatArray,
    capacity: tuple[Loads, Counted, Days],
    later: tuple[Coming, Relied],
    restricted: Restricted,
    wanted: tuple[str, ...] | None,
) -> Snapshot:
    """Make a snapshot again of what was put away."""
    layout, _ = Layout.of([node for node, _ in names], [sku for _, sku in names])
    loads, counted, days = capacity
    pages = cut(figures.copy(), layout)
    coming = Later.of(*later)
    made = Snapshot(
        *(layout, pages, loads, coming, counted), restricted=restricted, days=days
    )
    if wanted is None:
        return made
    return made.of(wanted)
