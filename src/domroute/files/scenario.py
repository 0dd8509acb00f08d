"""Scenarios in and out: JSON, or a folder of tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any, Final, Literal

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.files.disk import kind_of, read_bytes, write_file
from domroute.files.folder import FORMAT, read_folder, save_folder
from domroute.files.intake import (
    MAX_FAULTS,
    Draft,
    Rows,
    read_scenario,
    stock_of_records,
)
from domroute.files.jsontext import parse_json
from domroute.files.policy import policy_to_dict
from domroute.scenario.bundle import Scenario, inbound_of
from domroute.scenario.tables import Entry, Part, entries_of
from domroute.wording import shorten

_TABLES: Final = sorted(
    # What is asked for first is missed first.
    (e for e in entries_of("network", "inventory", "orders") if not e.within),
    key=lambda entry: entry.is_optional,
)
_QUOTES: Final = entries_of("quotes")
_FIELDS: Final = frozenset(
    (
        *("format", "name", "time_zone", "policy", "quotes", "promised"),
        *(entry.name for entry in _TABLES),
    )
)


@checked
def load_scenario(source: str | Path | IO[bytes] | IO[str]) -> Scenario:
    """
    Load a scenario from a JSON file, a folder of tables or an open stream of JSON.

    Parameters
    ----------
    source
        A path, or anything with ``read()``.

    Raises
    ------
    InputError
        If anything is wrong. All faults of all parts are listed.

    Examples
    --------
    >>> import io
    >>> load_scenario(io.StringIO('{"format": "domroute/1"}'))
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 4 faults in the input
      nodes: is required, a list of objects [missing]
      items: is required, a list of objects [missing]
      stock: is required, a list of objects [missing]
      orders: is required, a list of objects [missing]
    """
    if isinstance(source, (str, Path)):
        path = Path(source)
        if kind_of(path) == "folder":
            return read_folder(path)
        return scenario_from_json(read_bytes(path), where=path.name or str(path))
    try:
        text = source.read()
    except UnicodeDecodeError as error:
        fault = Issue("wrong_encoding", "input", f"is not {error.encoding} text")
        raise InputError([fault]) from None
    except (OSError, ValueError) as error:  # ValueError: it has been closed
        fault = Issue("unreadable", "input", f"cannot be read: {error}")
        raise InputError([fault]) from None
    return scenario_from_json(text)


@checked
def save_scenario(
    scenario: Scenario, path: str | Path, *, tables: Literal["csv", "parquet"] = "csv"
) -> None:
    """
    Save a scenario, whole or not at all; a scenario saved there before is replaced.

    Parameters
    ----------
    scenario
        What to save.
    path
        A name that ends in ``.json`` is a file; one without an ending, a folder.
    tables
        How the tables of a folder are written; Parquet needs ``pyarrow``.

    Raises
    ------
    InputError
        If the policy holds objects that have no JSON form, if the folder holds other
        files, or if it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from domroute.ledger.inventory import Inventory
    >>> from domroute.network import Network
    >>> empty = Scenario("empty", Network(nodes=[], items=[]), Inventory())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_scenario(empty, f"{folder}/empty.json")
    ...     load_scenario(f"{folder}/empty.json") == empty
    True
    """
    path = Path(path)
    if kind_of(path) == "folder" or not path.suffix:
        save_folder(scenario, path, tables=tables)
    elif path.suffix.lower() == ".json":
        write_file(path, scenario_to_json(scenario).encode())
    else:
        text = "should end in .json, or have no ending to be a folder"
        raise InputError([Issue("unknown_value", str(path), text)])


@checked
def scenario_from_json(data: bytes | str, *, where: str = "input") -> Scenario:
    """
    Read a scenario from a JSON text.

    Parameters
    ----------
    data
        The text, or its bytes in UTF-8.
    where
        What to call the text where it is no JSON at all.

    Raises
    ------
    InputError
        If anything is wrong. All faults are listed.
    """
    value, issues = parse_json(data, where)
    if not isinstance(value, dict):
        text = f"should be an object, got {_kind(value)}"
        raise InputError([*issues, Issue("wrong_type", where, text)])
    _check_format(value, issues)
    for name in value:
        if name not in _FIELDS:
            text = "is not a field of a scenario"
            issues.append(Issue("unknown_field", shorten(name).strip("'"), text))
    rows = {
        entry.name: _rows_of(value, entry, issues)
        for entry in _TABLES
        if entry.name in value or not entry.is_optional
    }
    stock = rows.pop("stock")
    draft = Draft(
        name=value.get("name", "scenario"),
        tables={**rows, **_quotes_of(value.get("quotes", {}), issues)},
        stock=None if stock is None else stock_of_records(stock),
        policy=value.get("policy", {}),
        promised=value.get("promised", {}),
        issues=issues,
        time_zone=value.get("time_zone"),
    )
    return read_scenario(draft)


def _check_format(value: Mapping[str, object], issues: list[Issue]) -> None:
    version = value.get("format")
    if "format" not in value:
        issues.append(Issue("missing", "format", f"is required: {FORMAT!r}"))
    elif version != FORMAT:
        text = f"should be {FORMAT!r}, got {shorten(version)}"
        issues.append(Issue("unknown_version", "format", text))
        # What another version means by its fields is not known: nothing more to say.
        raise InputError(issues)


def _rows_of(
    value: Mapping[str, object], entry: Entry, issues: list[Issue]
) -> Rows | None:
    name, where = entry.place[-1], ".".join(entry.place)
    rows = value.get(name)
    if isinstance(rows, list):
        strange = sum(not isinstance(row, dict) for row in rows)
        if strange <= MAX_FAULTS:
            return Rows.of(where, rows)
        text = f"has {strange:,} entries that are no objects"
        issues.append(Issue("wrong_type", where, text))
    elif name not in value:
        issues.append(Issue("missing", where, "is required, a list of objects"))
    else:
        text = f"should be a list of objects, got {_kind(rows)}"
        issues.append(Issue("wrong_type", where, text))
    return None


def _quotes_of(value: object, issues: list[Issue]) -> dict[str, Rows | None]:
    if not isinstance(value, dict):
        text = f"should be an object, got {_kind(value)}"
        issues.append(Issue("wrong_type", "quotes", text))
        return {}
    names = [entry.field for entry in _QUOTES]
    issues += [
        Issue("unknown_field", f"quotes.{name}", f"is none of {', '.join(names)}")
        for name in value
        if name not in names
    ]
    return {
        entry.name: _rows_of(value, entry, issues)
        for entry in _QUOTES
        if entry.field in value
    }


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else shorten(value)


@checked
def scenario_to_json(scenario: Scenario) -> str:
    """
    Write a scenario as JSON, one row of each table to a line.

    Parameters
    ----------
    scenario
        What to write; fields at their default are left out.

    Raises
    ------
    InputError
        If the policy holds objects that have no JSON form.
    """
    parts = {"format": _dump(FORMAT), "name": _dump(scenario.name)}
    if scenario.network.time_zone is not None:
        parts["time_zone"] = _dump(scenario.network.time_zone)
    for entry in entries_of("network", "inventory", "orders"):
        if not entry.within:
            rows = list(_WRITERS[entry.part](scenario, entry))
            if not entry.is_left_out(len(rows)):
                parts[entry.name] = _dump_rows(rows)
    parts["policy"] = _dump(policy_to_dict(scenario.policy))
    quotes = {entry.field: _quote_records(scenario, entry) for entry in _QUOTES}
    lines = ",\n".join(f"{_dump(k)}: {_dump_rows(v)}" for k, v in quotes.items() if v)
    parts["quotes"] = f"{{\n{lines}\n}}" if lines else "{}"
    promised = scenario.inventory.promised()
    if not promised.is_empty:
        parts["promised"] = _dump(promised.model_dump(**_BRIEF))
    lines = ",\n".join(f"{_dump(name)}: {text}" for name, text in parts.items())
    return f"{{\n{lines}\n}}\n"


_WHOLE: Final[dict[str, Any]] = {"mode": "json"}
_BRIEF: Final[dict[str, Any]] = {**_WHOLE, "exclude_defaults": True}


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _dump_rows(rows: Iterable[object]) -> str:
    lines = ",\n  ".join(map(_dump, rows))
    return f"[\n  {lines}\n]" if lines else "[]"


def _network_records(scenario: Scenario, entry: Entry) -> Iterable[object]:
    # Of what nests deeper, a default may be the word that says which kind it is.
    how = _BRIEF if entry.is_flat else _WHOLE
    return (row.model_dump(**how) for row in getattr(scenario.network, entry.name))


def _order_records(scenario: Scenario, _entry: Entry) -> Iterable[object]:
    return (order.model_dump(**_BRIEF) for order in scenario.orders)


def _stock_records(scenario: Scenario, _entry: Entry) -> Iterable[object]:
    ledger, rows = scenario.inventory, scenario.inventory.rows
    coming, restricted = inbound_of(ledger), ledger.restrictions
    for node, sku, on_hand, reserved, safety, velocity in zip(
        map(ledger.node_ids.__getitem__, rows.node.tolist()),
        map(ledger.skus.__getitem__, rows.sku.tolist()),
        rows.on_hand.tolist(),
        rows.reserved.tolist(),
        rows.safety.tolist(),
        rows.velocity.tolist(),
        strict=True,
    ):
        record: dict[str, object] = {"node": node, "sku": sku, "on_hand": on_hand}
        record |= {"reserved": reserved} if reserved else {}
        record |= {"safety": safety} if safety else {}
        record |= {"velocity": velocity} if velocity == velocity else {}  # noqa: PLR0124 - NaN
        if parts := coming.get((node, sku)):
            record["inbound"] = [part.model_dump(mode="json") for part in parts]
        if one := restricted.get((node, sku)):
            last = one.expires_on
            record |= {"expires_on": last.isoformat()} if last else {}
            record |= {"allocated": dict(one.allocated)} if one.allocated else {}
        yield record


def _quote_records(scenario: Scenario, entry: Entry) -> list[dict[str, object]]:
    amount = next(name for name in entry.row.model_fields if name not in entry.key)
    return [
        {**dict(zip(entry.key, key, strict=False)), amount: value}
        for key, value in getattr(scenario.quotes, entry.field).items()
    ]


_WRITERS: Final[Mapping[Part, Callable[[Scenario, Entry], Iterable[object]]]] = {
    "network": _network_records,
    "inventory": _stock_records,
    "orders": _order_records,
}
