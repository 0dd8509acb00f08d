"""The command line: demo, route, batch, replay, explain, verify, check, schema."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from domroute import cli_replay, cli_verify, console, demo
from domroute.cli_batch import BATCH_WRITERS, add_options, check_files, route_jointly
from domroute.cli_input import orders_of, scenario_of
from domroute.errors import InputError, Issue, SolverError, cut
from domroute.files import check_writable, write_file
from domroute.jsonio import (
    order_schema,
    results_schema,
    results_to_json,
    scenario_schema,
)
from domroute.result import RoutingResult
from domroute.resultio import results_to_csv
from domroute.router import Router
from domroute.words import Status

OK, NOTHING, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: done; no plan, or faults found in plans; bad input or bad usage."""
_FEW: Final = 500
"""Orders from which on progress is worth showing."""
_SCHEMAS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "scenario": scenario_schema,
    "order": order_schema,
    "results": results_schema,
}
T = TypeVar("T")

_SCENARIO_HELP: Final = (
    "a JSON file, a folder of tables, - for JSON on standard input, "
    "or a bundled one, as in bundled:us_retail?size=small&seed=1"
)
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
    run: Callable[[argparse.Namespace], int] = arguments.run
    return console.settle(_run(run, arguments), failed=BAD_INPUT)


def _run(
    run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace
) -> int:
    """Run a command, and turn what it raises into words and an exit status."""
    try:
        code = run(arguments)
    except InputError as error:
        for issue in error.issues:
            console.say(_one_line(issue))
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


def _one_line(issue: Issue) -> str:
    # A fault is a line, whatever is in the data; what a terminal cannot show, escaped.
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(issue))
    return text.encode("utf-8", "backslashreplace").decode()


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

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> Any:  # noqa: ANN401 - argparse names no such type
        command = commands.add_parser(name, help=text, description=text, epilog=_EPILOG)
        command.set_defaults(run=run)
        return command

    add("demo", _demo, "route a bundled scenario and show the result")
    route = add("route", _route, "route the orders of a scenario")
    _add_routing(route)
    route.add_argument(
        "--reserve", action="store_true", help="take each plan's units off the stock"
    )
    route.add_argument(
        "--time-limit", type=_seconds, metavar="S", help="seconds for each order"
    )
    batch = add("batch", _batch, "route the orders of a scenario together")
    _add_routing(batch)
    add_options(batch, _seconds)
    again = add("replay", _replay, "run the orders of a scenario, or a history, again")
    again.add_argument("scenario", metavar="SCENARIO", help=_SCENARIO_HELP)
    cli_replay.add_options(again)
    explain = add("explain", _explain, "say why an order is routed as it is")
    explain.add_argument("scenario", metavar="SCENARIO", help=_SCENARIO_HELP)
    explain.add_argument("order", metavar="ORDER", help="the id of the order")
    explain.add_argument("--format", choices=("text", "json"), default="text")
    judge = add("verify", _verify, "check results against a scenario")
    judge.add_argument("scenario", metavar="SCENARIO", help=_SCENARIO_HELP)
    cli_verify.add_options(judge)
    check = add("check", _check, "read a scenario and list what is wrong with it")
    check.add_argument("scenario", metavar="SCENARIO", help=_SCENARIO_HELP)
    schema = add("schema", _schema, "print the JSON Schema of a kind of file")
    schema.add_argument(
        "kind",
        nargs="?",
        choices=tuple(_SCHEMAS),
        default="scenario",
        metavar="KIND",
        help=f"one of {', '.join(_SCHEMAS)}; scenario when not given",
    )
    return parser


def _add_routing(command: argparse.ArgumentParser) -> None:
    """Add what every command that routes takes."""
    command.add_argument("scenario", metavar="SCENARIO", help=_SCENARIO_HELP)
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
    command.add_argument("--progress", action="store_true", help="show it in any case")


def _version() -> str:
    try:
        return version("domroute")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "(not installed)"


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= 1e7:  # noqa: PLR2004 - the range of units.Seconds
        message = f"should be a positive number of seconds, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return value


def _demo(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - all commands are alike
    return demo.run(console.out_stream())


def _check(arguments: argparse.Namespace) -> int:
    console.write_out(f"{scenario_of(arguments.scenario)}\n")
    return OK


def _schema(arguments: argparse.Namespace) -> int:
    text = json.dumps(_SCHEMAS[arguments.kind](), indent=2)
    console.write_out(f"{text}\n", is_data=True)
    return OK


def _route(arguments: argparse.Namespace) -> int:
    if arguments.out is not None:
        check_writable(Path(arguments.out))  # before the work, not after it
    scenario = scenario_of(arguments.scenario)
    orders = orders_of(scenario, arguments.order)
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    results: list[RoutingResult] = []
    for order in _watched(orders, is_forced=arguments.progress):
        result = router.route(
            order, quotes=scenario.quotes, time_limit_s=arguments.time_limit
        )
        if arguments.reserve:
            scenario.inventory.reserve(result.plan)
        results.append(result)
    return _hand_over(_WRITERS[arguments.format](results), results, arguments)


def _batch(arguments: argparse.Namespace) -> int:
    check_files(arguments)
    scenario = scenario_of(arguments.scenario)
    batch = route_jointly(scenario, orders_of(scenario, arguments.order), arguments)
    return _hand_over(BATCH_WRITERS[arguments.format](batch), batch.results, arguments)


def _replay(arguments: argparse.Namespace) -> int:
    outcomes = cli_replay.replay_all(scenario_of(arguments.scenario), arguments)
    return (
        OK if any(outcome.orders["filled"].any() for outcome in outcomes) else NOTHING
    )


def _hand_over(
    text: str, results: Sequence[RoutingResult], arguments: argparse.Namespace
) -> int:
    """Write what was routed where it is wanted, and tell whether all have a plan."""
    if arguments.out is None:
        console.write_out(text, is_data=arguments.format != "text")
    else:
        write_file(Path(arguments.out), text.encode())
    return OK if results and all(map(_has_plan, results)) else NOTHING


def _has_plan(result: RoutingResult) -> bool:
    return result.status is not Status.INFEASIBLE and math.isfinite(result.cost)


def _explain(arguments: argparse.Namespace) -> int:
    scenario = scenario_of(arguments.scenario)
    (order,) = orders_of(scenario, [arguments.order])
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    explanation = router.explain(order, quotes=scenario.quotes)
    if arguments.format == "json":
        text = json.dumps(explanation.to_dict(), ensure_ascii=False, indent=2)
        console.write_out(f"{text}\n", is_data=True)
    else:
        console.write_out(f"{explanation}\n")
    return OK


def _verify(arguments: argparse.Namespace) -> int:
    issues, summary = cli_verify.judge_all(arguments)
    for issue in issues:
        console.write_out(f"{_one_line(issue)}\n")
    console.write_out(f"{summary}\n")
    return NOTHING if issues else OK


def _watched(items: Sequence[T], *, is_forced: bool) -> Iterator[T]:
    errors = console.Errors()
    is_worth = errors.isatty() and len(items) >= _FEW
    if is_forced or is_worth:
        try:
            from tqdm import tqdm
        except ImportError:
            pass  # an extra: without it, work is done in silence
        else:
            yield from tqdm(items, file=errors, unit="order")
            return
    yield from items


def _to_text(results: Iterable[RoutingResult]) -> str:
    return "".join(f"{result}\n\n" for result in results)


_WRITERS: Final[dict[str, Callable[[Iterable[RoutingResult]], str]]] = {
    "json": results_to_json,
    "text": _to_text,
    "csv": results_to_csv,
}
