"""The verb ``batch``: orders together, a line of progress, and Ctrl-C that keeps."""

from __future__ import annotations

import argparse
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from domroute.batchresult import BatchResult
from domroute.cli.console import Errors, say
from domroute.cli.ending import hand_over
from domroute.cli.options import add_routing, seconds, share, whole
from domroute.cli.reading import orders_of, scenario_of
from domroute.errors import InputError, Issue
from domroute.files.csvtext import frame_text
from domroute.files.disk import check_writable, write_file
from domroute.files.results import batch_to_json, results_to_csv
from domroute.orders import Order
from domroute.result import gap_of
from domroute.router import Router
from domroute.scenario import Scenario

HELP = "route the orders of a scenario together"
_WRITERS: Final[dict[str, Callable[[BatchResult], str]]] = {
    "json": batch_to_json,
    "text": lambda batch: f"{batch}\n",
    "csv": results_to_csv,
}
_LIMIT_S: Final = 60.0
_GAP: Final = 0.005


def add_options(command: argparse.ArgumentParser) -> None:
    """Take what is routed, and how it is searched for."""
    add_routing(command)
    command.add_argument(
        "--time-limit",
        type=seconds,
        default=_LIMIT_S,
        metavar="S",
        help="seconds for the search (default: %(default)g)",
    )
    command.add_argument(
        "--gap",
        type=share,
        default=_GAP,
        metavar="G",
        help="stop within this share of the best cost (default: %(default)s)",
    )
    command.add_argument(
        "--seed",
        type=whole,
        default=0,
        metavar="N",
        help="of the random draws of the search (default: %(default)s)",
    )
    command.add_argument(
        "--first-come",
        action="store_true",
        help="leave no order with less than it would have one by one",
    )
    command.add_argument(
        "--prices", metavar="FILE", help="write what one more unit is worth, as CSV"
    )


def run(arguments: argparse.Namespace) -> int:
    """Route them."""
    _check_files(arguments)
    scenario = scenario_of(arguments.scenario)
    batch = _route_jointly(scenario, orders_of(scenario, arguments.order), arguments)
    return hand_over(_WRITERS[arguments.format](batch), batch.results, arguments)


def _check_files(arguments: argparse.Namespace) -> None:
    """
    Refuse files that could not be written after the work, before it.

    Raises
    ------
    InputError
        If there is no such folder, or results and prices would go to the same file.
    """
    files = [Path(x) for x in (arguments.out, arguments.prices) if x is not None]
    for file in files:
        check_writable(file)
    if len(files) > len({file.resolve() for file in files}):
        text = "one file cannot take both the results and the prices"
        raise InputError([Issue("contradictory", "--prices", text)])


def _route_jointly(
    scenario: Scenario, orders: Sequence[Order], arguments: argparse.Namespace
) -> BatchResult:
    """
    Route orders jointly, show how far it is, and write the prices where wanted.

    Ctrl-C ends the search with the best plan so far; a second one ends everything.

    Parameters
    ----------
    scenario
        What to route over.
    orders
        Those of its orders to route.
    arguments
        The options, and whether to show progress where errors go to no terminal, too.
    """
    started = time.perf_counter()
    with _line(is_forced=arguments.progress) as show, _interrupts() as asked:

        def watch(bound: float, cost: float) -> bool:
            show(_words(time.perf_counter() - started, bound, cost))
            return not asked.is_set()

        show(f"pricing {len(orders):,} order{'s' * (len(orders) != 1)}")
        router = Router(scenario.network, scenario.inventory, scenario.policy)
        batch = router.route_batch(
            orders,
            quotes=scenario.quotes,
            time_limit_s=arguments.time_limit,
            gap=arguments.gap,
            seed=arguments.seed,
            first_come=arguments.first_come,
            progress=watch,
        )
        show(_words(batch.elapsed_s, batch.bound, batch.cost))
    if asked.is_set():
        say("interrupted: this is the best plan so far")
    if arguments.prices is not None:
        write_file(Path(arguments.prices), frame_text(batch.prices).encode())
    return batch


@contextmanager
def _line(*, is_forced: bool) -> Iterator[Callable[[str], None]]:
    """Write one line of standard error over again; nothing where nobody looks."""
    stream, width = Errors(), 0

    def show(text: str) -> None:
        nonlocal width
        stream.write("\r" + text.ljust(width))
        stream.flush()
        width = len(text)

    if not (is_forced or stream.isatty()):
        yield lambda text: None  # noqa: ARG005 - there is nobody to show it to
        return
    try:
        yield show
    finally:
        stream.write("\n")
        stream.flush()


def _words(elapsed_s: float, bound: float, cost: float) -> str:
    begin = f"{elapsed_s:,.1f} s  bound {bound:,.2f}"
    if not math.isfinite(cost):
        return f"{begin}  an order has no plan"
    return f"{begin}  cost {cost:,.2f}  gap {gap_of(cost, bound):.2%}"


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Note the first Ctrl-C rather than raise it; the next raises as ever."""
    asked = threading.Event()
    usual = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    if usual is not signal.default_int_handler or not is_main:
        # Whoever set another handler, or started a thread, has a way of their own.
        yield asked
        return

    def note(number: int, frame: FrameType | None) -> None:
        del number, frame
        signal.signal(signal.SIGINT, usual)
        asked.set()

    signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, usual)
