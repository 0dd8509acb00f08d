"""The verb ``explain``: why one order is routed as it is."""

from __future__ import annotations

import argparse
import json

from domroute.cli import console
from domroute.cli.ending import OK
from domroute.cli.options import add_scenario
from domroute.cli.reading import orders_of, scenario_of
from domroute.router import Router

HELP = "say why an order is routed as it is"


def add_options(command: argparse.ArgumentParser) -> None:
    """Take a scenario and an order of it."""
    add_scenario(command)
    command.add_argument("order", metavar="ORDER", help="the id of the order")
    command.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Explain it."""
    scenario = scenario_of(arguments.scenario)
    (order,) = orders_of(scenario, [arguments.order])
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    explanation = router.explain(order, quotes=scenario.quotes)
    if arguments.format == "json":
        text = json.dumps(explanation.to_dict(), ensure_ascii=False, indent=2)
        console.write_out(f"{text}\n", is_data=True)
    else:
        console.write_out(f"{explanation}\n")
    return OK
