"""The verb ``demo``."""

from __future__ import annotations

import argparse

from domroute import demo
from domroute.cli import console

HELP = "route a bundled scenario and show the result"


def add_options(command: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - all verbs are alike
    """Show it."""
    return demo.run(console.out_stream())
