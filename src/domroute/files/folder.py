"""A scenario as a folder: a CSV or Parquet file per table, and JSON for the rest."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from domroute.errors import InputError, Issue
from domroute.files.csvtext import parse_csv, plain_csv_text
from domroute.files.disk import kind_of, names_in, read_bytes, write_folder
from domroute.files.intake import MAX_FAULTS, Draft, Rows, capped, read_scenario
from domroute.files.jsontext import parse_json
from domroute.files.parquet import load_pyarrow, parse_parquet
from domroute.files.policy import policy_to_dict
from domroute.files.tabular import (
    COLUMNS,
    Column,
    Table,
    check_header,
    columns_of,
    draft_of,
    read_cells,
    read_text_cells,
    tables_of,
    write_text_cell,
)
from domroute.scenario import Scenario
from domroute.scenario.tables import SCENARIO, Entry
from domroute.wording import shorten

FORMAT: Final = "domroute/1"
"""The version of the scenario format; it fixes the defaults of what is left out."""
_ENDINGS: Final = ("csv", "parquet")
_NESTED: Final = tuple(entry for entry in SCENARIO if not entry.is_flat)
"""Tables that nest too deep for cells."""
_HEAD: Final = ("format", "name", "time_zone")
"""What ``scenario.json`` says."""
_JSON_FILES: Final = (
    *("scenario.json", "policy.json", "promised.json"),
    *(f"{entry.name}.json" for entry in _NESTED),
)


def read_folder(path: Path) -> Scenario:
    """
    Read a scenario from a folder.

    Parameters
    ----------
    path
        The folder. It holds the tables of ``COLUMNS``, as ``.csv`` or ``.parquet``;
        those of ``OPTIONAL_TABLES`` may be absent. It may hold ``services.json``,
        ``calendars.json``, ``policy.json``, ``promised.json`` (what the ledger has
        promised) and ``scenario.json`` (format, name and time zone) too.

    Raises
    ------
    InputError
        If anything is wrong. All faults of all tables are listed.
    """
    issues: list[Issue] = []
    flat = (entry for entry in SCENARIO if entry.is_flat)
    tables = read_tables(path, flat, issues)
    head = _read_json(path, "scenario.json", {}, issues)
    nested = {
        entry.name: _read_json(path, f"{entry.name}.json", [], issues)
        for entry in _NESTED
    }
    policy = _read_json(path, "policy.json", {}, issues)
    promised = _read_json(path, "promised.json", {}, issues)
    draft = draft_of(tables)
    # A name on disk is bytes, and may be no text.
    draft.name = os.fsencode(path.resolve().name).decode(errors="replace")
    _read_head(head, draft, issues)
    draft.policy = {} if policy is None else policy
    draft.promised = {} if promised is None else promised
    for name, rows in nested.items():
        is_list = isinstance(rows, list)
        draft.tables[name] = Rows.of(name, rows) if is_list else None
        if not is_list and rows is not None:
            text = f"should be a list of {name}, got {shorten(rows)}"
            issues.append(Issue("wrong_type", name, text))
    draft.issues = [*issues, *draft.issues]
    return read_scenario(draft)


def read_tables(
    path: Path, entries: Iterable[Entry], issues: list[Issue]
) -> dict[str, Table | None]:
    """
    Read tables of a folder, each from its CSV or Parquet file.

    Parameters
    ----------
    path
        The folder.
    entries
        The tables; one that cannot be read is None, and one that is absent left out.
    issues
        Where faults go.

    Examples
    --------
    >>> from domroute.scenario.tables import ENTRIES
    >>> issues = []
    >>> read_tables(Path("no/such/folder"), [ENTRIES["items"]], issues)
    {}
    >>> print(*issues)
    items: is required: items.csv or items.parquet [missing]
    """
    tables: dict[str, Table | None] = {}
    for entry in entries:
        try:
            table = _read_table(path, entry, issues)
        except InputError as error:
            issues += error.issues
            tables[entry.name] = None
        else:
            if table is not None:
                tables[entry.name] = table
    return tables


def _read_head(head: object, draft: Draft, issues: list[Issue]) -> None:
    if head is None:
        return
    if not isinstance(head, dict):
        text = f"should be an object, got {shorten(head)}"
        issues.append(Issue("wrong_type", "scenario.json", text))
        return
    version = head.get("format", FORMAT)
    if version != FORMAT:
        text = f"should be {FORMAT!r}, got {shorten(version)}"
        raise InputError([*issues, Issue("unknown_version", "format", text)])
    draft.name = head.get("name", draft.name)
    draft.time_zone = head.get("time_zone")
    issues += [
        Issue("unknown_field", f"scenario.{name}", f"is none of {', '.join(_HEAD)}")
        for name in head
        if name not in _HEAD
    ]


def _read_json(path: Path, name: str, default: object, issues: list[Issue]) -> Any:  # noqa: ANN401 - as JSON is
    file = path / name
    try:
        if kind_of(file) is None:
            return default
        value, faults = parse_json(read_bytes(file), name)
    except InputError as error:
        issues += error.issues
        return None
    at = file.stem
    for fault in faults:
        dot = "" if fault.where.startswith("[") else "."
        issues.append(Issue(fault.code, f"{at}{dot}{fault.where}", fault.message))
    return value


def _read_table(path: Path, entry: Entry, issues: list[Issue]) -> Table | None:
    name = entry.name
    files = [path / f"{name}.{ending}" for ending in _ENDINGS]
    there = [file for file in files if kind_of(file) is not None]
    if len(there) > 1:
        text = f"is given twice, as {there[0].name} and {there[1].name}"
        raise InputError([Issue("contradictory", name, text)])
    if not there:
        if not entry.is_optional:
            text = f"is required: {files[0].name} or {files[1].name}"
            issues.append(Issue("missing", name, text))
        return None
    data = read_bytes(there[0])
    read = _parse_csv if there[0].suffix == ".csv" else _parse_parquet
    return read(data, name, there[0].name, issues)


def _parse_csv(data: bytes, name: str, where: str, issues: list[Issue]) -> Table:
    header, rows = parse_csv(data, where)
    issues += check_header(name, header)
    columns = list(_transpose(name, header, rows, issues))
    cells = {
        column.name: read_text_cells(column, columns[header.index(column.name)])
        for column in columns_of(name)
        if column.name in header
    }
    return Table(name, len(rows), cells)


def _transpose(
    name: str, header: list[str], rows: list[list[str]], issues: list[Issue]
) -> Sequence[Sequence[str]]:
    width = len(header)
    found: list[Issue] = []
    for at, row in enumerate(rows):
        if len(row) != width:
            text = f"has {len(row)} cells where the header has {width}"
            found.append(Issue("wrong_shape", f"{name}[{at}]", text))
            rows[at] = (row + [""] * width)[:width]
            if len(found) > MAX_FAULTS:
                raise InputError(capped(found, name))
    issues += found
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _parse_parquet(data: bytes, name: str, where: str, issues: list[Issue]) -> Table:
    columns = {column.name: column for column in columns_of(name)}
    found = parse_parquet(data, where, columns)
    issues += check_header(name, found.names)
    cells = {
        column: read_cells(columns[column], values)
        for column, values in found.cells.items()
    }
    return Table(name, found.length, cells)


def save_folder(
    scenario: Scenario, path: Path, *, tables: Literal["csv", "parquet"] = "csv"
) -> None:
    """
    Write a scenario to a folder, whole or not at all.

    Parameters
    ----------
    scenario
        What to write.
    path
        The folder; it is made, or replaced if it holds nothing but a scenario.
    tables
        How tables are written; Parquet needs ``pyarrow``.

    Raises
    ------
    InputError
        If the policy has no JSON form, the folder holds other files, or cannot be
        written.
    """
    _refuse_strangers(path)
    head = {"format": FORMAT, "name": scenario.name}
    if scenario.network.time_zone is not None:
        head["time_zone"] = scenario.network.time_zone
    files = {
        "scenario.json": _dump(head),
        "policy.json": _dump(policy_to_dict(scenario.policy)),
    }
    for entry in _NESTED:
        rows = getattr(scenario.network, entry.name)
        if not entry.is_left_out(len(rows)):
            text = _dump([row.model_dump(mode="json") for row in rows])
            files[f"{entry.name}.json"] = text
    promised = scenario.inventory.promised()
    if not promised.is_empty:
        files["promised.json"] = _dump(
            promised.model_dump(mode="json", exclude_defaults=True)
        )
    write = _write_csv if tables == "csv" else _write_parquet
    for name, table in tables_of(scenario).items():
        files[f"{name}.{tables}"] = write(table)
    write_folder(path, files)


def _refuse_strangers(path: Path) -> None:
    ours = {f"{name}.{ending}" for name in COLUMNS for ending in _ENDINGS}
    ours.update(_JSON_FILES)
    if strange := sorted(names_in(path) - ours):
        text = f"holds {strange[0]!r}, which is no part of a scenario"
        raise InputError([Issue("not_a_scenario", str(path), text)])


def _dump(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()


def _write_csv(table: Table) -> bytes:
    columns = [map(write_text_cell, cells) for cells in table.cells.values()]
    rows = [tuple(table.cells), *zip(*columns, strict=True)]
    return plain_csv_text(rows, ends="\r\n").encode()


def _write_parquet(table: Table) -> bytes:
    arrow, parquet = load_pyarrow(f"{table.name}.parquet")
    kinds: Mapping[str, Any] = {
        "id": arrow.string(),
        "words": arrow.string(),
        "number": arrow.float64(),
        "numbers": arrow.string(),
        "integer": arrow.int64(),
        "flag": arrow.bool_(),
        "time": arrow.timestamp("us", tz="UTC"),
        "date": arrow.string(),
        "object": arrow.string(),
    }

    def column_of(column: Column) -> Any:  # noqa: ANN401 - pyarrow has no types
        return arrow.array(table.cells[column.name], type=kinds[column.dtype])

    columns = {column.name: column_of(column) for column in COLUMNS[table.name]}
    file = io.BytesIO()
    parquet.write_table(arrow.table(columns), file)
    return file.getvalue()
