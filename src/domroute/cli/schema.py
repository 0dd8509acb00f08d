"""The verb ``schema``: what files of each kind hold."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any, Final

from domroute.cli import console
from domroute.cli.ending import OK
from domroute.files.schemas import (
    order_schema,
    promise_schema,
    rebalanced_schema,
    rerouted_schema,
    results_schema,
    scenario_schema,
)

HELP = "print the JSON Schema of a kind of file"
_SCHEMAS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "scenario": scenario_schema,
    "order": order_schema,
    "results": results_schema,
    "promise": promise_schema,
    "rerouted": rerouted_schema,
    "rebalanced": rebalanced_schema,
}


def add_options(command: argparse.ArgumentParser) -> None:
    """Take the kind."""
    command.add_argument(
        "kind",
        nargs="?",
        choices=tuple(_SCHEMAS),
        default="scenario",
        metavar="KIND",
        help=f"one of {', '.join(_SCHEMAS)}; scenario when not given",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    text = json.dumps(_SCHEMAS[arguments.kind](), indent=2)
    console.write_out(f"{text}\n", is_data=True)
    return OK
