"""
Route 25,089 orders of a public data set over real places at a published tariff.

Facts, from the data folder: customers, orders, prices and ten distribution centers
of thelook (a fictitious apparel shop, Apache-2.0); store locations of Walmart (MIT);
retail prices of USPS by zone and weight, October 2025, transcribed unofficially.

Illustrative, by the rules stated below: weights, handling costs, which stores take
part, how the stock is spread, who collects, and who pays for the faster service.

Run ``python examples/real_run.py [--limit N] [--data DIR]``.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from domroute import (
    Capacity,
    Delivery,
    DistanceZones,
    Handling,
    HandlingCost,
    Inventory,
    Item,
    Line,
    Location,
    MaxDistance,
    Network,
    Node,
    NodeFilter,
    Order,
    Policy,
    RateCard,
    Router,
    RoutingResult,
    Scenario,
    Service,
    Shipping,
    SplitLimits,
)
from domroute.cli.demo.showing import (
    Example,
    Progress,
    headline,
    report,
    route_in_time,
    show,
)
from domroute.costs.parcel import ZONE_BANDS_MILES
from domroute.geography import great_circle_km, unit_vectors
from domroute.units import INCH_CM, MILE_KM, POUND_KG

DATA = Path(__file__).resolve().parents[1] / "../shared/data"
TABLES = "thelook/regenerated_us_20k_users"
SEED = 2026
STORES = 200
STORE_SHARE = 0.5  # of each product's units; the rest lie in distribution centers
STORES_PER_PRODUCT = 24
PICKUP_KM = 40.0
DIM_DIVISOR_CM3_PER_KG = 166 * INCH_CM**3 / POUND_KG
CUBIC_FOOT_CM3 = 1728 * INCH_CM**3
PACKED_KG_PER_CM3 = 0.00018  # folded clothes in a mailer

# What a piece weighs, packed (kg): a round figure for its kind of garment.
WEIGHTS_KG = {
    "Accessories": 0.20,
    "Active": 0.35,
    "Blazers & Jackets": 0.90,
    "Clothing Sets": 0.70,
    "Dresses": 0.45,
    "Fashion Hoodies & Sweatshirts": 0.70,
    "Intimates": 0.15,
    "Jeans": 0.75,
    "Jumpsuits & Rompers": 0.50,
    "Leggings": 0.25,
    "Maternity": 0.35,
    "Outerwear & Coats": 1.40,
    "Pants": 0.60,
    "Pants & Capris": 0.50,
    "Plus": 0.40,
    "Shorts": 0.35,
    "Skirts": 0.35,
    "Sleep & Lounge": 0.40,
    "Socks": 0.10,
    "Socks & Hosiery": 0.10,
    "Suits": 1.60,
    "Suits & Sport Coats": 1.60,
    "Sweaters": 0.60,
    "Swim": 0.25,
    "Tops & Tees": 0.25,
    "Underwear": 0.15,
}


def main(arguments: list[str] | None = None) -> int:
    """Build the scenario, route it and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument(
        "--limit",
        type=int,
        help="route only the first N orders (or the small bundled scenario)",
    )
    parser.add_argument("--data", type=Path, default=DATA, help="the data folder")
    chosen = parser.parse_args(arguments)
    if not (chosen.data / TABLES).is_dir():
        print(f"no data at {chosen.data}: routing the bundled scenario instead\n")
        return show(size="small" if chosen.limit else "full")
    scenario = build_scenario(chosen.data, chosen.limit)
    print(f"{headline(scenario)}\n", flush=True)
    example, progress = Example(), Progress(len(scenario.orders), sys.stderr)

    def watch(router: Router, order: Order, result: RoutingResult) -> None:
        example(router, order, result)
        progress(router, order, result)

    print(report(route_in_time(scenario, watch=watch)))
    print(f"\n{example.text}")
    return 0


def build_scenario(data: Path, limit: int | None = None) -> Scenario:
    """Turn the tables into one scenario."""
    rng = np.random.default_rng(SEED)
    products = pd.read_csv(data / "thelook/products_1061.csv")
    stores = draw_stores(data, rng)
    centers = read_centers(data)
    nodes = (*centers, *stores)
    stock = spread_stock(data, products, len(centers), len(stores), rng)
    skus = [sku_of(product) for product in products["id"]]
    at_node, at_sku = np.nonzero(stock)
    return Scenario(
        name="thelook",
        network=Network(
            nodes=nodes,
            items=tuple(read_items(products)),
            services=tuple(read_services(data)),
        ),
        inventory=Inventory.from_columns(
            [nodes[at].id for at in at_node],
            [skus[at] for at in at_sku],
            stock[at_node, at_sku].astype(float),
        ),
        orders=read_orders(data, products, stores, stock[len(centers) :], limit),
        policy=Policy(
            costs=(Handling(), Shipping()),
            rules=(MaxDistance(km=1200.0, nodes=NodeFilter(kinds=("store",))),),
            splits=SplitLimits(max_shipments=4),
            unfilled_penalty=60.0,
        ),
    )


def sku_of(product: int) -> str:
    """Name a product."""
    return f"p{product:05d}"


def read_items(products: pd.DataFrame) -> list[Item]:
    """Give every product the weight of its category, in a mailer of 30 x 24 cm."""
    items = []
    for row in products.itertuples():
        weight_kg = WEIGHTS_KG[row.category]
        items.append(
            Item(
                sku=sku_of(row.id),
                weight_kg=weight_kg,
                length_cm=30.0,
                width_cm=24.0,
                height_cm=round(weight_kg / PACKED_KG_PER_CM3 / (30.0 * 24.0), 1),
                unit_price=round(row.retail_price, 2),
                unit_cost=round(row.cost, 2),
            )
        )
    return items


def read_centers(data: Path) -> list[Node]:
    """Read the ten distribution centers: cheap to handle."""
    table = pd.read_csv(data / "thelook/distribution_centers.csv")
    return [
        Node(
            id=f"dc-{row.id:02d}",
            kind="dc",
            location=Location(lat=row.latitude, lon=row.longitude),
            cost=HandlingCost(per_shipment=1.60, per_line=0.25, per_unit=0.35),
        )
        for row in table.itertuples()
    ]


def draw_stores(data: Path, rng: np.random.Generator) -> list[Node]:
    """Let each state take part with its share of all stores, drawn at random in it."""
    table = pd.read_csv(data / "walmart_stores/1962_2006_walmart_store_openings.csv")
    table = table.sort_values("storenum").drop_duplicates(["LAT", "LON"])
    shares = table.groupby("STRSTATE").size() / len(table) * STORES
    counts = np.floor(shares).astype(int)
    most_left = (shares - counts).sort_values(ascending=False, kind="stable").index
    counts[most_left[: STORES - counts.sum()]] += 1
    nodes = []
    for state, count in counts.items():
        here = table[table["STRSTATE"] == state]
        for at in sorted(rng.choice(len(here), count, replace=False)):
            row = here.iloc[at]
            nodes.append(
                Node(
                    id=f"store-{state.lower()}-{row['storenum']:04d}",
                    kind="store",
                    location=Location(
                        lat=row["LAT"],
                        lon=row["LON"],
                        postal_code=f"{row['ZIPCODE']:05d}",
                        region=state,
                    ),
                    cost=HandlingCost(
                        per_shipment=round(rng.uniform(3.2, 4.8), 2),
                        per_line=0.60,
                        per_unit=0.90,
                    ),
                    capacity=Capacity(limit=10, measure="orders"),  # a day
                )
            )
    return nodes


def spread_stock(
    data: Path,
    products: pd.DataFrame,
    centers: int,
    stores: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """
    Spread every unit there ever was, sold or not, over centers and stores.

    Half of a product's units go to two to four centers, unevenly; the other half to
    24 stores, a unit at a time.
    """
    table = pd.read_csv(
        data / TABLES / "inventory_items.csv.gz", usecols=["product_id"]
    )
    totals = table["product_id"].value_counts()
    stock = np.zeros((centers + stores, len(products)), int)
    for k, product in enumerate(products["id"]):
        in_stores = round(totals[product] * STORE_SHARE)
        some = rng.choice(centers, rng.integers(2, 5), replace=False)
        parts = rng.dirichlet(np.ones(len(some)))
        stock[some, k] = rng.multinomial(totals[product] - in_stores, parts)
        shelves = centers + rng.choice(stores, STORES_PER_PRODUCT, replace=False)
        np.add.at(stock[:, k], rng.choice(shelves, in_stores), 1)
    return stock


def read_services(data: Path) -> list[Service]:
    """Read two rate cards: zones 1 to 8, which go by distance."""
    table = pd.read_csv(data / "usps_rates/usps_retail_2025-10-05.csv")
    services = []
    for name in ("ground_advantage", "priority_mail"):
        card = table[(table["service"] == f"{name}_retail") & (table["zone"] <= 8)]
        grid = card.pivot_table(index="zone", columns="weight_lb_max", values="usd")
        services.append(
            Service(
                id=name,
                rate_card=RateCard(
                    weights_kg=tuple(grid.columns * POUND_KG),
                    rates=tuple(map(tuple, grid.to_numpy())),
                ),
                zones=DistanceZones(
                    bands_km=tuple(m * MILE_KM for m in ZONE_BANDS_MILES)
                ),
                dim_divisor_cm3_per_kg=DIM_DIVISOR_CM3_PER_KG,
                dim_threshold_cm3=CUBIC_FOOT_CM3,
                max_weight_kg=70 * POUND_KG,
            )
        )
    return services


def read_orders(
    data: Path,
    products: pd.DataFrame,
    stores: list[Node],
    shelves: np.ndarray,
    limit: int | None,
) -> tuple[Order, ...]:
    """
    Read the orders in the order they were placed, a line for each product.

    Every tenth customer pays for the faster service. Every fourth order is collected
    if a store within 40 km had all of it at the start: at the nearest such store, or
    (every eighth) at whichever store within 40 km is best.
    """
    users = pd.read_csv(data / TABLES / "users.csv.gz", dtype={"postal_code": str})
    homes = {user.id: user for user in users.itertuples()}
    orders = pd.read_csv(data / TABLES / "orders.csv.gz", parse_dates=["created_at"])
    orders = orders.sort_values(["created_at", "order_id"]).head(limit or len(orders))
    baskets = _read_baskets(data)
    column = {product: k for k, product in enumerate(products["id"])}
    vectors = unit_vectors(
        np.array([store.location.lat for store in stores]),
        np.array([store.location.lon for store in stores]),
    )
    made = []
    for row in orders.itertuples():
        user, basket = homes[row.user_id], baskets[row.order_id]
        delivery = Delivery(
            services=("priority_mail",) if row.user_id % 10 == 0 else ()
        )
        if row.order_id % 4 == 0:
            km = great_circle_km(vectors, user.latitude, user.longitude)
            wanted = shelves[:, [column[product] for product, _, _ in basket]]
            has_all = (wanted >= [quantity for _, quantity, _ in basket]).all(axis=1)
            near = np.flatnonzero(has_all & (km <= PICKUP_KM))
            if len(near) and row.order_id % 8 == 0:
                delivery = Delivery(method="pickup", radius_km=PICKUP_KM)
            elif len(near):
                nearest = stores[near[np.argmin(km[near])]]
                delivery = Delivery(method="pickup", node=nearest.id)
        made.append(
            Order(
                id=f"o{row.order_id:05d}",
                lines=tuple(
                    Line(
                        id=f"l{i}",
                        sku=sku_of(product),
                        quantity=quantity,
                        unit_price=price,
                    )
                    for i, (product, quantity, price) in enumerate(basket, start=1)
                ),
                destination=Location(
                    lat=user.latitude,
                    lon=user.longitude,
                    postal_code=user.postal_code,
                    region=user.state,
                ),
                placed_at=row.created_at.tz_localize("UTC").to_pydatetime(),
                delivery=delivery,
            )
        )
    return tuple(made)


def _read_baskets(data: Path) -> dict[int, list[tuple[int, int, float]]]:
    """Gather (product, quantity, price) by order; equal products make one line."""
    table = pd.read_csv(
        data / TABLES / "order_items.csv.gz",
        usecols=["order_id", "product_id", "sale_price"],
    )
    lines = table.groupby(["order_id", "product_id"])["sale_price"].agg(
        ["size", "mean"]
    )
    baskets: dict[int, list[tuple[int, int, float]]] = {}
    for (order, product), quantity, price in lines.itertuples():
        baskets.setdefault(order, []).append((product, quantity, round(price, 2)))
    return baskets


if __name__ == "__main__":
    sys.exit(main())
