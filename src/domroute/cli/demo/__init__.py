"""The verb ``demo``."""

from __future__ import annotations

import argparse

from domroute.cli import console
from domroute.cli.demo import showing

HELP = "route a bundled scenario and show the result"


def add_options(command: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - all verbs are alike
    """Show it."""
    return showing.show(console.out_stream())
