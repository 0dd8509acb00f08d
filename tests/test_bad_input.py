"""Broken input of every kind: each named by code and place, nothing written."""

from __future__ import annotations

import copy
import json
import math
import re

import pytest

from domroute.cli import main
from domroute.files.intake.rows import MAX_FAULTS

GOOD = {
    "format": "domroute/1",
    "name": "small",
    "nodes": [
        {"id": "N1", "location": {"lat": 40.7, "lon": -74.0}},
        {"id": "S7", "kind": "store", "location": {"lat": 39.9, "lon": -75.2}},
    ],
    "items": [{"sku": "A", "weight_kg": 1.2}, {"sku": "B"}],
    "stock": [
        {"node": "N1", "sku": "A", "on_hand": 5},
        {"node": "S7", "sku": "A", "on_hand": 1},
    ],
    "orders": [
        {
            "id": "o1",
            "destination": {"lat": 40.0, "lon": -75.1},
            "lines": [
                {"id": "l1", "sku": "A", "quantity": 2},
                {"id": "l2", "sku": "B", "quantity": 1},
            ],
        }
    ],
}
SERVICE = {
    "id": "ground",
    "rate_card": {"weights_kg": [1, 5], "rates": [[5, 6], [7, 9]]},
    "zones": {"kind": "distance", "bands_km": [80]},
}


def edited(*edits):
    """Return the good scenario as JSON, with values put (or, with ..., taken out)."""
    value = copy.deepcopy(GOOD)
    for path, new in edits:
        here = value
        *outer, last = path
        for part in outer:
            here = here[part]
        if new is ...:
            del here[last]
        elif isinstance(here, list) and last == len(here):
            here.append(new)
        else:
            here[last] = new
    return json.dumps(value).encode()


def in_order(**fields):
    """Return the good scenario with fields of its order replaced."""
    return edited(*((("orders", 0, name), value) for name, value in fields.items()))


def in_line(**fields):
    """Return the good scenario with fields of its first line replaced."""
    path = ("orders", 0, "lines", 0)
    return edited(*(((*path, name), value) for name, value in fields.items()))


def boxes(*rows):
    """Return the good scenario with boxes."""
    return edited((("boxes",), rows))


def policy(**fields):
    """Return the good scenario under another policy."""
    return edited((("policy",), fields))


LINE = "orders[0].lines[0]"
TEXT = edited()
BROKEN = {
    # --- the text itself
    "empty file": (b"", [("input.json", "empty")]),
    "only spaces": (b" \n ", [("input.json", "empty")]),
    "truncated": (TEXT[: len(TEXT) // 2], [("input.json", "not_json")]),
    "junk": (b"\x01 no JSON \x02" * 9, [("input.json", "not_json")]),
    "10 MB of junk": (b"junk " * 2_000_000, [("input.json", "not_json")]),
    "10 MB of brackets": (b"[" * 10_000_000, [("input.json", "not_json")]),
    "number of 5,000 digits": (
        TEXT.replace(b"1.2", b"1" * 5000),
        [("items[0].weight_kg", "not_finite")],
    ),
    "UTF-16": (TEXT.decode().encode("utf-16"), [("input.json", "wrong_encoding")]),
    "UTF-16 without a mark": (
        TEXT.decode().encode("utf-16-le"),
        [("input.json", "wrong_encoding")],
    ),
    "UTF-32": (TEXT.decode().encode("utf-32"), [("input.json", "wrong_encoding")]),
    "Latin-1": (
        TEXT.replace(b"small", "café".encode("latin-1")),
        [("input.json", "wrong_encoding")],
    ),
    "byte order mark": (b"\xef\xbb\xbf" + TEXT, [("input.json", "wrong_encoding")]),
    "lone surrogate": (
        TEXT.replace(b'"sku": "B"}]', b'"sku": "\\ud800"}]'),
        [
            ("items[1].sku", "wrong_type"),
            ("orders[0].lines[1].sku", "unknown_id"),
        ],
    ),
    "a list": (b"[1, 2]", [("input.json", "wrong_type")]),
    "a number": (b"5", [("input.json", "wrong_type")]),
    "a key given twice": (
        TEXT.replace(b'"on_hand": 5', b'"on_hand": 5, "on_hand": 6'),
        [("stock[0].on_hand", "duplicate_key")],
    ),
    # --- the parts of a scenario
    "no format": (edited((("format",), ...)), [("format", "missing")]),
    "unknown version": (
        edited((("format",), "domroute/9")),
        [("format", "unknown_version")],
    ),
    "unknown part": (edited((("nodez",), [])), [("nodez", "unknown_field")]),
    "parts missing": (
        edited((("items",), ...), (("stock",), ...)),
        [("items", "missing"), ("stock", "missing")],
    ),
    "a part of another kind": (
        edited((("orders",), {"o1": 1})),
        [("orders", "wrong_type")],
    ),
    "blank name": (edited((("name",), "  ")), [("name", "out_of_range")]),
    "endless name": (edited((("name",), "x" * 257)), [("name", "out_of_range")]),
    "name that is a number": (edited((("name",), 5)), [("name", "wrong_type")]),
    "null where an object belongs": (
        edited((("nodes", 0), None)),
        [
            ("nodes[0]", "wrong_type"),
            ("stock[0].node", "unknown_id"),
        ],
    ),
    # --- types and numbers
    "text for a number": (in_line(quantity="2"), [(f"{LINE}.quantity", "wrong_type")]),
    "true for a number": (in_line(quantity=True), [(f"{LINE}.quantity", "wrong_type")]),
    "half a unit": (in_line(quantity=1.5), [(f"{LINE}.quantity", "wrong_type")]),
    "no units": (in_line(quantity=0), [(f"{LINE}.quantity", "out_of_range")]),
    "negative units": (in_line(quantity=-3), [(f"{LINE}.quantity", "out_of_range")]),
    "absurdly many units": (
        in_line(quantity=10**15),
        [(f"{LINE}.quantity", "out_of_range")],
    ),
    "number for an id": (in_line(id=7), [(f"{LINE}.id", "wrong_type")]),
    "empty id": (in_line(id=""), [(f"{LINE}.id", "out_of_range")]),
    "endless id": (in_line(id="x" * 300), [(f"{LINE}.id", "out_of_range")]),
    "misspelled field": (
        in_line(quantitty=2),
        [(f"{LINE}.quantitty", "unknown_field")],
    ),
    "text for a list": (
        edited((("nodes", 0, "tags"), "hazmat")),
        [("nodes[0].tags", "wrong_type")],
    ),
    "NaN": (
        TEXT.replace(b"1.2", b"NaN"),
        [("items[0].weight_kg", "not_finite")],
    ),
    "infinity": (
        TEXT.replace(b"1.2", b"1e999"),
        [("items[0].weight_kg", "not_finite")],
    ),
    "negative weight": (
        edited((("items", 0, "weight_kg"), -1)),
        [("items[0].weight_kg", "out_of_range")],
    ),
    "latitude beyond the pole": (
        edited((("nodes", 0, "location", "lat"), 95)),
        [("nodes[0].location.lat", "out_of_range")],
    ),
    "longitude beyond the globe": (
        in_order(destination={"lat": 0, "lon": -181}),
        [("orders[0].destination.lon", "out_of_range")],
    ),
    "coordinates missing": (
        edited((("nodes", 0, "location"), {})),
        [("nodes[0].location.lat", "missing"), ("nodes[0].location.lon", "missing")],
    ),
    "unknown method": (
        in_order(delivery={"method": "drone"}),
        [("orders[0].delivery.method", "unknown_value")],
    ),
    "order without lines": (in_order(lines=[]), [("orders[0].lines", "out_of_range")]),
    "lines beyond counting": (
        in_order(lines=[0] * 100_001),
        [("orders[0].lines", "out_of_range")],
    ),
    # --- dates
    "naive datetime": (
        in_order(placed_at="2026-01-31T12:00:00"),
        [("orders[0].placed_at", "naive_datetime")],
    ),
    "impossible date": (
        in_order(placed_at="2026-02-30T12:00:00Z"),
        [("orders[0].placed_at", "impossible_date")],
    ),
    "no date at all": (
        in_order(placed_at="yesterday"),
        [("orders[0].placed_at", "impossible_date")],
    ),
    "a list for a date": (
        in_order(placed_at=[2026]),
        [("orders[0].placed_at", "wrong_type")],
    ),
    "window that ends before it begins": (
        edited(
            (("nodes", 0, "active_from"), "2026-02-01T00:00:00Z"),
            (("nodes", 0, "active_until"), "2026-01-01T00:00:00Z"),
        ),
        [("nodes[0]", "contradictory")],
    ),
    # --- stock
    "negative stock": (
        edited((("stock", 1, "on_hand"), -1)),
        [("stock[1].on_hand", "out_of_range")],
    ),
    "absurd stock": (
        edited((("stock", 0, "on_hand"), 10**13), (("stock", 1, "on_hand"), 10**400)),
        [("stock[0].on_hand", "out_of_range"), ("stock[1].on_hand", "not_finite")],
    ),
    "stock that is text": (
        edited((("stock", 1, "on_hand"), "5"), (("stock", 0, "safety"), None)),
        [("stock[0].safety", "wrong_type"), ("stock[1].on_hand", "wrong_type")],
    ),
    "stock that is NaN": (
        TEXT.replace(b'"on_hand": 5', b'"on_hand": 5, "velocity": NaN'),
        [("stock[0].velocity", "not_finite")],
    ),
    "stock without a node": (
        edited((("stock", 0, "node"), ...)),
        [("stock[0].node", "missing")],
    ),
    "stock of strangers": (
        edited((("stock", 0, "node"), "N9"), (("stock", 1, "sku"), "Z")),
        [("stock[0].node", "unknown_id"), ("stock[1].sku", "unknown_id")],
    ),
    "stock given twice": (
        edited((("stock", 1, "node"), "N1")),
        [("stock[1]", "duplicate_id")],
    ),
    "stock that is no object": (
        edited((("stock", 1), 5), (("stock", 2), {"extra": 1})),
        [
            ("stock[1]", "wrong_type"),
            ("stock[2].extra", "unknown_field"),
            ("stock[2].node", "missing"),
            ("stock[2].on_hand", "missing"),
            ("stock[2].sku", "missing"),
        ],
    ),
    "arrival at no certain time": (
        edited((("stock", 0, "inbound"), [{"at": "2026-01-01", "quantity": -1}])),
        [
            ("stock[0].inbound[0].at", "naive_datetime"),
            ("stock[0].inbound[0].quantity", "out_of_range"),
        ],
    ),
    "stock that expires at no date": (
        edited(
            (("stock", 0, "expires_on"), "2026-02-30"),
            (("stock", 1, "allocated"), {"web": -1, "app": "2"}),
            (("items", 0, "minimum_life_days"), -1),
        ),
        [
            ("items[0].minimum_life_days", "out_of_range"),
            ("stock[0].expires_on", "impossible_date"),
            ("stock[1].allocated.app", "wrong_type"),
            ("stock[1].allocated.web", "out_of_range"),
        ],
    ),
    "arrival at no time": (
        edited(
            (("stock", 0, "inbound"), [{"quantity": -1}, {"at": None, "quantity": 2}])
        ),
        [
            ("stock[0].inbound[0].at", "inbound_without_at"),
            ("stock[0].inbound[0].quantity", "out_of_range"),
            ("stock[0].inbound[1].at", "inbound_without_at"),
        ],
    ),
    # --- names
    "node given twice": (
        edited((("nodes", 2), GOOD["nodes"][0])),
        [("nodes[2].id", "duplicate_id")],
    ),
    "item given twice": (
        edited((("items", 2), {"sku": "A"})),
        [("items[2].sku", "duplicate_id")],
    ),
    "order given twice": (
        edited((("orders", 1), GOOD["orders"][0])),
        [("orders[1].id", "duplicate_id")],
    ),
    "unknown names in an order": (
        in_line(sku="Z", pinned_node="N8", excluded_nodes=["N1", "N9"]),
        [
            (f"{LINE}.pinned_node", "unknown_id"),
            (f"{LINE}.sku", "unknown_id"),
        ],
    ),
    "unknown pick-up node": (
        in_order(delivery={"method": "pickup", "node": "S8"}),
        [("orders[0].delivery.node", "unknown_id")],
    ),
    "unknown services": (
        edited(
            (("nodes", 0, "services"), ["air"]),
            (("orders", 0, "lines", 0, "delivery"), {"services": ["parcel", "sea"]}),
        ),
        [
            ("nodes[0].services[0]", "unknown_id"),
            (f"{LINE}.delivery.services[1]", "unknown_id"),
        ],
    ),
    # --- what an order counts for
    "weights that are none": (
        edited(
            (
                ("orders",),
                [
                    {**GOOD["orders"][0], "id": f"o{at}", "weight": weight}
                    for at, weight in enumerate(
                        (0, -1, math.nan, math.inf, True, "2", None, 1e7, [1])
                    )
                ],
            )
        ),
        [
            ("orders[0].weight", "out_of_range"),
            ("orders[1].weight", "out_of_range"),
            ("orders[2].weight", "not_finite"),
            ("orders[3].weight", "not_finite"),
            ("orders[4].weight", "wrong_type"),
            ("orders[5].weight", "wrong_type"),
            ("orders[6].weight", "wrong_type"),
            ("orders[7].weight", "out_of_range"),
            ("orders[8].weight", "wrong_type"),
        ],
    ),
    "priority and weight that are none": (
        in_order(priority=True, weight=0),
        [("orders[0].priority", "wrong_type"), ("orders[0].weight", "out_of_range")],
    ),
    "half a priority": (
        in_order(priority=1.5),
        [("orders[0].priority", "wrong_type")],
    ),
    "priority beyond all": (
        in_order(priority=10**7),
        [("orders[0].priority", "out_of_range")],
    ),
    # --- contradictions
    "pinned and excluded": (
        in_line(pinned_node="N1", excluded_nodes=["N1"]),
        [(LINE, "contradictory")],
    ),
    "must fill, at a penalty": (
        in_line(must_fill=True, unfilled_penalty=5),
        [(LINE, "contradictory")],
    ),
    "pick-up nowhere": (
        in_order(delivery={"method": "pickup"}),
        [("orders[0].delivery", "contradictory")],
    ),
    "hard rules that leave no node": (
        policy(
            rules=[
                {"rule": "eligible_nodes", "nodes": {"kinds": ["store"]}},
                {"rule": "excluded_nodes", "nodes": {"ids": ["S7"]}},
            ]
        ),
        [("policy.rules", "contradictory")],
    ),
    "rule for unknown nodes": (
        policy(rules=[{"rule": "safety_stock", "units": 1, "nodes": {"ids": ["N9"]}}]),
        [("policy.rules[0].nodes.ids[0]", "unknown_id")],
    ),
    "two rules of one name": (
        policy(rules=[{"rule": "max_distance", "km": 5}] * 2),
        [("policy", "duplicate_id")],
    ),
    "unknown rule and term": (
        policy(rules=[{"rule": "be_nice"}], costs=[{"term": "karma"}, 5, {"term": []}]),
        [
            ("policy.costs[0]", "unknown_value"),
            ("policy.costs[1]", "wrong_type"),
            ("policy.costs[2]", "unknown_value"),
            ("policy.rules[0]", "unknown_value"),
        ],
    ),
    "rule at a negative distance": (
        policy(rules=[{"rule": "max_distance", "km": -5}]),
        [("policy.rules[0].km", "out_of_range")],
    ),
    "policy of junk": (
        policy(rules=[0] * 100_001),
        [("policy.rules", "out_of_range")],
    ),
    "policy that is no object": (
        edited((("policy",), "cheap")),
        [("policy", "wrong_type")],
    ),
    "rates that fall": (
        edited(
            (("services",), [SERVICE | {"rate_card": {"weights_kg": [1], "rates": 5}}])
        ),
        [("services[0].rate_card.rates", "wrong_type")],
    ),
    "zones that fall": (
        edited(
            (
                ("services",),
                [SERVICE | {"zones": {"kind": "distance", "bands_km": [9, -5, "x"]}}],
            )
        ),
        [
            ("services[0].zones.bands_km[1]", "out_of_range"),
            ("services[0].zones.bands_km[2]", "wrong_type"),
        ],
    ),
    "more zones than rates": (
        edited(
            (("services",), [SERVICE | {"zones": {"kind": "distance", "bands_km": []}}])
        ),
        [("services[0]", "contradictory")],
    ),
    # --- boxes
    "boxes of another kind": (
        edited((("boxes",), {"M": [30, 22, 15]})),
        [("boxes", "wrong_type")],
    ),
    "boxes that are none": (
        boxes(
            {"id": "M", "inner_cm": [30, 22]},
            {"id": "M", "inner_cm": [30, 0, "15"], "tare_kg": -1},
            {"id": "L", "inner_cm": [30, 22, 15], "outer_cm": [31, 21, 16]},
            {"inner_cm": 30, "price": 1, "color": "red"},
        ),
        [
            ("boxes[0].inner_cm[2]", "missing"),
            ("boxes[1].id", "duplicate_id"),
            ("boxes[1].inner_cm[1]", "out_of_range"),
            ("boxes[1].inner_cm[2]", "wrong_type"),
            ("boxes[1].tare_kg", "out_of_range"),
            ("boxes[2]", "contradictory"),
            ("boxes[3].color", "unknown_field"),
            ("boxes[3].id", "missing"),
            ("boxes[3].inner_cm", "wrong_type"),
        ],
    ),
    "box of a stranger": (
        boxes({"id": "M", "inner_cm": [30, 22, 15], "services": ["parcel", "sled"]}),
        [("boxes[0].services[1]", "unknown_id")],
    ),
    # --- quotes
    "quotes that are a list": (
        edited((("quotes",), [])),
        [("quotes", "wrong_type")],
    ),
    "quotes of another kind": (
        edited((("quotes",), {"shipment": [], "units": 5})),
        [("quotes.shipment", "unknown_field"), ("quotes.units", "wrong_type")],
    ),
    "quotes of strangers": (
        edited(
            (
                ("quotes",),
                {
                    "shipments": [{"order": "o9", "node": "N1", "cost": 5}],
                    "units": [{"order": "o1", "line": "l9", "node": "N9", "cost": 5}],
                },
            )
        ),
        [
            ("quotes.shipments[0].order", "unknown_id"),
            ("quotes.units[0].line", "unknown_id"),
            ("quotes.units[0].node", "unknown_id"),
        ],
    ),
    "quote for a list of orders": (
        edited(
            (
                ("quotes",),
                {
                    "shipments": [
                        {"order": ["o1"], "node": "N1", "service": "parcel", "cost": 1}
                    ]
                },
            )
        ),
        [("quotes.shipments[0].order", "wrong_type")],
    ),
    "quotes that overlap": (
        edited(
            (
                ("quotes",),
                {
                    "shipments": [
                        {"order": "o1", "node": "N1", "cost": 5},
                        {"order": "o1", "node": "N1", "cost": 6},
                        {"order": "o1", "node": "N1", "service": "parcel", "cost": 5},
                        {"order": "o1", "node": "S7", "service": "air", "cost": -5},
                    ]
                },
            )
        ),
        [
            ("quotes.shipments[1]", "duplicate_id"),
            ("quotes.shipments[2].service", "contradictory"),
            ("quotes.shipments[3].cost", "out_of_range"),
            ("quotes.shipments[3].service", "unknown_id"),
        ],
    ),
    # --- all at once
    "one fault in each part": (
        edited(
            (("name",), ""),
            (("nodes", 1, "priority"), "first"),
            (("items", 0, "color"), "red"),
            (("stock", 0, "on_hand"), -5),
            (("orders", 0, "lines", 0, "sku"), "Z"),
            (("orders", 0, "lines", 1, "quantity"), -1),
            (("policy",), {"unfilled_penalty": "much"}),
            (("quotes",), {"shipments": [{"order": "o1"}]}),
        ),
        [
            ("items[0].color", "unknown_field"),
            ("name", "out_of_range"),
            ("nodes[1].priority", "wrong_type"),
            (f"{LINE}.sku", "unknown_id"),
            ("orders[0].lines[1].quantity", "out_of_range"),
            ("policy.unfilled_penalty", "wrong_type"),
            ("quotes.shipments[0].cost", "missing"),
            ("quotes.shipments[0].node", "missing"),
            ("stock[0].on_hand", "out_of_range"),
        ],
    ),
}


def faults_in(text):
    """Read (place, code) of each line on standard error, sorted."""
    found = [re.fullmatch(r"(.+?): .* \[(\w+)\]", line) for line in text.splitlines()]
    assert None not in found, text

    return sorted(match.groups() for match in found)


def test_the_good_scenario_is_good(tmp_path, capsys):
    """What the cases break is whole before they do."""
    path = tmp_path / "input.json"
    path.write_bytes(TEXT)

    assert main(["check", str(path)]) == 0
    assert "stock rows: 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("data", "expected"),
    BROKEN.values(),
    ids=[name.replace(" ", "-") for name in BROKEN],
)
@pytest.mark.parametrize("command", ["route", "check"])
def test_each_fault_is_named_and_nothing_is_written(
    data, expected, command, tmp_path, capsys
):
    """A broken file ends with status 2, its faults on stderr, and nothing else."""
    path, out = tmp_path / "input.json", tmp_path / "out.json"
    path.write_bytes(data)
    more = ["--out", str(out)] if command == "route" else []

    code = main([command, str(path), *more])

    shown = capsys.readouterr()
    assert code == 2
    assert faults_in(shown.err) == sorted(expected)
    assert shown.out == ""
    assert [file.name for file in tmp_path.iterdir()] == ["input.json"]


@pytest.mark.parametrize("table", ["nodes", "stock", "orders"])
def test_a_table_of_junk_is_one_fault(table, tmp_path, capsys):
    """Ten megabytes of entries that are no rows are not listed one by one."""
    path = tmp_path / "input.json"
    path.write_bytes(edited(((table,), [0] * 3_500_000)))

    assert main(["check", str(path)]) == 2
    assert faults_in(capsys.readouterr().err) == [(table, "wrong_type")]


@pytest.mark.parametrize(
    ("path", "table"),
    [
        (("items",), "items"),
        (("stock",), "stock"),
        (("quotes",), "quotes.units"),
    ],
)
def test_a_table_wrong_from_end_to_end_is_given_up_on(path, table, tmp_path, capsys):
    """The first faults are listed, and that there are more."""
    rows = [{"extra": at} for at in range(MAX_FAULTS + 5)]
    value = {"units": rows} if path == ("quotes",) else rows
    (tmp_path / "input.json").write_bytes(edited((path, value)))

    assert main(["check", str(tmp_path / "input.json")]) == 2
    shown = capsys.readouterr().err.splitlines()
    lines = [text for text in shown if text.startswith(table)]
    assert len(lines) == MAX_FAULTS + 1
    assert lines[-1].endswith("[too_many_faults]")


def test_repetition_without_end_is_given_up_on(tmp_path, capsys):
    """One order, again and again, is named as often as any other fault."""
    orders = GOOD["orders"] * (MAX_FAULTS + 5)
    (tmp_path / "input.json").write_bytes(edited((("orders",), orders)))

    assert main(["check", str(tmp_path / "input.json")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == MAX_FAULTS + 1


HEADERS = {
    "nodes": "id,lat,lon",
    "items": "sku",
    "stock": "node,sku,on_hand",
    "orders": "id,lat,lon",
    "lines": "order,id,sku,quantity",
}
ROWS = {
    "nodes": ["N1,40.7,-74.0"],
    "items": ["A"],
    "stock": ["N1,A,5"],
    "orders": ["o1,40.0,-75.1"],
    "lines": ["o1,l1,A,2"],
}


def csv_text(name, *rows, header=None):
    """Return a table as bytes."""
    return "\n".join([header or HEADERS[name], *(rows or ROWS[name]), ""]).encode()


FOLDERS = {
    "no tables": (
        dict.fromkeys(HEADERS),
        [(name, "missing") for name in HEADERS],
    ),
    "a table missing": ({"stock": None}, [("stock", "missing")]),
    "empty table": ({"items": b""}, [("items.csv", "empty")]),
    "UTF-16 table": (
        {
            "items": "sku\nA\n".encode("utf-16"),
            "nodes": csv_text("nodes", "N1,95,-74"),
        },
        [("items.csv", "wrong_encoding"), ("nodes[0].lat", "out_of_range")],
    ),
    "columns unknown, missing, repeated": (
        {"stock": csv_text("stock", "N1,A,A,5", header="node,sku,sku,onhand")},
        [
            ("stock.on_hand", "missing"),
            ("stock.onhand", "unknown_field"),
            ("stock.sku", "duplicate_key"),
        ],
    ),
    "ragged rows": (
        {"stock": csv_text("stock", "N1,A", "N1,A,5,6")},
        [
            ("stock[0]", "wrong_shape"),
            ("stock[0].on_hand", "missing"),
            ("stock[1]", "duplicate_id"),
            ("stock[1]", "wrong_shape"),
        ],
    ),
    "quote that never ends": (
        {"items": b'sku\n"A\n'},
        [("items.csv", "not_csv")],
    ),
    "cells of the wrong kind": (
        {
            "nodes": csv_text("nodes", "N1,north,-74.0", "N2,nan,1_0"),
            "lines": csv_text("lines", "o1,l1,A,two", "o1,l2,A,1.5", "o1,l3,A,"),
        },
        [
            ("lines[0].quantity", "wrong_type"),
            ("lines[1].quantity", "wrong_type"),
            ("lines[2].quantity", "missing"),
            ("nodes[0].lat", "wrong_type"),
            ("nodes[1].lat", "not_finite"),
            ("nodes[1].lon", "wrong_type"),
        ],
    ),
    "names unknown and twice": (
        {
            "nodes": csv_text("nodes", "N1,40,-74", "N1,41,-74"),
            "lines": csv_text("lines", "o1,l1,Z,2", "o9,l1,A,1", ",l2,A,1"),
        },
        [
            ("lines[0].sku", "unknown_id"),
            ("lines[1].order", "unknown_id"),
            ("lines[2].order", "missing"),
            ("nodes[1].id", "duplicate_id"),
        ],
    ),
    "times without a zone": (
        {
            "orders": csv_text(
                "orders", "o1,40,-75,2026-01-31 12:00", header="id,lat,lon,placed_at"
            ),
            "inbound": b"node,sku,at,quantity\nN1,A,2026-13-01T00:00:00Z,-1\n",
        },
        [
            ("inbound[0].at", "impossible_date"),
            ("inbound[0].quantity", "out_of_range"),
            ("orders[0].placed_at", "naive_datetime"),
        ],
    ),
    "orders that count for nothing": (
        {
            "orders": csv_text(
                "orders", "o1,40,-75,high,0", header="id,lat,lon,priority,weight"
            )
        },
        [
            ("orders[0].priority", "wrong_type"),
            ("orders[0].weight", "out_of_range"),
        ],
    ),
    "half a place": (
        {"orders": csv_text("orders", "o1,40,", "o2,,-75")},
        [
            ("orders[0].lon", "missing"),
            ("orders[1].lat", "missing"),
            ("orders[1].lines", "out_of_range"),
        ],
    ),
    "stock that expires some day": (
        {
            "stock": csv_text(
                "stock",
                'N1,A,5,soon,"{""web"": -1}"',
                "N1,B,5,,web",
                header="node,sku,on_hand,expires_on,allocated",
            ),
            "items": csv_text("items", "A,9e9", "B,", header="sku,minimum_life_days"),
        },
        [
            ("items[0].minimum_life_days", "out_of_range"),
            ("stock[0].allocated.web", "out_of_range"),
            ("stock[0].expires_on", "impossible_date"),
            ("stock[1].allocated", "wrong_type"),
        ],
    ),
    "arrivals at no time": (
        {"inbound": b"node,sku,at,quantity\nN1,A,,-1\n"},
        [
            ("inbound[0].at", "inbound_without_at"),
            ("inbound[0].quantity", "out_of_range"),
        ],
    ),
    "arrivals without their times": (
        {"inbound": b"node,sku,quantity\nN1,A,1\n"},
        [("inbound.at", "inbound_without_at")],
    ),
    "arrival without stock": (
        {"inbound": b"node,sku,at,quantity\nN1,B,2026-01-01T00:00:00Z,1\n"},
        [("inbound[0]", "unknown_id")],
    ),
    "a table given twice": (
        {"items.parquet": b"PAR1"},
        [("items", "contradictory")],
    ),
    "Parquet that is none": (
        {"items": None, "items.parquet": b"PAR1 junk"},
        [("items.parquet", "not_parquet")],
    ),
    "JSON beside the tables": (
        {
            "policy.json": b'{"unfilled_penalty": 1, "unfilled_penalty": -1}',
            "services.json": b"{}",
            "scenario.json": b'{"version": 1}',
        },
        [
            ("policy.unfilled_penalty", "duplicate_key"),
            ("policy.unfilled_penalty", "out_of_range"),
            ("scenario.version", "unknown_field"),
            ("services", "wrong_type"),
        ],
    ),
    "JSON beside the tables that is none": (
        {"policy.json": b"{", "scenario.json": b"[]"},
        [("policy.json", "not_json"), ("scenario.json", "wrong_type")],
    ),
    "folder of another version": (
        {"scenario.json": b'{"format": "domroute/9"}'},
        [("format", "unknown_version")],
    ),
    "deep brackets in a cell": (
        {
            "nodes": csv_text(
                "nodes", f"N1,40,-74,{'[' * 5000}", header="id,lat,lon,tags"
            )
        },
        [("nodes[0].tags", "wrong_type")],
    ),
    "digits of another script": (
        {"nodes": csv_text("nodes", "N1,40,-74,\u0661", header="id,lat,lon,priority")},
        [("nodes[0].priority", "wrong_type")],
    ),
    "more columns than any table has": (
        {"items": b"sku" + b"," * 100_000 + b"\n" + b"A\n" * 100_000},
        [("items.csv", "wrong_shape")],
    ),
    "boxes that are none": (
        {
            "boxes": b"id,inner_cm,tare_kg,services,lid\n"
            b"M,30|22|15,0.2,parcel|sled,\nM,30|wide,-1,,\nL,,nan,,\n"
        },
        [
            ("boxes.lid", "unknown_field"),
            ("boxes[0].services[1]", "unknown_id"),
            ("boxes[1].id", "duplicate_id"),
            ("boxes[1].inner_cm[1]", "wrong_type"),
            ("boxes[1].inner_cm[2]", "missing"),
            ("boxes[1].tare_kg", "out_of_range"),
            ("boxes[2].inner_cm", "missing"),
            ("boxes[2].tare_kg", "not_finite"),
        ],
    ),
    "quotes of strangers": (
        {
            "shipment_quotes": b"order,node,service,cost\no1,N9,,5\no1,N1,air,x\n",
            "workload_quotes": b"order,line,node,workload\no1,l9,N1,-1\n",
        },
        [
            ("shipment_quotes[0].node", "unknown_id"),
            ("shipment_quotes[1].cost", "wrong_type"),
            ("shipment_quotes[1].service", "unknown_id"),
            ("workload_quotes[0].line", "unknown_id"),
            ("workload_quotes[0].workload", "out_of_range"),
        ],
    ),
}


@pytest.mark.parametrize(
    ("files", "expected"), FOLDERS.values(), ids=[n.replace(" ", "-") for n in FOLDERS]
)
def test_each_fault_of_a_folder_is_named_by_table_row_and_column(
    files, expected, tmp_path, capsys
):
    """A broken folder ends with status 2, the faults of all tables on stderr."""
    folder, out = tmp_path / "input", tmp_path / "out.json"
    folder.mkdir()
    for name, data in ({name: csv_text(name) for name in HEADERS} | files).items():
        if data is not None:
            (folder / (name if "." in name else f"{name}.csv")).write_bytes(data)

    code = main(["route", str(folder), "--out", str(out)])

    shown = capsys.readouterr()
    assert code == 2
    assert faults_in(shown.err) == sorted(expected)
    assert (shown.out, out.exists()) == ("", False)


def test_ragged_rows_without_end_are_given_up_on(tmp_path, capsys):
    """The first faults are listed, and that there are more."""
    rows = ["A,B"] * (MAX_FAULTS + 5)
    for name in HEADERS:
        more = rows if name == "items" else ()
        (tmp_path / f"{name}.csv").write_bytes(csv_text(name, *more))

    assert main(["check", str(tmp_path)]) == 2
    shown = capsys.readouterr().err.splitlines()
    assert sum("wrong_shape" in line for line in shown) == MAX_FAULTS
    assert shown[MAX_FAULTS].endswith("[too_many_faults]")


@pytest.mark.parametrize(
    "data",
    [
        edited(((("k" * 3_000_000),), 1)),
        in_line(**{"k" * 3_000_000: 1}),
        policy(**{"k" * 3_000_000: 1}),
        in_line(sku="s" * 3_000_000),
        TEXT[:-1] + b', "k": 1' + b', "' + b"k" * 3_000_000 + b'": 1' * 2 + b"}",
        b'{"format": ' + b"[" * 900 + b"]" * 900 + b"}",
        TEXT.replace(b'"small"', b"[" * 900 + b"]" * 900),
        in_line(sku=[["x" * 10_000] * 10] * 10),
    ],
    ids=["part", "field", "policy", "sku", "twice", "format", "name", "nested"],
)
def test_no_message_repeats_megabytes(data, tmp_path, capsys):
    """Keys and values are quoted by their beginning, wherever they stand."""
    (tmp_path / "input.json").write_bytes(data)

    assert main(["check", str(tmp_path / "input.json")]) == 2
    assert max(map(len, capsys.readouterr().err.splitlines())) < 300


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["check", "no/such/file.json"], [("no/such/file.json", "not_found")]),
        (["check", "nul\0.json"], [(r"nul\x00.json", "unreadable")]),
        (["check", "bundled:atlantis"], [("name", "unknown_value")]),
        (["check", "bundled:tiny?size=huge"], [("size", "unknown_value")]),
        (["check", "bundled:tiny?seed=-1"], [("bundled:tiny", "wrong_type")]),
        (["check", "bundled:tiny?color=red"], [("bundled:tiny", "unknown_field")]),
        (["route", "bundled:tiny", "--order", "o-9"], [("ORDER", "unknown_id")]),
        (["explain", "bundled:tiny", "o-9"], [("ORDER", "unknown_id")]),
        (["verify", "-", "-"], [("RESULTS", "contradictory")]),
        (
            ["verify", "bundled:x", "none.json"],
            [("name", "unknown_value"), ("none.json", "not_found")],
        ),
        (
            ["route", "bundled:tiny", "--out", "no/such/folder/x.json"],
            [("no/such/folder/x.json", "unwritable")],
        ),
        (["route", "bundled:tiny", "--out", "."], [(".", "unwritable")]),
    ],
)
def test_bad_arguments_are_named(argv, expected, capsys):
    """What names no input, or no place to write to, ends with status 2 as well."""
    assert main(argv) == 2

    shown = capsys.readouterr()
    assert faults_in(shown.err) == sorted(expected)
    assert shown.out == ""


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["fly"],
        ["route"],
        ["route", "bundled:tiny", "--time-limit", "0"],
        ["route", "bundled:tiny", "--time-limit", "soon"],
        ["route", "bundled:tiny", "--format", "xml"],
    ],
)
def test_bad_usage_is_explained(argv, capsys):
    """A command that cannot be read ends with status 2 and the usage."""
    assert main(argv) == 2

    shown = capsys.readouterr()
    assert shown.err.startswith("usage: domroute")
    assert shown.out == ""


RESULT = {
    "order_id": "o1",
    "status": "optimal",
    "cost": 1.0,
    "bound": 1.0,
    "method": "subset",
    "policy_version": "x",
    "shipments": [],
    "unfilled": [],
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, [("results.json", "wrong_type")]),
        ([5], [("results[0]", "wrong_type")]),
        ([RESULT | {"status": "good"}], [("results[0].status", "unknown_value")]),
        (
            [RESULT, RESULT | {"cost": "1", "extra": 1}],
            [("results[1].cost", "wrong_type"), ("results[1].extra", "unknown_field")],
        ),
    ],
)
def test_broken_results_are_named(value, expected, tmp_path, capsys):
    """Results that are none end with status 2, not with a verdict."""
    path = tmp_path / "results.json"
    path.write_text(json.dumps(value))

    assert main(["verify", "bundled:tiny", str(path)]) == 2

    shown = capsys.readouterr()
    assert faults_in(shown.err) == sorted(expected)
    assert shown.out == ""
