"""What was planned and what has happened since, read from files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domroute.cli.console import read_in
from domroute.errors import InputError, Issue
from domroute.files.disk import read_bytes
from domroute.files.jsontext import parse_json
from domroute.files.written import read_written
from domroute.reroute.answer import FORMAT
from domroute.reroute.rebalanced import FORMAT as BACKLOG
from domroute.reroute.state import OrderState
from domroute.result import RoutingResult
from domroute.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what is known of its order, if it was routed again before."""

    result: RoutingResult
    state: OrderState | None


def read_planned(name: str) -> list[Planned]:
    """Read results, or answers of this verb, which have states as well."""
    data, where = _bytes_of(name)
    rows, issues = parse_json(data, where)
    if issues:
        raise InputError(issues)
    if isinstance(rows, dict):
        is_backlog = rows.get("format") == BACKLOG
        rows = rows.get("results") if is_backlog else [rows]
    is_again = isinstance(rows, list) and all(
        isinstance(row, dict) and row.get("format") == FORMAT for row in rows
    )
    if not is_again or not rows:
        results = read_written(data, where=where).results
        return [Planned(result, None) for result in results]
    text = json.dumps([row.get("result") for row in rows])
    results = read_written(text.encode(), where=where).results
    states = [OrderState.from_dict(row.get("state", {})) for row in rows]
    return [Planned(*pair) for pair in zip(results, states, strict=True)]


def read_events(name: str) -> list[Any]:
    """Read what has happened: a list of events as they are written."""
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


def check_orders(planned: Sequence[Planned], scenario: Scenario) -> None:
    """Refuse results whose order is nowhere, or has a result already."""
    known = {order.id for order in scenario.orders}
    results = Counter(one.result.order_id for one in planned)
    issues = [
        Issue("unknown_id", "RESULTS", f"{name!r} is not an order of the scenario")
        for one in planned
        if one.state is None and (name := one.result.order_id) not in known
    ]
    issues += [
        Issue("duplicate_id", "RESULTS", f"order {name!r} has {count} results")
        for name, count in results.items()
        if count > 1
    ]
    if issues:
        raise InputError(issues)
