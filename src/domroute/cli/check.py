"""The verb ``check``: whatever is wrong with a scenario is said as it is read."""

from __future__ import annotations

import argparse

from domroute.cli import console
from domroute.cli.ending import OK
from domroute.cli.options import add_scenario
from domroute.cli.reading import scenario_of

HELP = "read a scenario and list what is wrong with it"


def add_options(command: argparse.ArgumentParser) -> None:
    """Take a scenario."""
    add_scenario(command)


def run(arguments: argparse.Namespace) -> int:
    """Read it, and say what is in it."""
    console.write_out(f"{scenario_of(arguments.scenario)}\n")
    return OK
