"""Published instances as orders: OR-Library, and two order-routing engines' cases."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.case import HERE, Case, order_of
from domroute import (
    Capacity,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    Quotes,
    Stock,
)

DATA = Path(__file__).parents[1] / "../shared/data"
"""Public data beside the repository; see its README for sources and licenses."""

NO_DATA = f"the public data is not at {DATA}"
"""Why a test that needs the data is skipped."""

_MUST_FILL = Policy(costs=[], unfilled_penalty=None)
_PLENTY = 10**6
"""Units on hand where an instance knows no stock: more than any of them asks for."""


# --- OR-Library: facility location -------------------------------------------


@cache
def facility_optima() -> dict[tuple[str, str, str], float]:
    """
    Read the published optima by (instance, problem, capacity).

    Problem is ``capacitated`` or ``uncapacitated``; capacity is empty, ``file``, or the
    number that the capacity of capa, capb and capc is set to.
    """
    rows = _rows("orlib_cap/optima.csv")
    return {
        (row["instance"], row["problem"], row["capacity"]): float(
            row["published_optimum"]
        )
        for row in rows
    }


def facility_case(instance: str, problem: str, capacity: str = "file") -> Case:
    """
    Make one order of a facility-location instance.

    A warehouse is a node with a quoted cost per shipment, a customer is a line with a
    quoted cost per unit at each node. A line asks for the customer's demand where
    capacity counts, and for one unit where it does not.

    Parameters
    ----------
    instance
        Its name in OR-Library, such as ``cap41``.
    problem
        ``capacitated`` or ``uncapacitated``.
    capacity
        ``file`` for each warehouse's own, or a number for all of them.
    """
    counted = problem == "capacitated"
    words = iter((DATA / f"orlib_cap/{instance}.txt").read_text("utf-8").split())
    M, N = int(next(words)), int(next(words))
    warehouses = [(next(words), float(next(words))) for _ in range(M)]
    demand, cost = [], []
    for _ in range(N):
        demand.append(int(next(words)))
        cost.append([float(next(words)) for _ in range(M)])

    nodes, skus = _names("N", M), _names("K", N)
    quantities = dict(zip(skus, demand if counted else [1] * N, strict=True))
    limits = [own if capacity == "file" else capacity for own, _ in warehouses]
    quotes = Quotes(
        shipments={
            (instance, node): fixed
            for node, (_, fixed) in zip(nodes, warehouses, strict=True)
        },
        units={
            (instance, sku, node): whole / quantities[sku]
            for sku, row in zip(skus, cost, strict=True)
            for node, whole in zip(nodes, row, strict=True)
        },
    )
    return Case(
        name=instance,
        order=order_of(instance, quantities),
        network=Network(
            nodes=[
                Node(
                    id=node,
                    location=HERE,
                    capacity=Capacity(limit=float(limit), measure="units")
                    if counted
                    else None,
                )
                for node, limit in zip(nodes, limits, strict=True)
            ],
            items=[Item(sku=sku) for sku in skus],
        ),
        inventory=Inventory.from_columns(
            nodes * N, [sku for sku in skus for _ in nodes], np.full(M * N, _PLENTY)
        ),
        policy=_MUST_FILL,
        quotes=quotes,
        optimum=facility_optima()[instance, problem, capacity if counted else ""],
    )


# --- OR-Library: set covering ------------------------------------------------


@cache
def covering_optima() -> dict[str, float]:
    """Read the published optimum of each set-covering instance."""
    return {row["instance"]: float(row["value"]) for row in _rows("scp/optima.csv")}


def covering_case(instance: str) -> Case:
    """
    Make one order of a set-covering instance: a line per row, a node per column.

    A node holds one unit of each row it covers, and a shipment from it costs what the
    column costs.
    """
    words = iter((DATA / f"scp/{instance}.txt").read_text("utf-8").split())
    M, N = int(next(words)), int(next(words))
    nodes, skus = _names("N", N), _names("K", M)
    quotes = Quotes(shipments={(instance, node): float(next(words)) for node in nodes})
    covers = [
        (nodes[int(next(words)) - 1], sku)
        for sku in skus
        for _ in range(int(next(words)))
    ]
    return Case(
        name=instance,
        order=order_of(instance, dict.fromkeys(skus, 1)),
        network=Network(
            nodes=[Node(id=node, location=HERE) for node in nodes],
            items=[Item(sku=sku) for sku in skus],
        ),
        inventory=Inventory.from_columns(
            [node for node, _ in covers],
            [sku for _, sku in covers],
            np.ones(len(covers)),
        ),
        policy=_MUST_FILL,
        quotes=quotes,
        optimum=covering_optima()[instance],
    )


# --- 200 orders routed by a public engine ------------------------------------


@dataclass(frozen=True, slots=True)
class RoutedCase:
    """An order, and what each recorded rule chain and the proof made of it."""

    case: Case
    costs: dict[str, float]
    shipments: dict[str, int]


NOBODY = "nobody"
"""The node that stands for leaving units unfilled, at the price the cases set."""
_CHAINS = ("hotwax", "magento_distance", "spree_minsplit_nearest", "optimum")


def routed_cases() -> list[RoutedCase]:
    """
    Read the 200 orders over ten centers that rule chains have routed.

    Units may be left at a price that has a part once per order and a part per unit: a
    node with all the stock in the world and those quotes says exactly that.
    """
    path = DATA / "cases/hotwax/sidebyside_200x10.json"
    told = json.loads(path.read_text("utf-8"))
    return [
        _routed_case(order, told["nodes"], told["cost_model"])
        for order in told["orders"]
    ]


def _routed_case(told: dict, nodes: list[dict], rates: dict) -> RoutedCase:
    name = str(told["id"])
    lines = {str(sku): units for sku, units in told["lines"]}
    miles = told["distance_miles"]
    per_unit = {
        node: rates["unit"] + rates["unit_per_mile"] * far
        for node, far in miles.items()
    }
    fixed = dict.fromkeys(miles, rates["fixed_per_node_used"])
    fixed[NOBODY] = 2 * rates["fixed_per_node_used"]
    per_unit[NOBODY] = 2 * max(per_unit.values())
    places = [
        Node(id=node["id"], location=Location(lat=node["lat"], lon=node["lon"]))
        for node in nodes
    ]
    case = Case(
        name=name,
        order=order_of(name, lines),
        network=Network(
            nodes=[*places, Node(id=NOBODY, location=HERE)],
            items=[Item(sku=sku) for sku in lines],
        ),
        inventory=Inventory(
            [
                *(
                    Stock(node=node, sku=str(sku), on_hand=units)
                    for node, sku, units in told["inventory"]
                    if str(sku) in lines
                ),
                *(Stock(node=NOBODY, sku=sku, on_hand=_PLENTY) for sku in lines),
            ]
        ),
        policy=_MUST_FILL,
        quotes=Quotes(
            shipments={(name, node): cost for node, cost in fixed.items()},
            units={
                (name, sku, node): cost
                for sku in lines
                for node, cost in per_unit.items()
            },
        ),
        optimum=told["optimum"]["cost"],
    )
    return RoutedCase(
        case,
        costs={chain: told[chain]["cost"] for chain in _CHAINS},
        shipments={chain: told[chain]["shipments"] for chain in _CHAINS},
    )


# --- Seven source-selection fixtures -----------------------------------------


@dataclass(frozen=True, slots=True)
class SourceSelection:
    """
    A source-selection fixture, as told.

    Attributes
    ----------
    available, deducted
        Units by (source, SKU): what the engine saw there, and what it took.
    sources
        The sources of the stock asked, in the order in which the engine tries them.
    shippable
        Whether the engine can fill the whole request.
    """

    name: str
    order: Order
    network: Network
    inventory: Inventory
    sources: tuple[str, ...]
    available: dict[tuple[str, str], float]
    deducted: dict[tuple[str, str], float]
    shippable: bool


def source_selections() -> list[SourceSelection]:
    """
    Read the seven fixtures; each has its own network, of the sources its stock links.

    Rows that are out of stock by their mark keep their units on hand, all of which
    are held back.
    """
    told = json.loads((DATA / "cases/magento/ssa_cases.json").read_text("utf-8"))
    return [_source_selection(case, told) for case in told["cases"]]


def _source_selection(case: dict, told: dict) -> SourceSelection:
    linked = told["stock_links"][str(case["stock"])]
    rows = [row for row in told["source_items"] if row[0] in linked]
    expected = {
        tuple(key.split("/")): amounts for key, amounts in case["expected"].items()
    }
    return SourceSelection(
        name=case["id"],
        # The same request in the same order, which may name a SKU twice or not at all.
        order=Order(
            id=case["id"],
            destination=HERE,
            lines=[
                Line(id=f"l{at}", sku=sku, quantity=units)
                for at, (sku, units) in enumerate(case["request"])
            ],
        ),
        network=Network(
            nodes=[
                Node(id=node, location=HERE, enabled=told["sources"][node]["enabled"])
                for node in linked
            ],
            items=[
                Item(sku=sku)
                for sku in sorted({row[1] for row in told["source_items"]})
            ],
        ),
        inventory=Inventory(
            Stock(
                node=node,
                sku=sku,
                on_hand=units,
                safety=units if mark == "OUT" else 0.0,
            )
            for node, sku, units, mark in rows
        ),
        sources=tuple(case["sorted_sources"]),
        available={key: amounts[1] for key, amounts in expected.items()},
        deducted={key: amounts[0] for key, amounts in expected.items()},
        shippable=case["shippable"],
    )


def _rows(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _names(letter: str, count: int) -> list[str]:
    return [f"{letter}{at:04d}" for at in range(count)]
