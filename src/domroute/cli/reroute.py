"""The verb ``reroute``: what to do after what has happened to plans."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from domroute.cli.ending import NOTHING, OK, put_out
from domroute.cli.options import add_progress, add_scenario, moment, seconds
from domroute.cli.planned import Planned, check_orders, read_events, read_planned
from domroute.cli.reading import scenario_of
from domroute.cli.watching import watched
from domroute.errors import InputError, Issue
from domroute.files.disk import check_writable
from domroute.files.results import json_rows
from domroute.reroute.answer import Rerouted
from domroute.reroute.reading import events_by_order
from domroute.reroute.state import OrderStatus
from domroute.router import Router

HELP = "route orders again, after what has happened to their plans"
_LEFT: Final = (OrderStatus.UNFILLED, OrderStatus.ATTEMPTS_EXHAUSTED)


def add_options(command: argparse.ArgumentParser) -> None:
    """Take what was planned, and what has happened."""
    add_scenario(command)
    command.add_argument(
        "results",
        metavar="RESULTS",
        help="results as JSON, or what this verb has written before",
    )
    command.add_argument(
        "events", metavar="EVENTS", help="events as a JSON array; - for standard input"
    )
    command.add_argument(
        "--order", action="append", metavar="ID", help="only this; may be repeated"
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
        "--time-limit", type=seconds, metavar="S", help="seconds for each question"
    )
    add_progress(command)


def run(arguments: argparse.Namespace) -> int:
    """Ask about each order by itself; nothing is reserved."""
    if arguments.out is not None:
        check_writable(Path(arguments.out))  # before the work, not after it
    scenario = scenario_of(arguments.scenario)
    planned = _chosen(read_planned(arguments.results), arguments.order)
    check_orders(planned, scenario)
    events = read_events(arguments.events)
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    orders = {order.id: order for order in scenario.orders}
    asked = [
        orders[one.result.order_id] if one.state is None else one.state.order
        for one in planned
    ]
    events_by_order(events, asked, scenario.network, arguments.now)  # all faults
    answers = [
        router.reroute(
            one.result,
            events,
            order=orders.get(one.result.order_id),
            state=one.state,
            now=arguments.now,
            quotes=scenario.quotes,
            time_limit_s=arguments.time_limit,
        )
        for one in watched(planned, is_forced=arguments.progress)
    ]
    put_out(_WRITERS[arguments.format](answers), arguments)
    is_well = bool(answers) and all(one.status not in _LEFT for one in answers)
    return OK if is_well else NOTHING


def _chosen(planned: list[Planned], names: Iterable[str] | None) -> list[Planned]:
    """Pick the orders named, all when none are; refuse names without a result."""
    if names is None:
        return planned
    asked = list(names)
    known = {one.result.order_id for one in planned}
    issues = [
        Issue("unknown_id", "ORDER", f"{name!r} has no result")
        for name in asked
        if name not in known
    ]
    if issues:
        raise InputError(issues)
    return [one for one in planned if one.result.order_id in asked]


def _to_json(answers: Iterable[Rerouted]) -> str:
    return json_rows(answer.to_dict() for answer in answers)


def _to_text(answers: Iterable[Rerouted]) -> str:
    return "".join(f"{answer}\n\n" for answer in answers)


_WRITERS: Final[dict[str, Callable[[Iterable[Rerouted]], str]]] = {
    "json": _to_json,
    "text": _to_text,
}
