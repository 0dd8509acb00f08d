"""Options that several verbs take, and how numbers in them are read."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from datetime import datetime
from typing import Final

_SCENARIO_HELP: Final = (
    "a JSON file, a folder of tables, - for JSON on standard input, "
    "or a bundled one, as in bundled:us_retail?size=small&seed=1"
)
_MOST_S: Final = 1e7
"""The range of ``units.Seconds``."""
_MOST_KM: Final = 1e6
"""The range of ``units.Kilometers``."""
_MOST_DIGITS: Final = 18
"""Digits of a whole number of 64 bits."""


def add_scenario(command: argparse.ArgumentParser) -> None:
    """Add the scenario, which nearly every verb reads."""
    command.add_argument("scenario", metavar="SCENARIO", help=_SCENARIO_HELP)


def add_routing(command: argparse.ArgumentParser) -> None:
    """Add what every verb that routes takes."""
    add_scenario(command)
    command.add_argument(
        "--order",
        action="append",
        metavar="ID",
        help="route only this; may be repeated",
    )
    command.add_argument(
        "--out", metavar="FILE", help="write here, not to standard output"
    )
    command.add_argument("--format", choices=("json", "text", "csv"), default="json")
    add_progress(command)


def add_progress(command: argparse.ArgumentParser) -> None:
    """Add whether to show how far it is where errors go to no terminal, too."""
    command.add_argument("--progress", action="store_true", help="show it in any case")


def add_now(command: argparse.ArgumentParser) -> None:
    """Add when orders were placed that do not say so themselves."""
    command.add_argument(
        "--now",
        type=moment,
        metavar="MOMENT",
        help="when an order was placed that does not say, as 2026-01-31T12:00:00Z",
    )


def moment(text: str) -> datetime:
    """Read a moment with its offset from UTC."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = datetime.min  # noqa: DTZ901 - without a zone it is refused below
    if value.tzinfo is None:
        message = f"should be as 2026-01-31T12:00:00Z, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return value


def kilometers(text: str) -> float:
    """Read a distance."""
    wanted = "a number of kilometers, 0 or above"
    return _number(text, wanted, lambda value: 0 <= value <= _MOST_KM)


def seconds(text: str) -> float:
    """Read a positive number of seconds."""
    wanted = "a positive number of seconds"
    return _number(text, wanted, lambda value: 0 < value <= _MOST_S)


def share(text: str) -> float:
    """Read a share of one."""
    return _number(text, "a number from 0 to 1", lambda value: 0 <= value <= 1)


def _number(text: str, wanted: str, fits: Callable[[float], bool]) -> float:
    """Read a number that fits, or say which one is wanted."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan  # which fits nowhere
    if not fits(value):
        message = f"should be {wanted}, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return value


def whole(text: str) -> int:
    """Read a whole number."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        message = f"should be a whole number, 0 or above, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return int(text)
