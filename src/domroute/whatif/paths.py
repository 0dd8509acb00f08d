"""Paths into a scenario or tactic: what a sweep changes, checked before it is."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, NoReturn, TypeVar, cast, get_args, get_origin

import numpy as np
from pydantic import BaseModel, TypeAdapter, ValidationError

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.scenario import Scenario
from domroute.units import Units
from domroute.validation import issues_from
from domroute.whatif.stocking import STOCK_FIELDS, change_rows, rows_of
from domroute.wording import shorten

T = TypeVar("T")
Change = Callable[[Any], Any]
"""From what is there to what shall be."""

_STEP: Final = re.compile(r"(?P<field>\w+)(?:\[(?P<pick>.*?)\](?=\.|$))?(?:\.|$)")
_NAMES: Final = ("id", "sku", "name", "measure")
_UNITS: Final[TypeAdapter[float]] = TypeAdapter(Units)
_SHOWN: Final = 12
_SHORT: Final = {"rate": ("rate_card", "rates")}
"""A shorter way to write what is asked for most."""


@dataclass(frozen=True, slots=True)
class Step:
    """
    A field, and which of its rows where it holds several.

    Attributes
    ----------
    pick
        ``*``, an id, or ``field=value``; None takes the field whole.
    where
        The path up to here, for messages.
    """

    field: str
    pick: str | None
    where: str


def steps_of(path: str) -> tuple[Step, ...]:
    """
    Read a path such as ``network.nodes[S7].enabled``.

    Parameters
    ----------
    path
        Fields joined by dots.

    Raises
    ------
    InputError
        If it is none.

    Examples
    --------
    >>> [step.pick for step in steps_of("network.nodes[kind=store].cost.per_unit")]
    [None, 'kind=store', None, None]
    """
    steps: list[Step] = []
    at = 0
    while at < len(path) or not steps:
        found = _STEP.match(path, at)
        if found is None or (found.end() == len(path) and path.endswith(".")):
            text = f"{shorten(path)} should be fields joined by dots, as in "
            text += "network.nodes[S7].enabled"
            raise InputError([Issue("unknown_value", "path", text)])
        where = path[: found.end()].rstrip(".")
        steps.append(Step(found["field"], found["pick"], where))
        at = found.end()
    return tuple(steps)


@checked
def change_at(base: T, path: str, change: Change) -> T:
    """
    Change what a path points at, and check the whole that comes of it.

    Parameters
    ----------
    base
        A scenario, a tactic, a policy, or any part of one.
    path
        Fields joined by dots, each that holds rows with which of them: ``[S7]`` by id,
        SKU or name, ``[kind=store]`` by a field, ``[*]`` all. In a scenario, ``stock``
        is the inventory: ``stock[S7]``, ``stock[S7,A]``, ``stock[kind=store]``.
    change
        From what is there to what shall be.

    Raises
    ------
    InputError
        If the path points at nothing, or what comes of it is not valid.

    Examples
    --------
    >>> from domroute.policy import Policy
    >>> change_at(Policy(), "splits.max_shipments", lambda _: 2).splits.max_shipments
    2
    """
    steps = steps_of(path)
    try:
        made = _change(base, steps, change)
    except ValidationError as error:
        raise InputError(issues_from(error, steps[-1].where)) from None
    return cast("T", made)


def _change(thing: object, steps: tuple[Step, ...], change: Change) -> object:
    step, rest = steps[0], steps[1:]
    if isinstance(thing, Scenario) and step.field == "stock":
        return _change_stock(thing, steps, change)
    fields = _fields_of(thing)
    if step.field in _SHORT and _SHORT[step.field][0] in fields:
        whole = (Step(name, step.pick, step.where) for name in _SHORT[step.field])
        return _change(thing, (*whole, *rest), change)
    if step.field not in fields:
        _refuse(
            "unknown_field", step, f"{step.field!r} is not a field", fields, "fields"
        )
    old = getattr(thing, step.field)
    if step.pick is not None and _fields_of(old) and _may_be_several(thing, step.field):
        old = (old,)
    new = _change_value(old, step, rest, change)
    if isinstance(thing, BaseModel):
        # Rows stay the objects they are: only what is new is read again.
        parts = {name: getattr(thing, name) for name in fields}
        return type(thing).model_validate(parts | {step.field: new})
    made: object = dataclasses.replace(cast("Any", thing), **{step.field: new})
    return made


def _change_value(
    old: object, step: Step, rest: tuple[Step, ...], change: Change
) -> object:
    if isinstance(old, tuple) and old and _fields_of(old[0]):
        return _change_rows(old, step, rest, change)
    if step.pick is not None:
        text = f"{step.field!r} holds no rows: leave out [{step.pick}]"
        raise InputError([Issue("contradictory", step.where, text)])
    if not rest:
        return change(old)
    if old is None or not _fields_of(old):
        kind = "is not set" if old is None else f"is {shorten(old)}, without fields"
        text = f"{kind}; give {step.where!r} a value as a whole"
        raise InputError([Issue("contradictory", step.where, text)])
    return _change(old, rest, change)


def _change_rows(
    rows: tuple[Any, ...], step: Step, rest: tuple[Step, ...], change: Change
) -> tuple[Any, ...]:
    names = [_name_of(row) for row in rows]
    if step.pick is None:
        _refuse("missing", step, "say which: [*] for all, or one of them", names, "ids")
    if not rest:
        text = "say which field of it is to change"
        raise InputError([Issue("missing", step.where, text)])
    chosen = [
        _is_picked(row, name, step) for row, name in zip(rows, names, strict=True)
    ]
    if not any(chosen):
        _refuse("unknown_id", step, f"[{step.pick}] is none of them", names, "ids")
    return tuple(
        _change(row, rest, change) if is_chosen else row
        for row, is_chosen in zip(rows, chosen, strict=True)
    )


def _is_picked(row: object, name: str | None, step: Step) -> bool:
    if step.pick in ("*", name):
        return True
    field, equals, value = str(step.pick).partition("=")
    if not equals:
        return False
    if field not in _fields_of(row):
        fields = _fields_of(row)
        _refuse("unknown_field", step, f"{field!r} is not a field", fields, "fields")
    return str(getattr(row, field)) == value


def _change_stock(
    scenario: Scenario, steps: tuple[Step, ...], change: Change
) -> Scenario:
    step, rest = steps[0], steps[1:]
    ledger = scenario.inventory
    if len(rest) != 1 or rest[0].field not in STOCK_FIELDS or rest[0].pick is not None:
        _refuse("unknown_field", steps[-1], "stock is by row", STOCK_FIELDS, "fields")
    rows = rows_of(ledger, scenario.network, step.pick)
    if not rows.any():
        _refuse(
            "unknown_id", step, f"no stock at [{step.pick}]", ledger.node_ids, "nodes"
        )
    new = change_rows(
        ledger,
        rest[0].field,
        rows,
        lambda old: np.array([_units(change(x), steps[-1]) for x in old.tolist()]),
    )
    return dataclasses.replace(scenario, inventory=new)


def _units(value: object, step: Step) -> float:
    try:
        return _UNITS.validate_python(value)
    except ValidationError as error:
        raise InputError(issues_from(error, step.where)) from None


def _fields_of(thing: object) -> tuple[str, ...]:
    if isinstance(thing, BaseModel):
        return tuple(type(thing).model_fields)
    if dataclasses.is_dataclass(thing):
        return tuple(field.name for field in dataclasses.fields(thing))
    return ()


def _may_be_several(thing: object, field: str) -> bool:
    """Tell whether a field that holds one object may hold a list of them."""
    kinds: list[Any] = []
    if isinstance(thing, BaseModel):
        kinds.append(type(thing).model_fields[field].annotation)
    for kind in kinds:  # which grows as it is read
        if get_origin(kind) is tuple:
            return True
        kinds += get_args(kind)
    return False


def _name_of(row: object) -> str | None:
    return next((getattr(row, name) for name in _NAMES if hasattr(row, name)), None)


def _refuse(
    code: str, step: Step, text: str, known: Iterable[str | None], what: str
) -> NoReturn:
    names = [str(name) for name in known]
    near = get_close_matches((step.pick or step.field), names, n=1)
    hint = f", did you mean {near[0]!r}? " if near else "; "
    shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    raise InputError([Issue(code, step.where, f"{text}{hint}{what}: {shown}")])
