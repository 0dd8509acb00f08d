"""A made-up retailer across the United States: where it stands and what it holds."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np

from domroute.capacity import Capacity
from domroute.costs import Handling, Shipping, StockLevel, parcel_service
from domroute.geography import Location
from domroute.instances.baskets import Shelves, draw_orders
from domroute.instances.catalog import HAZMAT, Catalog, draw_catalog
from domroute.instances.metros import BY_NAME, METROS, apportion, scatter
from domroute.ledger.inventory import Inventory
from domroute.network import (
    DC,
    STORE,
    VENDOR,
    HandlingCost,
    Network,
    Node,
)
from domroute.policy import Policy
from domroute.rules import (
    MaxDistance,
    NodeFilter,
    OrderFilter,
    RequireTag,
    SafetyStock,
)
from domroute.scenario import Scenario
from domroute.split import SplitLimits
from domroute.units import BoolArray, FloatArray, IntArray
from domroute.words import Measure, Method

Size = Literal["small", "medium", "full"]


class _Counts(NamedTuple):
    dcs: int
    stores: int
    vendors: int
    items: int
    orders: int


SIZES: Final[dict[Size, _Counts]] = {
    "small": _Counts(dcs=6, stores=40, vendors=3, items=300, orders=300),
    "medium": _Counts(dcs=9, stores=150, vendors=4, items=1000, orders=3000),
    "full": _Counts(dcs=12, stores=300, vendors=5, items=2000, orders=20_000),
}
DAYS: Final = 14
"""Days over which the orders are placed."""

# Freight hubs, in the order in which a growing retailer would open them.
_HUBS: Final = (
    "memphis",
    "riverside",
    "philadelphia",
    "chicago",
    "dallas",
    "atlanta",
    "columbus",
    "seattle",
    "denver",
    "jacksonville",
    "phoenix",
    "kansas-city",
)
_WORKSHOPS: Final = ("los-angeles", "charlotte", "chicago", "new-york", "portland")
_UNITS_PER_ORDER: Final = 1.9
"""About what ``baskets`` draws; stock is sized by it."""
_VENDOR_SHARE, _ONLY_VENDOR = 0.2, 0.5
"""Share of items a vendor holds; share of those that nobody else does."""
_FEW, _KEPT_BACK = 3, 0.5
"""Of shelves with more units than a few, the share that keeps one for show."""


def us_retail(size: Size, seed: int) -> Scenario:
    """
    Draw the retailer, its stock and two weeks of orders.

    Parameters
    ----------
    size
        ``small``, ``medium`` or ``full``.
    seed
        Equal seeds give equal scenarios.

    Examples
    --------
    >>> scenario = us_retail("small", seed=0)
    >>> len(scenario.network.nodes), len(scenario.orders)
    (49, 300)
    """
    counts = SIZES[size]
    rng = np.random.default_rng([seed, counts.orders])
    catalog = draw_catalog(rng, counts.items)
    nodes = [
        *_draw_dcs(rng, counts.dcs),
        *_draw_stores(rng, counts.stores),
        *_draw_vendors(rng, counts.vendors),
    ]
    network = Network(
        nodes=tuple(nodes), items=catalog.items, services=(parcel_service(),)
    )
    stock = _draw_stock(rng, nodes, catalog, counts)
    return Scenario(
        name=f"us_retail-{size}-{seed}",
        network=network,
        inventory=_ledger(rng, nodes, catalog, stock),
        orders=draw_orders(
            rng, catalog, Shelves(tuple(nodes), stock), counts.orders, DAYS
        ),
        policy=retail_policy(),
    )


def retail_policy() -> Policy:
    """
    Build the retailer's policy: what counts, how far stores ship, what may be split.

    Examples
    --------
    >>> [rule.name for rule in retail_policy().rules]
    ['store_reach', 'hazmat', 'last_on_shelf']
    """
    stores = NodeFilter(kinds=(STORE,))
    shipped = OrderFilter(methods=(Method.SHIP, Method.SHIP_TO_STORE))
    return Policy(
        costs=(Handling(), Shipping(), StockLevel(price=2.5, target_days=14.0)),
        rules=(
            MaxDistance(name="store_reach", km=800.0, nodes=stores),
            RequireTag(name="hazmat", tag=HAZMAT, orders=shipped),
            SafetyStock(name="last_on_shelf", units=1, price=3.0, nodes=stores),
        ),
        splits=SplitLimits(max_shipments=4),
        unfilled_penalty=40.0,
    )


def _draw_dcs(rng: np.random.Generator, count: int) -> list[Node]:
    """Put distribution centers at freight hubs: cheap, every other one takes hazmat."""
    return [
        Node(
            id=f"dc-{name}",
            kind=DC,
            location=Location(
                lat=BY_NAME[name].lat, lon=BY_NAME[name].lon, region=BY_NAME[name].state
            ),
            tags=(HAZMAT,) if at % 2 == 0 else (),
            cost=_draw_cost(rng, (1.40, 2.20), (0.20, 0.30), (0.25, 0.40)),
        )
        for at, name in enumerate(_HUBS[:count])
    ]


def _draw_stores(rng: np.random.Generator, count: int) -> list[Node]:
    """Put stores where people live: dear, with few orders a day that staff can pick."""
    return [
        Node(
            id=f"store-{metro.name}-{number:02d}",
            kind=STORE,
            location=scatter(rng, metro.lat, metro.lon, 22.0, metro.state),
            groups=(metro.name,),
            cost=_draw_cost(rng, (3.20, 5.60), (0.50, 0.80), (0.70, 1.10)),
            capacity=Capacity(limit=int(rng.integers(6, 31)), measure=Measure.ORDERS),
        )
        for metro, many in zip(METROS, apportion(count).tolist(), strict=True)
        for number in range(1, many + 1)
    ]


def _draw_vendors(rng: np.random.Generator, count: int) -> list[Node]:
    """Add drop-ship vendors: between the two in cost, with a minimum order."""
    return [
        Node(
            id=f"vendor-{number}",
            kind=VENDOR,
            location=scatter(
                rng, BY_NAME[name].lat, BY_NAME[name].lon, 30.0, BY_NAME[name].state
            ),
            methods=(Method.SHIP,),
            cost=_draw_cost(rng, (2.40, 3.40), (0.30, 0.50), (0.40, 0.70)),
            minimum_order=float(rng.choice([10.0, 15.0, 20.0])),
        )
        for number, name in enumerate(_WORKSHOPS[:count], start=1)
    ]


def _draw_cost(
    rng: np.random.Generator,
    per_shipment: tuple[float, float],
    per_line: tuple[float, float],
    per_unit: tuple[float, float],
) -> HandlingCost:
    drawn = [
        round(float(rng.uniform(*ends)), 2)
        for ends in (per_shipment, per_line, per_unit)
    ]
    return HandlingCost(per_shipment=drawn[0], per_line=drawn[1], per_unit=drawn[2])


def _draw_stock(
    rng: np.random.Generator, nodes: list[Node], catalog: Catalog, counts: _Counts
) -> IntArray:
    """Draw the units on hand, unevenly; shape ``(N, K)``; -1 where not carried."""
    N, K = len(nodes), len(catalog.items)
    stock = np.full((N, K), -1, np.int64)
    demand = catalog.popularity * (counts.orders * _UNITS_PER_ORDER)
    plain = np.array([not item.tags for item in catalog.items])
    owned = plain & (rng.random(K) < _VENDOR_SHARE)
    owner = np.where(owned, rng.integers(0, counts.vendors, K), -1)
    only_vendor = (owner >= 0) & (rng.random(K) < _ONLY_VENDOR)
    fits = _hazmat_fits(nodes[: counts.dcs], catalog)
    _fill_dcs(rng, stock[: counts.dcs], np.where(only_vendor, 0.0, demand), fits)
    _fill_stores(
        rng, stock[counts.dcs : N - counts.vendors], catalog.popularity, only_vendor
    )
    sold = np.flatnonzero(owner >= 0)
    supply = np.ceil(demand[sold] * rng.uniform(0.4, 1.6, len(sold))) + 2
    stock[N - counts.vendors + owner[sold], sold] = supply.astype(np.int64)
    return stock


def _hazmat_fits(nodes: list[Node], catalog: Catalog) -> BoolArray:
    """Tell which nodes may hold which items; shape ``(K, N)``."""
    marked = np.array([HAZMAT in node.tags for node in nodes])
    hazardous = np.array([HAZMAT in item.tags for item in catalog.items])
    fits: BoolArray = marked[None, :] | ~hazardous[:, None]
    return fits


def _fill_dcs(
    rng: np.random.Generator, stock: IntArray, demand: FloatArray, fits: BoolArray
) -> None:
    """Spread about what will be ordered over a few centers: some will run out."""
    dcs, K = stock.shape
    supply = np.ceil(demand * rng.uniform(0.55, 1.5, K)).astype(np.int64)
    # The more an item sells, the more centers carry it.
    spread = np.clip(1 + np.sqrt(demand) / 2, 1, dcs)
    weights = rng.exponential(1.0, (K, dcs)) * (
        rng.random((K, dcs)) < (spread / dcs)[:, None]
    )
    # At least one carries it; the first may hold everything.
    every, one = np.arange(K), rng.integers(0, dcs, K)
    weights[every, np.where(fits[every, one], one, 0)] += 0.5
    weights *= fits
    parts = rng.multinomial(supply, weights / weights.sum(axis=1, keepdims=True))
    carried = (weights > 0) & (demand > 0)[:, None]
    stock[carried.T] = parts.T[carried.T]


def _fill_stores(
    rng: np.random.Generator,
    stock: IntArray,
    popularity: FloatArray,
    not_sold: BoolArray,
) -> None:
    """Give every store a range of its own, hits first, and up to six of each."""
    stores, K = stock.shape
    relative = popularity / popularity.max()
    chance = 0.04 + 0.5 * np.sqrt(relative)
    carried = (rng.random((stores, K)) < chance) & ~not_sold
    mean = 1.2 + 2.8 * np.sqrt(relative)
    units = np.minimum(6, rng.poisson(np.broadcast_to(mean, (stores, K))))
    stock[carried] = units[carried]


def _ledger(
    rng: np.random.Generator, nodes: list[Node], catalog: Catalog, stock: IntArray
) -> Inventory:
    """Turn the table of stock into a ledger, with what stores sell over the counter."""
    at_node, at_sku = np.nonzero(stock >= 0)
    on_hand = stock[at_node, at_sku].astype(float)
    in_store = np.array([node.kind == STORE for node in nodes])[at_node]
    walk_in = np.round((on_hand + 0.5) / rng.uniform(5.0, 45.0, len(on_hand)), 3)
    kept_back = (on_hand > _FEW) & (rng.random(len(on_hand)) < _KEPT_BACK)
    skus = catalog.skus
    return Inventory.from_columns(
        [nodes[at].id for at in at_node.tolist()],
        [skus[at] for at in at_sku.tolist()],
        on_hand,
        safety=np.where(in_store & kept_back, 1.0, 0.0),
        velocity=np.where(in_store, walk_in, np.nan),
    )
