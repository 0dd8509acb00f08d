"""What the verbs read: scenarios and results by name, and orders of a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast
from urllib.parse import parse_qsl

from domroute import instances
from domroute.cli.console import read_in
from domroute.errors import InputError, Issue
from domroute.files.disk import read_bytes
from domroute.files.scenario import load_scenario, scenario_from_json
from domroute.files.written import Written, read_written
from domroute.orders import Order
from domroute.scenario import Scenario
from domroute.wording import shorten

_BUNDLED: Final = "bundled:"
_MOST_DIGITS: Final = 18


def scenario_of(name: str) -> Scenario:
    """Read a scenario: a file, a folder, standard input, or a bundled one."""
    if name == "-":
        return scenario_from_json(read_in())
    if name.startswith(_BUNDLED):
        return _load_bundled(name.removeprefix(_BUNDLED))
    return load_scenario(name)


def _load_bundled(name: str) -> Scenario:
    word, _, query = name.partition("?")
    choices = dict(parse_qsl(query, keep_blank_values=True))
    issues = [
        Issue(
            "unknown_field",
            f"{_BUNDLED}{word}",
            f"{shorten(key)} is neither size nor seed",
        )
        for key in choices
        if key not in ("size", "seed")
    ]
    seed = choices.get("seed", "0")
    if not (seed.isascii() and seed.isdigit() and len(seed) <= _MOST_DIGITS):
        text = f"seed should be a whole number, got {shorten(seed)}"
        issues.append(Issue("wrong_type", f"{_BUNDLED}{word}", text))
    if issues:
        raise InputError(issues)
    size = cast("instances.Size", choices.get("size", "small"))
    return instances.load(word, size=size, seed=int(seed))


def results_of(name: str) -> Written:
    """Read results from a file or standard input."""
    if name == "-":
        return read_written(read_in())
    return read_written(read_bytes(Path(name)), where=Path(name).name)


def orders_of(scenario: Scenario, ids: Sequence[str] | None) -> tuple[Order, ...]:
    """Pick the orders named, all when none are; refuse names it does not have."""
    if ids is None:
        return scenario.orders
    known = {order.id for order in scenario.orders}
    issues = [
        Issue("unknown_id", "ORDER", f"{shorten(name)} is not an order of the scenario")
        for name in ids
        if name not in known
    ]
    if issues:
        raise InputError(issues)
    return tuple(order for order in scenario.orders if order.id in ids)
