"""Promises as JSON and CSV, and what a file has of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from domroute.arguments import checked
from domroute.calendars import Date
from domroute.files.csvtext import csv_text
from domroute.files.results import json_rows
from domroute.files.written import Moment, WrittenResult
from domroute.promises import FORMAT, PROMISE_COLUMNS, Promise
from domroute.units import Id
from domroute.validation import Frozen
from domroute.words import Method


class WrittenOption(Frozen):
    """One way to have an order: by a method, at a speed."""

    method: Method
    speed: Id
    """By services of which speed; ``"best"`` for any."""
    delivers_on: Date | None
    """When the last shipment comes; null where one promises no date."""
    delivers: tuple[Date | None, ...]
    """The date of each shipment."""
    valid_until: Moment | None
    """Until when the dates may be relied on."""
    dominated: bool
    """Whether another option is better in something, and worse in nothing."""
    result: WrittenResult
    """The plan that stands for it."""


class WrittenPromise(Frozen):
    """What may be promised for an order; it reserves nothing."""

    format: Literal["domroute.promise/1"] = FORMAT
    order_id: Id
    options: tuple[WrittenOption, ...]


@checked
def promises_to_json(promises: Iterable[Promise]) -> str:
    r"""
    Write promises as a JSON array, one to a line.

    Parameters
    ----------
    promises
        What to write: the ``to_dict()`` of each, which begins with the version of its
        format. Infinite numbers become null.

    Examples
    --------
    >>> promises_to_json([])
    '[]\n'
    """
    return json_rows(promise.to_dict() for promise in promises)


def promises_to_csv(promises: Iterable[Promise]) -> str:
    r"""
    Write the rows of every promise's ``to_frame()`` as CSV, one after another.

    Names that a spreadsheet would take for a formula get an apostrophe before them.

    Parameters
    ----------
    promises
        What to write.

    Examples
    --------
    >>> promises_to_csv([]).split(",")[:3]
    ['order', 'method', 'speed']
    """
    return csv_text(PROMISE_COLUMNS, _option_rows(promises))


def _option_rows(promises: Iterable[Promise]) -> Iterator[tuple[object, ...]]:
    for promise in promises:
        for option in promise:
            until = option.valid_until
            yield (
                promise.order_id,
                option.method.value,
                option.speed,
                option.delivers_on,
                option.cost,
                len(option.delivers),
                sum(part.quantity for part in option.unfilled),
                None if until is None else until.isoformat(),
                "true" if option.dominated else "false",
            )
