"""What a verb ends with: an exit status, and what was routed handed over."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from domroute.cli import console
from domroute.files.disk import write_file
from domroute.result import RoutingResult
from domroute.words import Status

OK: Final = 0
"""Done."""
NOTHING: Final = 1
"""No plan, or faults found in plans."""
BAD_INPUT: Final = 2
"""Bad input, or bad usage."""
INTERRUPTED: Final = 130
"""Ended by Ctrl-C."""


def hand_over(
    text: str, results: Sequence[RoutingResult], arguments: argparse.Namespace
) -> int:
    """
    Write what was routed where it is wanted, and tell whether all have a plan.

    Parameters
    ----------
    text
        The results, written.
    results
        What they are.
    arguments
        Where they go, and in which format they are.
    """
    put_out(text, arguments)
    return OK if results and all(map(has_plan, results)) else NOTHING


def put_out(text: str, arguments: argparse.Namespace) -> None:
    """Write to the file that is named, else to standard output."""
    if arguments.out is None:
        console.write_out(text, is_data=arguments.format != "text")
    else:
        write_file(Path(arguments.out), text.encode())


def has_plan(result: RoutingResult) -> bool:
    """Tell whether there is a plan, and it can be paid."""
    return result.status is not Status.INFEASIBLE and math.isfinite(result.cost)
