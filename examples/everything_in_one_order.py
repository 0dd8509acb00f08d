"""Two addresses, curb, truck to the store, a set, a stand-in, a wait: one call."""

from domroute import Inventory, Network, Order, Policy, Router, Stock

here, away = {"lat": 40.7, "lon": -74.0}, {"lat": 39.5, "lon": -119.8}
post = {
    "rate_card": {"weights_kg": [20], "rates": [[5.0], [8.0]]},
    "zones": {"kind": "distance", "bands_km": [500]},
}
parts = [("mug", 2), ("pot", 1)]
network = Network(
    time_zone="America/New_York",
    nodes=[
        {"id": "dc", "location": here, "cost": {"per_shipment": 2.0}},
        {"id": "shop", "kind": "store", "location": here},
        {"id": "vendor", "kind": "vendor", "location": away},
    ],
    services=[{"id": "post", "transit_days": 2, **post}],
    lanes=[
        {
            "id": "truck",
            "origin": "dc",
            "destination": "shop",
            "transit_days": 1,
            "cost": {"per_unit": 0.5},
        }
    ],
    items=[
        {"sku": "set", "components": parts, "kit": "parts"},
        *({"sku": sku} for sku in ("mug", "pot", "blue", "white", "lamp", "boots")),
    ],
)
truck = {"at": "2026-11-20T12:00:00-05:00", "quantity": 1}
inventory = Inventory(
    [
        Stock(node="dc", sku="mug", on_hand=2),
        Stock(node="dc", sku="white", on_hand=1),
        Stock(node="dc", sku="boots", on_hand=1),
        Stock(node="shop", sku="pot", on_hand=1),
        Stock(node="shop", sku="boots", on_hand=1),
        Stock(node="vendor", sku="lamp", on_hand=0, inbound=[truck]),
    ]
)
curb = {"method": "curbside", "node": "shop"}
store = {"method": "ship_to_store", "node": "shop"}
lamp = {"sku": "lamp", "delivery": {"to": away}, "allow_backorder": True}
order = Order(
    id="o1",
    placed_at="2026-11-18T10:00:00-05:00",
    destination=here,
    lines=[
        {"id": "kit", "quantity": 1, "sku": "set"},
        {"id": "any", "quantity": 1, "sku": "blue", "substitutes": [("white", 1.5)]},
        {"id": "wait", "quantity": 1, **lamp},
        {"id": "curb", "quantity": 1, "sku": "boots", "delivery": curb},
        {"id": "store", "quantity": 1, "sku": "boots", "delivery": store},
    ],
)
costs = [{"term": "handling"}, {"term": "shipping"}]
costs.append({"term": "backorder", "per_unit": 0.75})
policy = Policy(costs=costs, unfilled_penalty=40.0)
result = Router(network, inventory, policy).route(order)
print(f"{result.status} at {result.cost:.2f}")
for part in result.plan.shipments:
    goods = " + ".join(f"{row.quantity} {row.sku}" for row in part.contents)
    way = f"{part.node_id} by {part.service or part.method}"
    print(f"{way}: {goods}, {part.delivers_on}, {part.cost:.2f}")
