"""The main job, shown: two weeks of a retailer's orders, routed and reported."""

from __future__ import annotations

import sys
from typing import TextIO

from domroute.cli.demo.in_time import Run, Watch, route_in_time
from domroute.cli.demo.page import headline, report
from domroute.cli.demo.watching import Example, Progress
from domroute.instances import Size, load
from domroute.orders import Order
from domroute.result import RoutingResult
from domroute.router import Router

__all__ = [
    "Example",
    "Progress",
    "Run",
    "Watch",
    "headline",
    "report",
    "route_in_time",
    "show",
]


def show(stream: TextIO | None = None, *, size: Size = "full", seed: int = 0) -> int:
    """
    Route the bundled retailer's orders and print what became of them.

    Parameters
    ----------
    stream
        Where to print; standard output when not given.
    size, seed
        Of the scenario, as in :func:`domroute.instances.load`.

    Returns
    -------
    int
        Zero, as a command that succeeded exits with.

    Examples
    --------
    >>> from io import StringIO
    >>> page = StringIO()
    >>> show(page, size="small")
    0
    >>> "latency" in page.getvalue()
    True
    """
    stream = sys.stdout if stream is None else stream
    scenario = load("us_retail", size=size, seed=seed)
    stream.write(f"{headline(scenario)}\n\n")
    stream.flush()
    example = Example()
    progress = Progress(len(scenario.orders), sys.stderr)

    def watch(router: Router, order: Order, result: RoutingResult) -> None:
        example(router, order, result)
        progress(router, order, result)

    finished = route_in_time(scenario, watch=watch)
    stream.write(f"{report(finished)}\n")
    if example.text:
        stream.write(f"\n{example.text}\n")
    return 0
