"""Results as a file has them: what is read back, and the sums stated beside it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from domroute.batchresult import FORMAT as BATCH_FORMAT
from domroute.batchresult import BatchResult, Price
from domroute.calendars import Date
from domroute.errors import InputError, Issue
from domroute.files.intake import Rows, read_rows
from domroute.files.jsontext import parse_json
from domroute.plan import Content, Costs, Digital, Plan, Shipment, Unfilled
from domroute.reasons import Reason
from domroute.result import FORMAT as RESULT_FORMAT
from domroute.result import RoutingResult, Statistics
from domroute.units import Amount, Count, Id, Number, Units
from domroute.validation import Frozen, join_path
from domroute.verify.said import Said
from domroute.wording import shorten
from domroute.words import Measure, Method, Status, Supply


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError(
            "datetime_range", "should be within the years 1 to 9999 in UTC"
        ) from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment, in UTC however it was written."""


class WrittenContent(Frozen):
    """Units of a line in a shipment."""

    line_id: Id
    sku: Id
    quantity: Count


class WrittenShipment(Frozen):
    """What one node sends, or hands over, together."""

    node_id: Id
    method: Method
    contents: tuple[WrittenContent, ...]
    service: Id | None = None
    distance_km: Number = 0.0
    workload: Number = 0.0
    cost: Amount | None = None
    costs: dict[str, Amount] = Field(default_factory=dict)
    ready_at: Moment | None = None
    ships_at: Moment | None = None
    delivers_on: Date | None = None
    delivers_at: Moment | None = None
    valid_until: Moment | None = None
    stock_at: Moment | None = None
    supply: Supply | None = None
    works_on: Date | None = None
    merge_at: Id | None = None


class WrittenUnfilled(Frozen):
    """Units that nobody ships, and why."""

    line_id: Id
    sku: Id
    quantity: Count
    reason: Reason
    cost: Amount = 0.0


class WrittenDigital(Frozen):
    """A line of a digital item, which is delivered whole, from no node."""

    line_id: Id
    sku: Id
    quantity: Count
    delivers_at: Moment | None = None


class WrittenStatistics(Frozen):
    """What the search took."""

    nodes: int = 0
    offers: int = 0
    states: int = 0


class WrittenResult(Frozen):
    """The plan for one order, and what is claimed of it; null stands for infinity."""

    format: Literal["domroute.result/1"] = RESULT_FORMAT
    order_id: Id
    status: Status
    cost: Number | None
    bound: Number | None
    gap: Number | None = None
    costs: dict[str, Amount] = Field(default_factory=dict)
    method: str
    policy_version: str
    elapsed_s: Number = 0.0
    valid_until: Moment | None = None
    shipments: tuple[WrittenShipment, ...]
    unfilled: tuple[WrittenUnfilled, ...]
    digital: tuple[WrittenDigital, ...] = ()
    order_costs: dict[str, Amount] = Field(default_factory=dict)
    statistics: WrittenStatistics = WrittenStatistics()


class WrittenPrice(Frozen):
    """What one more unit of stock, or of a node's capacity, would be worth."""

    kind: Literal["stock", "capacity"]
    node_id: Id
    sku: Id | None
    measure: Measure | None = None
    """What capacity counts; not told by versions that knew one limit per node."""
    price: Number
    limit: Number
    used: Number


class WrittenBatch(Frozen):
    """What is claimed of the results of a batch together."""

    format: Literal["domroute.batch/1"] = BATCH_FORMAT
    status: Status
    cost: Number | None
    bound: Number | None
    gap: Number | None = None
    gap_asked: Units | None = None
    costs: dict[str, Number] = Field(default_factory=dict)
    policy_version: str
    elapsed_s: Number = 0.0
    prices: tuple[WrittenPrice, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """
    What a file holds: results, and what it says of them beside.

    Attributes
    ----------
    said
        The sums that are stated of each result.
    batch
        The batch, where it is one, of the same results.
    batch_said
        The sums that are stated of the batch.
    """

    results: tuple[RoutingResult, ...]
    said: tuple[Said, ...]
    batch: BatchResult | None = None
    batch_said: Said | None = None


def read_written(data: bytes | str, *, where: str = "input") -> Written:
    """
    Read an array of results, one result, or a batch.

    Parameters
    ----------
    data
        The text, or its bytes in UTF-8.
    where
        What to call the text where it is no JSON at all.

    Raises
    ------
    InputError
        If it is none of these, or of a version that is not known. All faults are
        listed.

    Examples
    --------
    >>> read_written("[]").results
    ()
    """
    value, issues = parse_json(data, where)
    head: object = None
    if isinstance(value, dict) and isinstance(value.get("results"), list):
        head = {name: part for name, part in value.items() if name != "results"}
        value = value["results"]
        issues += check_format(head, BATCH_FORMAT, "batch.format")
    elif isinstance(value, dict) and "order_id" in value:
        value = [value]
    if not isinstance(value, list):
        shown = "an object" if isinstance(value, dict) else shorten(value)
        text = f"should be a list of results, got {shown}"
        raise InputError([*issues, Issue("wrong_type", where, text)])
    for at, row in enumerate(value):
        issues += check_format(row, RESULT_FORMAT, f"results[{at}].format")
    if issues:  # what another version means by its fields is not known
        raise InputError(issues)
    heads: list[WrittenBatch | None] = []
    if head is not None:
        heads = read_rows(WrittenBatch, Rows("batch", [head], _place), issues)
    rows = read_rows(WrittenResult, Rows.of("results", value), issues)
    if issues:
        raise InputError(issues)
    kept = [row for row in rows if row is not None]
    results = tuple(_result_of(row) for row in kept)
    said = tuple(_said_of(row) for row in kept)
    for batch in heads:
        if batch is not None:
            return Written(results, said, _batch_of(batch, results), _said_by(batch))
    return Written(results, said)


def check_format(value: object, known: str, where: str) -> Iterator[Issue]:
    """
    Refuse what says that it is of another version than is known here.

    Parameters
    ----------
    value
        An object; one that says nothing was written before there were versions.
    known
        The version that is read.
    where
        The path of what it says.
    """
    if isinstance(value, dict) and value.get("format", known) != known:
        text = f"should be {known!r}, got {shorten(value['format'])}"
        yield Issue("unknown_version", where, text)


def _place(_: int, path: tuple[str | int, ...]) -> str:
    return join_path("batch", path)


def _said_of(row: WrittenResult) -> Said:
    return Said(
        gap=_gap_said(row),
        costs=row.costs if "costs" in row.model_fields_set else None,
        shipments=tuple(part.cost for part in row.shipments),
    )


def _said_by(row: WrittenBatch) -> Said:
    costs = row.costs if "costs" in row.model_fields_set else None
    return Said(gap=_gap_said(row), costs=costs)


def _gap_said(row: WrittenResult | WrittenBatch) -> float | None:
    if "gap" not in row.model_fields_set:
        return None
    return math.inf if row.gap is None else row.gap


def _batch_of(row: WrittenBatch, results: tuple[RoutingResult, ...]) -> BatchResult:
    return BatchResult(
        results=results,
        status=row.status,
        cost=math.inf if row.cost is None else row.cost,
        bound=_bound_of(row.status, row.bound),
        stock_and_capacity=tuple(
            Price(p.node_id, p.sku, p.price, p.limit, p.used, p.measure)
            for p in row.prices
        ),
        policy_version=row.policy_version,
        gap_asked=row.gap_asked,
        elapsed_s=row.elapsed_s,
    )


def _result_of(row: WrittenResult) -> RoutingResult:
    plan = Plan(
        shipments=tuple(_shipment_of(row.order_id, part) for part in row.shipments),
        unfilled=tuple(
            Unfilled(
                row.order_id, u.line_id, u.sku, u.quantity, Reason(u.reason), u.cost
            )
            for u in row.unfilled
        ),
        order_costs=_costs_of(row.order_costs),
        digital=tuple(
            Digital(row.order_id, d.line_id, d.sku, d.quantity, d.delivers_at)
            for d in row.digital
        ),
    )
    return RoutingResult(
        order_id=row.order_id,
        plan=plan,
        status=row.status,
        cost=math.inf if row.cost is None else row.cost,
        bound=_bound_of(row.status, row.bound),
        method=row.method,
        policy_version=row.policy_version,
        elapsed_s=row.elapsed_s,
        statistics=Statistics(**row.statistics.model_dump()),
        valid_until=row.valid_until,
    )


def _bound_of(status: Status, bound: float | None) -> float:
    # Nothing is below the bound where nothing is possible; else nothing is known of it.
    if bound is not None:
        return bound
    return math.inf if status is Status.INFEASIBLE else -math.inf


def _shipment_of(order_id: str, row: WrittenShipment) -> Shipment:
    return Shipment(
        order_id=order_id,
        node_id=row.node_id,
        method=row.method,
        contents=tuple(Content(c.line_id, c.sku, c.quantity) for c in row.contents),
        costs=_costs_of(row.costs),
        service=row.service,
        distance_km=row.distance_km,
        workload=row.workload,
        ready_at=row.ready_at,
        ships_at=row.ships_at,
        delivers_on=row.delivers_on,
        delivers_at=row.delivers_at,
        valid_until=row.valid_until,
        stock_at=row.stock_at,
        supply=row.supply,
        works_on=row.works_on,
        merge_at=row.merge_at,
    )


def _costs_of(amounts: dict[str, Any]) -> Costs:
    return Costs(tuple(sorted(amounts.items())))
