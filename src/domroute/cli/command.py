"""The command ``domroute``: its verbs, and what it ends with."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Final, NoReturn, Protocol

from domroute.cli import (
    batch,
    check,
    console,
    demo,
    explain,
    promise,
    rebalance,
    replay,
    reroute,
    route,
    schema,
    verify,
)
from domroute.cli.ending import BAD_INPUT, INTERRUPTED, NOTHING, OK
from domroute.errors import InputError, SolverError, cut


class _Verb(Protocol):
    """A module: what the verb does, what it takes, and how it is run."""

    HELP: str

    def add_options(self, command: argparse.ArgumentParser) -> None:
        """Add what it takes."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Run it, and return the exit status."""


_VERBS: Final[dict[str, _Verb]] = {
    "demo": demo,
    "route": route,
    "promise": promise,
    "reroute": reroute,
    "rebalance": rebalance,
    "batch": batch,
    "replay": replay,
    "explain": explain,
    "verify": verify,
    "check": check,
    "schema": schema,
}
_EPILOG: Final = (
    "exit status: 0 done, 1 no plan or faults in plans, 2 bad input or usage, "
    "130 interrupted"
)


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Parameters
    ----------
    argv
        The arguments; those of the process when not given.

    Returns
    -------
    int
        0 done; 1 nothing found, infeasible, or faults in plans; 2 bad input or usage;
        130 interrupted.

    Examples
    --------
    >>> main(["check", "bundled:tiny"]) == 0
    scenario: tiny
    ...
    True
    """
    if argv is None:
        console.prepare()
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stop:  # argparse has said why, or has shown its help
        return console.settle(int(stop.code or 0), failed=BAD_INPUT)
    return console.settle(_run(arguments.verb, arguments), failed=BAD_INPUT)


def _run(verb: _Verb, arguments: argparse.Namespace) -> int:
    """Run a verb, and turn what it raises into words and an exit status."""
    try:
        code = verb.run(arguments)
    except InputError as error:
        for issue in error.issues:
            console.say(console.one_line(issue))
        code = BAD_INPUT
    except SolverError as error:
        console.say(f"error: {error}")
        code = NOTHING
    except BrokenPipeError:  # the reader has seen enough
        console.silence_out()
        code = OK
    except OSError as error:
        console.say(f"error: {error}")
        code = BAD_INPUT
    except (MemoryError, RecursionError):
        console.say("error: the input is too large, or too deep, for this machine")
        code = BAD_INPUT
    except KeyboardInterrupt:
        console.say("interrupted")
        code = INTERRUPTED
    return code


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with arguments, cut where it is too long to be read."""

    def error(self, message: str) -> NoReturn:
        """Say it, and end."""
        super().error(cut(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="domroute",
        description="Which node fills which part of which order, with proof.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"domroute {_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, verb in _VERBS.items():
        command = commands.add_parser(
            name, help=verb.HELP, description=verb.HELP, epilog=_EPILOG
        )
        command.set_defaults(verb=verb)
        verb.add_options(command)
    return parser


def _version() -> str:
    try:
        return version("domroute")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "(not installed)"
