"""The command line: a file a verb, and :func:`main`, which runs them."""

from domroute.cli.command import main

__all__ = ["main"]
