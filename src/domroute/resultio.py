"""Results as JSON, and back, equal by value; results as CSV; a batch as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import Field

from domroute.batchresult import BatchResult
from domroute.csvtext import csv_text
from domroute.errors import InputError, Issue
from domroute.intake import Rows, read_rows
from domroute.jsontext import parse_json
from domroute.plan import Content, Costs, Plan, Shipment, Unfilled
from domroute.reasons import Reason
from domroute.result import PLAN_COLUMNS, RoutingResult, Statistics
from domroute.units import Amount, Count, Id, Number
from domroute.validation import Frozen, shorten
from domroute.words import Method, Status


class _Content(Frozen):
    line_id: Id
    sku: Id
    quantity: Count


class _Shipment(Frozen):
    node_id: Id
    method: Method
    contents: tuple[_Content, ...]
    service: Id | None = None
    distance_km: Number = 0.0
    workload: Number = 0.0
    cost: Amount | None = None
    costs: dict[str, Amount] = Field(default_factory=dict)


class _Unfilled(Frozen):
    line_id: Id
    sku: Id
    quantity: Count
    reason: Reason
    cost: Amount = 0.0


class _Statistics(Frozen):
    nodes: int = 0
    offers: int = 0
    states: int = 0


class _Result(Frozen):
    order_id: Id
    status: Status
    cost: Number | None
    bound: Number | None
    gap: Number | None = None
    costs: dict[str, Amount] = Field(default_factory=dict)
    method: str
    policy_version: str
    elapsed_s: Number = 0.0
    shipments: tuple[_Shipment, ...]
    unfilled: tuple[_Unfilled, ...]
    order_costs: dict[str, Amount] = Field(default_factory=dict)
    statistics: _Statistics = _Statistics()


def results_to_json(results: Iterable[RoutingResult]) -> str:
    r"""
    Write results as a JSON array, one to a line.

    Parameters
    ----------
    results
        What to write; infinite numbers become null.

    Examples
    --------
    >>> results_to_json([])
    '[]\n'
    """
    rows = [result.to_dict() for result in results]
    return _array(rows, "") + "\n"


def batch_to_json(batch: BatchResult) -> str:
    """
    Write a batch as a JSON object, each price and each result on a line of its own.

    Parameters
    ----------
    batch
        What to write: its ``to_dict()``.

    Examples
    --------
    >>> from domroute.words import Status
    >>> text = batch_to_json(BatchResult((), Status.OPTIMAL, 0.0, 0.0, (), "v1"))
    >>> json.loads(text)["status"]
    'optimal'
    """
    fields = [
        f"{_text(name)}: {_array(x, '  ') if isinstance(x, list) else _text(x)}"
        for name, x in batch.to_dict().items()
    ]
    return "{\n  " + ",\n  ".join(fields) + "\n}\n"


def _array(rows: list[Any], indent: str) -> str:
    if not rows:
        return "[]"
    lines = f",\n{indent}  ".join(map(_text, rows))
    return f"[\n{indent}  {lines}\n{indent}]"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def results_to_csv(results: Iterable[RoutingResult]) -> str:
    r"""
    Write the rows of every result's ``to_frame()`` as CSV, one after another.

    Names that a spreadsheet would take for a formula get an apostrophe before them.

    Parameters
    ----------
    results
        What to write.

    Examples
    --------
    >>> results_to_csv([])
    'order,line,sku,quantity,node,service,method,shipment,reason\n'
    """
    return csv_text(PLAN_COLUMNS, _plan_rows(results))


def _plan_rows(results: Iterable[RoutingResult]) -> Iterator[tuple[object, ...]]:
    for result in results:
        name = result.order_id
        for number, part in enumerate(result.plan.shipments, start=1):
            end = (part.node_id, part.service, part.method.value, number, None)
            for c in part.contents:
                yield (name, c.line_id, c.sku, c.quantity, *end)
        for left in result.plan.unfilled:
            nowhere = (None, None, None, None, left.reason.value)
            yield (name, left.line_id, left.sku, left.quantity, *nowhere)


def results_from_json(
    data: bytes | str, *, where: str = "input"
) -> tuple[RoutingResult, ...]:
    """
    Read results back: an array of them, or those of a batch.

    Parameters
    ----------
    data
        The text, or its bytes in UTF-8.
    where
        What to call the text where it is no JSON at all.

    Raises
    ------
    InputError
        If it is neither. All faults are listed.

    Examples
    --------
    >>> results_from_json("[]")
    ()
    """
    value, issues = parse_json(data, where)
    if isinstance(value, dict) and isinstance(value.get("results"), list):
        value = value["results"]
    if not isinstance(value, list):
        shown = "an object" if isinstance(value, dict) else shorten(value)
        text = f"should be a list of results, got {shown}"
        raise InputError([*issues, Issue("wrong_type", where, text)])
    rows = read_rows(_Result, Rows.of("results", value), issues)
    if issues:
        raise InputError(issues)
    return tuple(_result_of(row) for row in rows if row is not None)


def _result_of(row: _Result) -> RoutingResult:
    plan = Plan(
        shipments=tuple(_shipment_of(row.order_id, part) for part in row.shipments),
        unfilled=tuple(
            Unfilled(
                row.order_id, u.line_id, u.sku, u.quantity, Reason(u.reason), u.cost
            )
            for u in row.unfilled
        ),
        order_costs=_costs_of(row.order_costs),
    )
    return RoutingResult(
        order_id=row.order_id,
        plan=plan,
        status=row.status,
        cost=math.inf if row.cost is None else row.cost,
        bound=math.inf if row.bound is None else row.bound,
        method=row.method,
        policy_version=row.policy_version,
        elapsed_s=row.elapsed_s,
        statistics=Statistics(**row.statistics.model_dump()),
    )


def _shipment_of(order_id: str, row: _Shipment) -> Shipment:
    return Shipment(
        order_id=order_id,
        node_id=row.node_id,
        method=row.method,
        contents=tuple(Content(c.line_id, c.sku, c.quantity) for c in row.contents),
        costs=_costs_of(row.costs),
        service=row.service,
        distance_km=row.distance_km,
        workload=row.workload,
    )


def _costs_of(amounts: dict[str, Any]) -> Costs:
    return Costs(tuple(sorted(amounts.items())))
