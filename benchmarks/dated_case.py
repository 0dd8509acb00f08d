"""A small scenario with a value in every field that says how and when."""

from __future__ import annotations

from typing import Any

HERE = {"lat": 40.7, "lon": -74.0, "time_zone": "America/New_York"}
AWAY = {"lat": 39.5, "lon": -119.8, "time_zone": "America/Los_Angeles"}
WEEK = ("mon", "tue", "wed", "thu", "fri")
PLACED = "2026-11-18T10:00:00-05:00"


def scenario() -> dict[str, Any]:
    """Write a scenario as raw values: dates, stock to come, kits, hubs and parcels."""
    return {
        "format": "domroute/1",
        "time_zone": "America/New_York",
        "nodes": _nodes(),
        "items": _items(),
        "services": _services(),
        "lanes": [
            {
                "id": "truck",
                "origin": "dc",
                "destination": "shop",
                "transit_days": 1,
                "pickups": ["16:00"],
                "calendar": "week",
                "delivers_by": "10:00",
                "tags": ["liquid"],
                "cost": {"per_shipment": 3.0, "per_unit": 0.5, "per_kg": 0.1},
            }
        ],
        "calendars": [
            {
                "id": "week",
                "hours": {day: [["08:00", "18:00"]] for day in WEEK},
                "closed": ["2026-11-26"],
                "special": {"2026-11-27": [["08:00", "12:00"], ["13:00", "15:00"]]},
            },
            {"id": "night", "hours": {"fri": [["18:00", "02:00"]]}},
            {"id": "carrier", "days": [*WEEK, "sat"], "closed": ["2026-11-26"]},
        ],
        "stock": _stock(),
        "orders": _orders(),
        "policy": _policy(),
    }


def _nodes() -> list[dict[str, Any]]:
    return [
        {
            "id": "dc",
            "location": HERE,
            "methods": ["ship", "merge"],
            "cost": {"per_shipment": 2.0, "per_line": 0.1, "per_unit": 0.2},
            "capacity": [
                {"limit": 9, "measure": "units", "per": "day"},
                {"limit": 400, "measure": "lines"},
            ],
            "calendar": "week",
            "time_zone": "America/New_York",
            "cutoff": "15:00",
            "cutoffs": {"post": "14:30"},
            "processing": {"minutes": 90},
            "pickups": {"post": ["16:30", "20:00"]},
            "receiving_minutes": 45,
            "tags": ["liquid"],
            "active_from": "2026-01-01T00:00:00Z",
        },
        {
            "id": "shop",
            "kind": "store",
            "location": HERE,
            "methods": ["ship", "pickup", "curbside", "ship_to_store", "same_day"],
            "calendar": "week",
            "collection_calendar": "night",
            "minimum_order": 5.0,
        },
        {"id": "vendor", "kind": "vendor", "location": AWAY, "calendar": "week"},
    ]


def _items() -> list[dict[str, Any]]:
    return [
        {"sku": "set", "components": [["mug", 2], ["pot", 1]], "kit": "parts"},
        {"sku": "mug", "weight_kg": 0.4, "unit_price": 12.0, "tags": ["fragile"]},
        {"sku": "pot", "weight_kg": 1.5, "ships_alone": True},
        {"sku": "blue", "tags": ["food"], "minimum_life_days": 3},
        {"sku": "white", "tags": ["liquid"]},
        {"sku": "lamp", "release_at": "2026-11-20T00:00:00-05:00"},
        {"sku": "card", "digital": True},
    ]


def _services() -> list[dict[str, Any]]:
    card = {"weights_kg": [1, 20], "rates": [[5.0, 7.0], [8.0, 12.0]]}
    zones = {"kind": "distance", "bands_km": [500]}
    return [
        {
            "id": "post",
            "rate_card": card,
            "zones": zones,
            "calendar": "carrier",
            "delivery_calendar": "carrier",
            "pickups": ["17:00"],
            "transit_days": {"0.5": 2, "0.9": 4},
            "delivers_by": "20:00",
            "speed": "ground",
            "tags": ["liquid"],
        },
        {
            "id": "bike",
            "rate_card": card,
            "zones": zones,
            "methods": ["ship", "same_day"],
            "transit_minutes": 90,
            "speed": "today",
        },
    ]


def _stock() -> list[dict[str, Any]]:
    truck = {"at": "2026-11-20T12:00:00-05:00", "quantity": 6}
    return [
        {"node": "dc", "sku": "mug", "on_hand": 5, "reserved": 1, "safety": 1},
        {"node": "dc", "sku": "white", "on_hand": 4, "allocated": {"web": 2}},
        {"node": "dc", "sku": "pot", "on_hand": 0, "inbound": [truck]},
        {"node": "dc", "sku": "blue", "on_hand": 3, "expires_on": "2026-11-25"},
        {"node": "shop", "sku": "mug", "on_hand": 2},
        {"node": "shop", "sku": "pot", "on_hand": 1},
        {"node": "vendor", "sku": "lamp", "on_hand": 2, "inbound": [truck]},
    ]


def _orders() -> list[dict[str, Any]]:
    curb = {"method": "curbside", "node": "shop"}
    store = {"method": "ship_to_store", "node": "shop", "need_by": "2026-11-25"}
    return [
        {
            "id": "o1",
            "placed_at": PLACED,
            "destination": HERE,
            "channel": "web",
            "tier": "gold",
            "lines": [
                {"id": "kit", "sku": "set", "quantity": 1, "unfilled_penalty": 9.0},
                {
                    "id": "any",
                    "sku": "blue",
                    "quantity": 1,
                    "substitutes": [{"sku": "white", "penalty": 1.5}],
                },
                {
                    "id": "wait",
                    "sku": "lamp",
                    "quantity": 1,
                    "allow_backorder": True,
                    "delivery": {"to": AWAY},
                },
                {"id": "curb", "sku": "mug", "quantity": 1, "delivery": curb},
                {"id": "store", "sku": "pot", "quantity": 1, "delivery": store},
                {"id": "gift", "sku": "card", "quantity": 2},
            ],
        },
        {
            "id": "o2",
            "placed_at": PLACED,
            "destination": AWAY,
            "delivery": {"earliest": "2026-11-23", "together": True},
            "lines": [
                {"id": "a", "sku": "mug", "quantity": 3},
                {"id": "b", "sku": "pot", "quantity": 2, "must_fill": True},
            ],
        },
        {
            "id": "o3",
            "placed_at": PLACED,
            "destination": HERE,
            "delivery": {"method": "same_day", "need_by": "2026-11-18T22:00:00-05:00"},
            "lines": [{"id": "a", "sku": "mug", "quantity": 1}],
        },
    ]


def _policy() -> dict[str, Any]:
    return {
        "costs": [
            {"term": "handling"},
            {"term": "shipping"},
            {"term": "backorder", "per_unit": 0.75},
            {"term": "lateness", "per_line_day": 1.0, "ladder": [[1, 0.5], [3, 4.0]]},
            {"term": "speed", "per_line_day": 0.1},
        ],
        "rules": [{"rule": "require_tag", "tag": "liquid", "of": ["services"]}],
        "apart": [["food", "liquid"]],
        "unfilled_penalty": 40.0,
        "allow_backorder": True,
        "promise": {
            "lifetime_minutes": 15,
            "horizon_days": 30,
            "overdue_days": 2,
            "confidence": 0.9,
        },
        "reroute": {"exclusion_hours": 24},
    }


def events() -> list[dict[str, Any]]:
    """Write what happens to the plans: every kind of event there is."""
    noon, later = "2026-11-18T12:00:00-05:00", "2026-11-19T09:00:00-05:00"
    due = "2026-11-20T12:00:00-05:00"
    return [
        {"event": "accepted", "at": noon, "order": "o1", "node": "shop"},
        {"event": "rejected", "at": noon, "order": "o2", "node": "dc", "line": "a"},
        {"event": "closed", "at": noon, "node": "vendor"},
        {"event": "late_inbound", "at": noon, "node": "dc", "sku": "pot", "due": due},
        {"event": "moved", "at": later, "order": "o2", "destination": HERE},
        {"event": "canceled", "at": later, "order": "o1", "line": "gift"},
        {"event": "reopened", "at": later, "node": "vendor"},
    ]
