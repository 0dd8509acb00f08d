"""The verb ``rebalance``: a backlog routed again together."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from domroute.cli.ending import NOTHING, OK, put_out
from domroute.cli.options import add_scenario, moment, seconds
from domroute.cli.planned import check_orders, read_events, read_planned
from domroute.cli.reading import scenario_of
from domroute.files.disk import check_writable
from domroute.reroute.answer import resumed
from domroute.reroute.rebalanced import RebalanceResult
from domroute.router import Router

HELP = "route a backlog again together, after supply has changed"


def add_options(command: argparse.ArgumentParser) -> None:
    """Take what was planned, and what has happened."""
    add_scenario(command)
    command.add_argument(
        "results",
        metavar="RESULTS",
        help="results or a batch as JSON, or what this verb or reroute has written",
    )
    command.add_argument(
        "events", metavar="EVENTS", help="events as a JSON array; - for standard input"
    )
    command.add_argument(
        "--tier",
        action="append",
        default=[],
        metavar="NAME",
        help="a tier of orders that comes first; may be repeated, the best first",
    )
    command.add_argument(
        "--out", metavar="FILE", help="write here, not to standard output"
    )
    command.add_argument("--format", choices=("json", "text"), default="json")
    command.add_argument(
        "--now",
        type=moment,
        metavar="MOMENT",
        help="as of when, as 2026-01-31T12:00:00Z; the last event when not given",
    )
    command.add_argument(
        "--time-limit",
        type=seconds,
        default=60.0,
        metavar="S",
        help="seconds for the search; 60 when not given",
    )


def run(arguments: argparse.Namespace) -> int:
    """Ask about all orders together; nothing is reserved."""
    if arguments.out is not None:
        check_writable(Path(arguments.out))  # before the work, not after it
    scenario = scenario_of(arguments.scenario)
    planned = read_planned(arguments.results)
    check_orders(planned, scenario)
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    answer = router.rebalance(
        [
            one.result if one.state is None else resumed(one.result, one.state)
            for one in planned
        ],
        read_events(arguments.events),
        tiers=arguments.tier,
        orders=scenario.orders,
        now=arguments.now,
        quotes=scenario.quotes,
        time_limit_s=arguments.time_limit,
    )
    put_out(_WRITERS[arguments.format](answer), arguments)
    is_well = len(answer) > 0 and not any(one.plan.unfilled for one in answer)
    return OK if is_well else NOTHING


def _to_text(answer: RebalanceResult) -> str:
    return f"{answer}\n"


_WRITERS: Final = {"json": RebalanceResult.to_json, "text": _to_text}
