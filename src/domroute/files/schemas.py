"""The published JSON Schemas: of a scenario, an order, and of every answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, Union

from pydantic import Field, TypeAdapter, create_model

from domroute.calendars import TimeZone
from domroute.costs.registry import TERMS
from domroute.files.promises import WrittenPromise
from domroute.files.rerouted import WrittenRebalanced, WrittenRerouted
from domroute.files.written import WrittenBatch, WrittenResult
from domroute.ledger.keeping import Promised
from domroute.orders import Order
from domroute.policy import Policy
from domroute.rules import BuiltInRule
from domroute.scenario.tables import Entry, entries_of
from domroute.units import Id
from domroute.validation import Frozen


def scenario_schema() -> dict[str, Any]:
    """
    Return the JSON Schema of a scenario file (draft 2020-12).

    Cost terms that were added with ``register`` are in it as well.

    Examples
    --------
    >>> schema = scenario_schema()
    >>> schema["title"], schema["properties"]["format"]["const"]
    ('domroute scenario', 'domroute/1')
    """
    # Policy itself reads terms and rules of any class; the schema names the known ones.
    term: Any = Union[tuple(TERMS.values())]  # noqa: UP007 - made of a list
    make: Any = create_model  # its types cannot follow fields made at run time
    zone: Any = TimeZone | None
    policy = make(
        "Policy",
        __base__=Policy,
        __doc__=Policy.__doc__,
        costs=(tuple[term, ...], Policy.model_fields["costs"].default),
        rules=(tuple[BuiltInRule, ...], ()),
    )
    quotes = make(
        "_QuoteTables",
        __base__=Frozen,
        __doc__="What the caller already knows of costs and workload.",
        **_fields_of(entries_of("quotes")),
    )
    model = make(
        "Scenario",
        __base__=Frozen,
        __doc__="Everything that routing needs, in one file.",
        format=(Literal["domroute/1"], ...),
        name=(Id, "scenario"),
        time_zone=(zone, None),
        **_fields_of(entries_of("network", "inventory", "orders")),
        policy=(policy, Field(default_factory=Policy)),
        quotes=(quotes, Field(default_factory=quotes)),
        promised=(Promised, Field(default_factory=Promised)),
    )
    return _published("scenario", model.model_json_schema())


def _fields_of(entries: Iterable[Entry]) -> dict[str, Any]:
    """Make a field of each table that stands in no other."""
    fields: dict[str, Any] = {}
    for entry in entries:
        if not entry.within:
            row: Any = entry.row
            default = () if entry.is_optional else ...
            fields[entry.place[-1]] = (tuple[row, ...], default)
    return fields


def order_schema() -> dict[str, Any]:
    """
    Return the JSON Schema of one order, as a scenario file has it (draft 2020-12).

    Examples
    --------
    >>> order_schema()["required"]
    ['id', 'lines']
    """
    return _published("order", Order.model_json_schema())


def results_schema() -> dict[str, Any]:
    """
    Return the JSON Schema of results (draft 2020-12).

    A document is one result, an array of them, or a batch; each names its format.

    Examples
    --------
    >>> forms = results_schema()["$defs"]
    >>> forms["WrittenResult"]["properties"]["format"]["const"]
    'domroute.result/1'
    """
    make: Any = create_model  # its types cannot follow fields made at run time
    batch = make(
        "WrittenBatch",
        __base__=WrittenBatch,
        __doc__="Results that were routed jointly, and what is claimed of them.",
        results=(tuple[WrittenResult, ...], ...),
    )
    forms: Any = Union[tuple[WrittenResult, ...], WrittenResult, batch]  # noqa: UP007 - made at run time
    return _published("results", TypeAdapter(forms).json_schema())


def promise_schema() -> dict[str, Any]:
    """
    Return the JSON Schema of promises (draft 2020-12).

    A document is one promise, or an array of them; each names its format.

    Examples
    --------
    >>> forms = promise_schema()["$defs"]
    >>> forms["WrittenPromise"]["properties"]["format"]["const"]
    'domroute.promise/1'
    """
    forms: Any = tuple[WrittenPromise, ...] | WrittenPromise
    return _published("promise", TypeAdapter(forms).json_schema())


def rerouted_schema() -> dict[str, Any]:
    """
    Return the JSON Schema of what re-routing answers (draft 2020-12).

    A document is one answer, or an array of them; each names its format.

    Examples
    --------
    >>> forms = rerouted_schema()["$defs"]
    >>> forms["WrittenRerouted"]["properties"]["format"]["const"]
    'domroute.rerouted/1'
    """
    forms: Any = tuple[WrittenRerouted, ...] | WrittenRerouted
    return _published("rerouted", TypeAdapter(forms).json_schema())


def rebalanced_schema() -> dict[str, Any]:
    """
    Return the JSON Schema of a backlog routed again together (draft 2020-12).

    Examples
    --------
    >>> rebalanced_schema()["properties"]["format"]["const"]
    'domroute.rebalanced/1'
    """
    return _published("rebalanced", WrittenRebalanced.model_json_schema())


def _published(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Say of a schema what it is, and which version."""
    _name_limits(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:domroute:{name}:1",
        **schema,
        "title": f"domroute {name}",
    }


_LIMITS: Final = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
}


def _name_limits(schema: object) -> None:
    # pydantic leaves limits under its own names where a validator comes before them.
    if isinstance(schema, dict):
        if schema.get("type") in ("number", "integer"):
            for ours, name in _LIMITS.items():
                if ours in schema:
                    schema[name] = schema.pop(ours)
        for part in schema.values():
            _name_limits(part)
    elif isinstance(schema, list):
        for part in schema:
            _name_limits(part)
