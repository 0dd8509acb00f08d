"""The verb ``promise``: when orders could be there, how, and for how much."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from domroute.cli.ending import NOTHING, OK, has_plan, put_out
from domroute.cli.options import add_now, add_routing, kilometers, seconds
from domroute.cli.reading import orders_of, scenario_of
from domroute.cli.watching import watched
from domroute.costs.quotes import Quotes
from domroute.errors import InputError
from domroute.files.disk import check_writable
from domroute.files.promises import promises_to_csv, promises_to_json
from domroute.orders import Order
from domroute.promises import Promise
from domroute.router import Router
from domroute.validation import issues_from

HELP = "say by when the orders of a scenario could be had, and for how much"


def add_options(command: argparse.ArgumentParser) -> None:
    """Take what is asked about, and how."""
    add_routing(command)
    command.add_argument(
        "--methods",
        metavar="M",
        help="any, or methods with commas between them, in place of the order's own",
    )
    command.add_argument(
        "--radius-km",
        type=kilometers,
        metavar="X",
        help="how far customers come to collect, where the order does not say",
    )
    add_now(command)
    command.add_argument(
        "--time-limit", type=seconds, metavar="S", help="seconds for each option"
    )


def run(arguments: argparse.Namespace) -> int:
    """Ask about each order by itself; nothing is reserved."""
    if arguments.out is not None:
        check_writable(Path(arguments.out))  # before the work, not after it
    scenario = scenario_of(arguments.scenario)
    orders = orders_of(scenario, arguments.order)
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    promises = [
        _promise(router, order, scenario.quotes, arguments)
        for order in watched(orders, is_forced=arguments.progress)
    ]
    put_out(_WRITERS[arguments.format](promises), arguments)
    return OK if promises and all(map(_is_whole, promises)) else NOTHING


def _promise(
    router: Router, order: Order, quotes: Quotes, arguments: argparse.Namespace
) -> Promise:
    """
    Ask about one order.

    Raises
    ------
    InputError
        If the order does not say enough for a method that was asked for, or is wrong.
    """
    try:
        return router.promise(
            order,
            methods=_methods(arguments.methods),
            radius_km=arguments.radius_km,
            quotes=quotes,
            time_limit_s=arguments.time_limit,
            now=arguments.now,
        )
    except ValidationError as error:
        where = f"order {order.id!r}.delivery"
        raise InputError(issues_from(error, where)) from None


def _methods(text: str | None) -> list[str] | str | None:
    if text is None or text == "any":
        return text
    return [name.strip() for name in text.split(",")]


def _is_whole(promise: Promise) -> bool:
    """Tell whether some option has all that was asked for."""
    return any(has_plan(option.result) and not option.unfilled for option in promise)


def _to_text(promises: Iterable[Promise]) -> str:
    return "".join(f"order {one.order_id}\n{one}\n\n" for one in promises)


_WRITERS: Final[dict[str, Callable[[Iterable[Promise]], str]]] = {
    "json": promises_to_json,
    "text": _to_text,
    "csv": promises_to_csv,
}
