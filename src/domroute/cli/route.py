"""The verb ``route``: orders one by one, each on what the one before has left."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from domroute.cli.ending import hand_over
from domroute.cli.options import add_now, add_routing, seconds
from domroute.cli.reading import orders_of, scenario_of
from domroute.cli.watching import watched
from domroute.files.disk import check_writable
from domroute.files.results import results_to_csv, results_to_json
from domroute.result import RoutingResult
from domroute.router import Router

HELP = "route the orders of a scenario"


def add_options(command: argparse.ArgumentParser) -> None:
    """Take what is routed, and how."""
    add_routing(command)
    add_now(command)
    command.add_argument(
        "--reserve", action="store_true", help="take each plan's units off the stock"
    )
    command.add_argument(
        "--time-limit", type=seconds, metavar="S", help="seconds for each order"
    )


def run(arguments: argparse.Namespace) -> int:
    """Route them."""
    if arguments.out is not None:
        check_writable(Path(arguments.out))  # before the work, not after it
    scenario = scenario_of(arguments.scenario)
    orders = orders_of(scenario, arguments.order)
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    results: list[RoutingResult] = []
    for order in watched(orders, is_forced=arguments.progress):
        result = router.route(
            order,
            quotes=scenario.quotes,
            time_limit_s=arguments.time_limit,
            now=arguments.now,
        )
        if arguments.reserve:
            scenario.inventory.reserve(result.plan)
        results.append(result)
    return hand_over(_WRITERS[arguments.format](results), results, arguments)


def _to_text(results: Iterable[RoutingResult]) -> str:
    return "".join(f"{result}\n\n" for result in results)


_WRITERS: Final[dict[str, Callable[[Iterable[RoutingResult]], str]]] = {
    "json": results_to_json,
    "text": _to_text,
    "csv": results_to_csv,
}
