"""A small world whose nodes lie apart, with a hub to which lanes lead."""

from __future__ import annotations

from domroute import (
    Delivery,
    DistanceZones,
    Inventory,
    Item,
    Lane,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    RateCard,
    Service,
    Shipping,
    Stock,
)

HUB = {
    "methods": ("ship", "merge"),
    "cost": {"per_shipment": 2.0, "per_line": 0.5, "per_unit": 0.25},
}


def network(*, hub=None, lane=None):
    """Make the network: ``west`` and ``east`` send by lanes to ``hub``."""
    usual = {
        "destination": "hub",
        "cost": {"per_shipment": 1.0, "per_unit": 0.5, "per_kg": 0.1},
        "transit_days": 1,
        "delivers_by": "06:00",
    }
    lanes = [
        Lane(id=f"{name}-hub", origin=name, **{**usual, **(lane or {})})
        for name in ("west", "east")
    ]
    return Network(
        time_zone="UTC",
        nodes=[
            Node(
                id="west",
                location=Location(lat=40, lon=-80),
                cost={"per_shipment": 1.0, "per_unit": 1.0},
            ),
            Node(id="east", location=Location(lat=40, lon=-76)),
            Node(
                id="hub", location=Location(lat=40, lon=-78), **{**HUB, **(hub or {})}
            ),
        ],
        items=[
            Item(sku="sofa", weight_kg=10.0, unit_price=100.0),
            Item(sku="lamp", weight_kg=2.0, unit_price=10.0),
            Item(sku="rug", weight_kg=5.0, unit_price=20.0),
        ],
        services=[
            Service(
                id="ground",
                transit_days=2,
                delivers_by="20:00",
                rate_card=RateCard(weights_kg=[4, 12, 40], rates=[[20, 30, 36]]),
                zones=DistanceZones(bands_km=[]),
            )
        ],
        lanes=lanes,
    )


def inventory():
    """Put sofas in the west, lamps in the east, rugs at the hub."""
    rows = {"west": "sofa", "east": "lamp", "hub": "rug"}
    return Inventory([Stock(node=n, sku=k, on_hand=9) for n, k in rows.items()])


def order(*skus, name="o1", together=True, line=None, **fields):
    """Ask for a unit of each SKU, all to come together."""
    return Order(
        id=name,
        destination=Location(lat=40.2, lon=-78),
        placed_at="2026-12-01T10:00:00Z",
        lines=[
            Line(id=f"l{n}", sku=sku, quantity=1, **(line or {}))
            for n, sku in enumerate(skus or ("sofa", "lamp"), 1)
        ],
        delivery=Delivery(together=together, **fields),
    )


def policy(**fields):
    """Charge for shipping and handling, and much for what is left."""
    costs = [Shipping(), {"term": "handling"}]
    return Policy(costs=costs, unfilled_penalty=500.0, **fields)
