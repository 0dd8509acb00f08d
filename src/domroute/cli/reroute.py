"""The verb ``reroute``: what to do after what has happened to plans."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from domroute.cli.console import read_in
from domroute.cli.ending import NOTHING, OK, put_out
from domroute.cli.options import add_progress, add_scenario, moment, seconds
from domroute.cli.reading import scenario_of
from domroute.cli.watching import watched
from domroute.errors import InputError, Issue
from domroute.files.disk import check_writable, read_bytes
from domroute.files.jsontext import parse_json
from domroute.files.results import json_rows
from domroute.files.written import read_written
from domroute.reroute.answer import FORMAT, Rerouted
from domroute.reroute.state import OrderState, OrderStatus
from domroute.result import RoutingResult
from domroute.router import Router
from domroute.scenario import Scenario

HELP = "route orders again, after what has happened to their plans"
_LEFT: Final = (OrderStatus.UNFILLED, OrderStatus.ATTEMPTS_EXHAUSTED)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A plan, and what is known of its order, if it was routed again before."""

    result: RoutingResult
    state: OrderState | None


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
    planned = _chosen(_read_planned(arguments.results), arguments.order)
    _check_orders(planned, scenario)
    events = _read_events(arguments.events)
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    orders = {order.id: order for order in scenario.orders}
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


def _read_planned(name: str) -> list[_Planned]:
    """Read results, or answers of this verb, which have states as well."""
    data, where = _bytes_of(name)
    rows, issues = parse_json(data, where)
    if issues:
        raise InputError(issues)
    rows = [rows] if isinstance(rows, dict) else rows
    is_again = isinstance(rows, list) and all(
        isinstance(row, dict) and row.get("format") == FORMAT for row in rows
    )
    if not is_again or not rows:
        results = read_written(data, where=where).results
        return [_Planned(result, None) for result in results]
    text = json.dumps([row.get("result") for row in rows])
    results = read_written(text.encode(), where=where).results
    states = [OrderState.from_dict(row.get("state", {})) for row in rows]
    return [_Planned(*pair) for pair in zip(results, states, strict=True)]


def _read_events(name: str) -> list[Any]:
    data, where = _bytes_of(name)
    rows, issues = parse_json(data, where)
    if issues:
        raise InputError(issues)
    if not isinstance(rows, list):
        text = "should be a list of events"
        raise InputError([Issue("wrong_type", where, text)])
    return rows


def _bytes_of(name: str) -> tuple[bytes, str]:
    if name == "-":
        return read_in(), "standard input"
    return read_bytes(Path(name)), Path(name).name


def _chosen(planned: list[_Planned], names: Iterable[str] | None) -> list[_Planned]:
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


def _check_orders(planned: Iterable[_Planned], scenario: Scenario) -> None:
    """Refuse results whose order is neither in the scenario nor in a state."""
    known = {order.id for order in scenario.orders}
    issues = [
        Issue("unknown_id", "RESULTS", f"{name!r} is not an order of the scenario")
        for one in planned
        if one.state is None and (name := one.result.order_id) not in known
    ]
    if issues:
        raise InputError(issues)


def _to_json(answers: Iterable[Rerouted]) -> str:
    return json_rows(answer.to_dict() for answer in answers)


def _to_text(answers: Iterable[Rerouted]) -> str:
    return "".join(f"{answer}\n\n" for answer in answers)


_WRITERS: Final[dict[str, Callable[[Iterable[Rerouted]], str]]] = {
    "json": _to_json,
    "text": _to_text,
}
