"""All rows of a snapshot one after another, as columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from domroute.ledger.later import Later
from domroute.ledger.layout import Layout
from domroute.ledger.pages import (
    ON_HAND,
    RESERVED,
    SAFETY,
    VELOCITY,
    Page,
    Pages,
    joined,
)
from domroute.ledger.shelf import Restricted, Shelf
from domroute.ledger.stock import Stock, StockRows


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """
    All rows on one page.

    Attributes
    ----------
    layout
        Where they stand.
    page
        Their figures.
    """

    layout: Layout
    page: Page

    @classmethod
    def of_pages(cls, layout: Layout, pages: Pages, later: Later) -> Self:
        """Join the pages of a ledger, beside what it keeps for later."""
        page, short = joined(pages), later.short
        if short:
            left = later.left_of(page.available, page.figures, layout.row, short)
            page = Page(page.figures, left)
        return cls(layout, page)

    @classmethod
    def of_shelves(cls, layout: Layout, shelves: Mapping[str, Shelf | None]) -> Self:
        """Join the rows of some SKUs alone; those without a row are None."""
        kept = {k: s for k, s in sorted(shelves.items()) if s is not None}
        names = layout.node_ids
        own, _ = Layout.of(
            [names[at] for shelf in kept.values() for at in shelf.node.tolist()],
            [sku for sku, shelf in kept.items() for _ in shelf.node.tolist()],
        )
        return cls(own, joined((s.figures, s.available) for s in kept.values()))

    def rows(self, layout: Layout) -> StockRows:
        """Return the rows as columns, their nodes by position in a layout."""
        node = self.layout.node
        if layout is not self.layout and layout.node_ids != self.layout.node_ids:
            at = [layout.node_at[name] for name in self.layout.node_ids]
            node = np.array(at, np.int64)[node]
        return StockRows(
            node=node,
            sku=self.layout.sku,
            on_hand=self.page.figures[ON_HAND],
            reserved=self.page.figures[RESERVED],
            safety=self.page.figures[SAFETY],
            velocity=self.page.figures[VELOCITY],
        )

    def stock(self, later: Later, restricted: Restricted) -> Iterator[Stock]:
        """Iterate over the rows as objects, with what arrives and what restricts."""
        numbers = self.page.figures.T.tolist()
        for (node, sku), (on_hand, reserved, safety, velocity) in zip(
            self.layout.names(), numbers, strict=True
        ):
            some = restricted.get(sku)
            one = None if some is None else some.get(node)
            yield Stock(
                node=node,
                sku=sku,
                on_hand=on_hand,
                reserved=reserved,
                safety=safety,
                inbound=later.parts((node, sku)),
                velocity=None if math.isnan(velocity) else velocity,
                expires_on=None if one is None else one.expires_on,
                allocated={} if one is None else dict(one.allocated),
            )
