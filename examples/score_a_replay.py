"""
Score a replay without domroute: from its tables and the scenario's JSON alone.

``score`` is written from the documentation, in plain Python: handling by node, the rate
card by zone and weight, and the penalties. What it adds up to must be what the replay
says. Run ``python examples/score_a_replay.py [SCENARIO.json REPORT TACTIC]``; without
arguments the bundled scenario is replayed first, into a folder that is thrown away.
"""

import csv
import json
import math
import sys
from bisect import bisect_left
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

Rows = list[dict[str, str]]


def main(arguments: list[str] | None = None) -> int:
    """Score a report, and set the sums beside those of the replay."""
    given = sys.argv[1:] if arguments is None else arguments
    if given:
        scenario, folder, tactic = given
        return _report(Path(scenario), Path(folder), tactic)
    with TemporaryDirectory() as place:
        scenario_file, report = Path(place) / "scenario.json", Path(place) / "report"
        _replay(scenario_file, report)
        return _report(scenario_file, report, "policy")


def score(scenario: dict, shipments: Rows, contents: Rows, unfilled: Rows) -> dict:
    """Add up handling, shipping and penalties from the rows."""
    items = {item["sku"]: item for item in scenario["items"]}
    nodes = {node["id"]: node.get("cost", {}) for node in scenario["nodes"]}
    services = {service["id"]: service for service in scenario["services"]}
    packed, total = defaultdict(list), defaultdict(float)
    for row in contents:
        packed[row["shipment"]].append((items[row["sku"]], int(row["quantity"])))
    for row in shipments:
        if row["status"] in {"rejected", "canceled"}:
            continue
        inside, cost = packed[row["shipment"]], nodes[row["node"]]
        units = sum(quantity for _, quantity in inside)
        total["handling"] += cost.get("per_shipment", 0)
        total["handling"] += len(inside) * cost.get("per_line", 0)
        total["handling"] += units * cost.get("per_unit", 0)
        if row["service"]:
            service = services[row["service"]]
            zone = bisect_left(service["zones"]["bands_km"], float(row["distance_km"]))
            total["shipping"] += rate(service, zone, inside)
    penalty = scenario["policy"]["unfilled_penalty"]
    total["unfilled"] = penalty * sum(int(row["quantity"]) for row in unfilled)
    return dict(total)


def rate(service: dict, zone: int, inside: list) -> float:
    """Look a parcel up in the rate card, by its weight or, if bulky, its volume."""
    kg = sum(item["weight_kg"] * quantity for item, quantity in inside)
    cm3 = sum(
        math.prod(item[side] for side in ("length_cm", "width_cm", "height_cm"))
        * quantity
        for item, quantity in inside
    )
    if cm3 > service["dim_threshold_cm3"]:
        kg = max(kg, cm3 / service["dim_divisor_cm3_per_kg"])
    card = service["rate_card"]
    base = card["rates"][zone][bisect_left(card["weights_kg"], kg)]
    percent = sum(extra["percent"] for extra in service["surcharges"])
    return base * (1 + percent / 100)


def _report(scenario: Path, folder: Path, tactic: str) -> int:
    def read(name: str) -> Rows:
        with (folder / f"{tactic}.{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    mine = score(
        json.loads(scenario.read_text()),
        read("shipments"),
        read("contents"),
        read("unfilled"),
    )
    theirs = defaultdict(float)
    for row in read("costs"):
        theirs[row["term"]] += float(row["amount"])
    print(f"{'term':10} {'scored':>12} {'replayed':>12}")
    for term, amount in mine.items():
        print(f"{term:10} {amount:12,.2f} {theirs[term]:12,.2f}")
    return int(any(abs(mine[term] - theirs[term]) > 0.005 for term in mine))


def _replay(scenario_file: Path, report: Path) -> None:
    from domroute import instances
    from domroute.cli import main as domroute
    from domroute.jsonio import save_scenario

    save_scenario(instances.load("us_retail", size="small"), scenario_file)
    domroute(["replay", str(scenario_file), "--out", str(report)])


if __name__ == "__main__":
    sys.exit(main())
