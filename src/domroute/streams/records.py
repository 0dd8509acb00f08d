"""Events written down: as the tables of a history, and as lines of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.events import (
    Closed,
    Event,
    Placed,
    Reopened,
    in_order,
)
from domroute.files.intake import capped
from domroute.files.jsontext import decode_text, parse_json
from domroute.files.tabular import table_of, table_of_rows, tables_of_orders
from domroute.files.tabular.framing import frame_of
from domroute.scenario.tables import entries_of
from domroute.validation import issues_from, join_path

if TYPE_CHECKING:
    import pandas as pd

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


@checked
def events_to_frames(events: Iterable[Event]) -> dict[str, pd.DataFrame]:
    """
    Write events as the frames of a history.

    Parameters
    ----------
    events
        In any order. Tables beside ``orders`` and ``lines`` are left out where empty.

    Returns
    -------
    dict of DataFrame
        The arguments of :func:`~domroute.streams.history.history_from_frames` by name.

    Raises
    ------
    InputError
        If a node is closed that is closed already, or reopened that is open: a table
        of closures cannot say so. JSON can.

    Examples
    --------
    >>> closed = Closed(at="2026-01-31T12:00:00Z", node="N1")
    >>> frames = events_to_frames([closed])
    >>> list(frames), frames["closures"]["node"].tolist()
    (['orders', 'lines', 'closures'], ['N1'])
    """
    sorted_events = in_order(events)
    orders = [event.order for event in sorted_events if isinstance(event, Placed)]
    tables = list(tables_of_orders(orders))
    for entry in entries_of("history"):
        rows = [event for event in sorted_events if isinstance(event, entry.row)]
        if rows:
            tables.append(table_of(entry.name, rows))
    if closures := _closures_of(sorted_events):
        tables.append(table_of_rows("closures", closures))
    return {table.name: frame_of(table) for table in tables}


def _closures_of(events: Iterable[Event]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    closed: dict[str, int] = {}
    issues: list[Issue] = []
    for event in events:
        if not isinstance(event, (Closed, Reopened)):
            continue
        is_closing = event.event == "closed"
        if is_closing == (event.node in closed):
            state = "closed already" if is_closing else "not closed"
            text = f"is {event.event} at {event.at.isoformat()}, but is {state}"
            issues.append(Issue("contradictory", f"node {event.node!r}", text))
        elif is_closing:
            closed[event.node] = len(rows)
            rows.append((event.node, event.at, None))
        else:
            at = closed.pop(event.node)
            rows[at] = (*rows[at][:2], event.at)
    if issues:
        raise InputError(issues)
    return rows


@checked
def events_to_json(events: Iterable[Event]) -> str:
    r"""
    Write events as lines of JSON, one object to a line, in the order given.

    Parameters
    ----------
    events
        What to write; fields without a value are left out.

    Examples
    --------
    >>> events_to_json([Closed(at="2026-01-31T12:00:00Z", node="N1")])
    '{"event":"closed","at":"2026-01-31T12:00:00Z","node":"N1"}\n'
    """
    write = _EVENT.dump_json
    return "".join(write(x, exclude_none=True).decode() + "\n" for x in events)


@checked
def events_from_json(data: bytes | str, *, where: str = "input") -> tuple[Event, ...]:
    """
    Read events from lines of JSON, in the order in which they stand.

    Parameters
    ----------
    data
        The text, or its bytes in UTF-8; blank lines are skipped.
    where
        What to call the text where it cannot be decoded.

    Raises
    ------
    InputError
        If a line is no event. All faults of all lines are listed. Names are not
        checked: no network is at hand.

    Examples
    --------
    >>> events_from_json('{"event":"closed","at":"2026-01-31T12:00:00Z"}')
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 1 fault in the input
      line 1.node: is required [missing]
    """
    text = data if isinstance(data, str) else decode_text(data, where)
    found: list[Issue] = []
    read = _reader_of(found)
    # Not splitlines(): an id may hold a separator that JSON leaves as it is.
    made = [
        read(number, line)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    if found:
        raise InputError(capped(found, where))
    return tuple(event for event in made if event is not None)


def _reader_of(found: list[Issue]) -> Callable[[int, str], Event | None]:
    def read(number: int, line: str) -> Event | None:
        place = f"line {number}"
        raw: Any = None
        try:
            raw, repeated = parse_json(line, place)
            found.extend(
                Issue(fault.code, join_path(place, [fault.where]), fault.message)
                for fault in repeated
            )
            return _EVENT.validate_python(raw)
        except InputError as error:
            found.extend(error.issues)
        except ValidationError as error:
            found.extend(issues_from(error, place, raw))
        return None

    return read
