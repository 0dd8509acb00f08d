"""
Inputs that are almost right: ``python -m benchmarks.mutants [--count N] [--first N]``.

Each mutant is made from good JSON, CSV, Parquet, policies or results by its number, and
likewise from a scenario with dates, its tables, its results and what happens to them.
None may end in a traceback, or with a status that is not documented.
"""

from __future__ import annotations

import argparse
import copy
import io
import json
import math
import random
import resource
import sys
import tempfile
import traceback
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from benchmarks import dated_case
from domroute.cli import main as domroute
from domroute.files.policy import policy_to_dict
from domroute.instances import load
from domroute.jsonio import load_scenario, save_scenario, scenario_to_json

STATUSES = frozenset((0, 1, 2, 130))
PLAIN = ("json", "json", "csv", "parquet", "policy", "results")
DATED = ("dated", "dated", "dated", "dated_tables", "events", "dated_results")
_MARKS = (b"\0", b'"', b",", b"\xef\xbb\xbf", b"\r", b"[" * 9000, b"{", b"\n")


def nested(depth):
    """Make a list in a list in a list."""
    value = []
    for _ in range(depth):
        value = [value]
    return value


JUNK = (
    None, True, False, -1, 0, 1, 0.5, -0.0, 1e-320, 1e308, -1e308, math.nan, math.inf,
    -math.inf, 2**31, 2**53 + 1, 2**63, 10**13, 10**400, "", " ", "\0", "\ud800", "N1",
    "=1+1", "'=1", "\u0661", "1_0", "0x10", "1e999", "nan", "x" * 300, "x" * 100_000,
    "\u202e", "[", "[" * 5000, "a|b", "|", [], {}, [[]], [None], [1, "a"], nested(50),
    nested(400), {"a": {"b": {}}}, {"": 1}, {"k" * 10_000: 1}, "2026-02-30T12:00:00Z",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-01-01", "12:00",
    -62135596800, 253402300800, 1e20, "ship", "pickup", "store", "orders", "parcel",
)  # fmt: skip
"""What stands where something else should."""


def small():
    """Take a small part of a bundled scenario, as raw values."""
    value = json.loads(scenario_to_json(load("tiny")))
    value["orders"] = value["orders"][:3]
    value["policy"] = policy_to_dict(load("tiny").policy) | {
        "rules": [
            {"rule": "max_distance", "km": 4000.0},
            {"rule": "excluded_nodes", "nodes": {"kinds": ["vendor"]}, "price": 3.0},
            {"rule": "safety_stock", "units": 1.0, "nodes": {"kinds": ["store"]}},
        ],
        "splits": {"max_shipments": 3, "split_price": 1.0},
    }
    value["services"] = [
        {
            "id": "parcel",
            "rate_card": {"weights_kg": [1, 50], "rates": [[5, 6], [70, 90]]},
            "zones": {"kind": "distance", "bands_km": [800]},
        }
    ]
    order, node = value["orders"][0], value["nodes"][0]["id"]
    line = order["lines"][0]["id"]
    value["quotes"] = {
        "shipments": [{"order": order["id"], "node": node, "cost": 5.0}],
        "units": [{"order": order["id"], "line": line, "node": node, "cost": 1.0}],
    }
    return value


def places(value, path=()):
    """Yield the path to every value within a value."""
    yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*path, key))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from places(part, (*path, at))


def put(rng, value):
    """Change one place of raw values: junk, nothing, something strange or twice."""
    spots = [path for path in places(value) if path]
    if not spots:
        return
    *outer, last = rng.choice(spots)
    here = value
    for part in outer:
        here = here[part]
    way = rng.randrange(6)
    if way <= 2:
        here[last] = copy.deepcopy(rng.choice(JUNK))
    elif way == 3:
        del here[last]
    elif way == 4 and isinstance(here, list):
        here.extend([here[last]] * rng.choice((1, 2, 50)))
    elif isinstance(here, dict):
        here[rng.choice(("x", "", "k" * 3000, "id", "term", "rule"))] = here[last]


def bitten(rng, data):
    """Change bytes of a text: flipped, cut, doubled, or put in."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(len(data) + 1)
        size = rng.choice((1, 1, 3, 50))
        way = rng.randrange(6)
        if way == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif way == 1:
            del data[at : at + size]
        elif way == 2:
            data[at:at] = data[at : at + size] * rng.choice((1, 2, 100))
        elif way == 3:
            data[at:at] = rng.randbytes(size)
        elif way == 4:
            data[at:at] = rng.choice(_MARKS)
        elif rng.random() < 0.1:
            del data[at:]
    return bytes(data)


def mutated_json(rng, value):
    """Change raw values, their text, or both."""
    value = copy.deepcopy(value)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
        put(rng, value)
    data = json.dumps(value).encode()
    return data if rng.random() < 0.6 else bitten(rng, data)


def mutated_csv(rng, data):
    """Change cells of a table, its bytes, or both."""
    rows = [line.split(",") for line in data.decode().splitlines()]
    for _ in range(rng.choice((0, 1, 1, 2))):
        row = rng.choice(rows)
        row[rng.randrange(len(row))] = str(rng.choice(JUNK))
    text = "\n".join(",".join(row) for row in rows)
    data = text.encode("utf-8", "surrogatepass")
    return data if rng.random() < 0.6 else bitten(rng, data)


def mutated_parquet(rng, data):
    """Put a column of another kind into a table, or change its bytes."""
    import pyarrow as pa
    from pyarrow import parquet

    if rng.random() < 0.5:
        return bitten(rng, data)
    table = parquet.read_table(io.BytesIO(data))
    at, size = rng.randrange(table.num_columns), table.num_rows
    kinds = (
        pa.date32(), pa.date64(), pa.time64("us"), pa.timestamp("ns"),
        pa.duration("us"),
        pa.timestamp("us", tz="UTC"), pa.timestamp("ms", tz="Nowhere/Bad"), pa.int8(),
        pa.int64(), pa.float32(), pa.decimal128(38, 3), pa.binary(), pa.large_string(),
        pa.list_(pa.int64()), pa.struct([("a", pa.int64())]), pa.bool_(), pa.uint64(),
    )  # fmt: skip
    kind, value = rng.choice(kinds), rng.choice((0, 1, 2**31 - 1, 2**62, -5))
    try:
        cells = pa.array([value] * size, pa.int64()).cast(kind)
    except pa.ArrowException:
        made = {"list": [[1, None]], "struct": [{"a": 1}]}
        word = str(kind).partition("<")[0]
        cells = pa.array(made.get(word, [None]) * size, kind)
    table = table.set_column(at, rng.choice((table.column_names[at], "x")), cells)
    file = io.BytesIO()
    parquet.write_table(table, file)
    return file.getvalue()


class Makers:
    """Makes mutants in a folder of its own, from good inputs made once."""

    def __init__(self, folder, kinds):
        """Write the good inputs, and read them back; mutants are of some kinds."""
        self.folder, self.kinds = folder, kinds
        self.scenario = small()
        good = folder / "good.json"
        good.write_text(json.dumps(self.scenario))
        for name, kind in (("tables", "csv"), ("columns", "parquet")):
            save_scenario(load("tiny"), folder / name, tables=kind)
        quietly(["route", str(good), "--out", str(folder / "results.json")])
        self.results = json.loads((folder / "results.json").read_text())
        assert quietly(["check", str(good)])[0] == 0
        self._make_dated(folder / "dated.json")

    def _make_dated(self, good):
        """Write the good inputs with dates, likewise."""
        self.dated, self.events = dated_case.scenario(), dated_case.events()
        good.write_text(json.dumps(self.dated))
        save_scenario(load_scenario(good), self.folder / "calendars", tables="csv")
        results, events = (
            self.folder / "dated_results.json",
            self.folder / "events.json",
        )
        events.write_text(json.dumps(self.events))
        quietly(["route", str(good), "--out", str(results)])
        self.dated_results = json.loads(results.read_text())
        assert quietly(["reroute", str(good), str(results), str(events)])[0] in (0, 1)

    def make(self, number):
        """Make a mutant; return its kind and the command that reads it."""
        rng = random.Random(number)
        kind = rng.choice(self.kinds)
        return kind, getattr(self, f"_{kind}")(rng)

    def _json(self, rng):
        file = self.folder / "mutant.json"
        file.write_bytes(mutated_json(rng, self.scenario))
        more = rng.choice(
            ([], ["--reserve"], ["--format", "csv"], ["--format", "text"])
        )
        route = ["route", str(file), "--time-limit", "1", *more]
        return rng.choice((["check", str(file)], route))

    def _table(self, rng, folder, ending, mutate):
        good = sorted(folder.glob(f"*.{ending}"))
        victim = rng.choice(good)
        copied = self.folder / "mutant"
        copied.mkdir(exist_ok=True)
        for old in copied.iterdir():
            old.unlink()
        for file in folder.iterdir():
            data = file.read_bytes()
            (copied / file.name).write_bytes(
                mutate(rng, data) if file == victim else data
            )
        return ["check", str(copied)]

    def _csv(self, rng):
        return self._table(rng, self.folder / "tables", "csv", mutated_csv)

    def _parquet(self, rng):
        return self._table(rng, self.folder / "columns", "parquet", mutated_parquet)

    def _policy(self, rng):
        file = self.folder / "policy.json"
        good = rng.choice(
            (self.scenario["policy"], {"name": "a", "hold_h": 1, "policy": {}})
        )
        file.write_bytes(mutated_json(rng, good))
        return ["replay", str(self.folder / "good.json"), "--policy", str(file)]

    def _results(self, rng):
        file = self.folder / "mutant_results.json"
        file.write_bytes(mutated_json(rng, self.results))
        more = rng.choice(([], ["--reserve"]))
        return ["verify", str(self.folder / "good.json"), str(file), *more]

    def _dated(self, rng):
        file = self.folder / "mutant.json"
        file.write_bytes(mutated_json(rng, self.dated))
        verbs = ("check", "route", "route", "promise", "promise", "batch", "replay")
        verb = rng.choice(verbs)
        if verb == "check":
            return [verb, str(file)]
        form = [] if verb in ("batch", "replay") else ["--format", "text"]
        return [verb, str(file), *self._limit_of(verb), *rng.choice(([], form))]

    @staticmethod
    def _limit_of(verb):
        """Limit what takes long; replays have no limit."""
        return [] if verb == "replay" else ["--time-limit", "1"]

    def _dated_tables(self, rng):
        return self._table(rng, self.folder / "calendars", "csv", mutated_csv)

    def _events(self, rng):
        file = self.folder / "mutant_events.json"
        file.write_bytes(mutated_json(rng, self.events))
        results = self.folder / "dated_results.json"
        return self._reroute(results, file)

    def _dated_results(self, rng):
        file = self.folder / "mutant_results.json"
        file.write_bytes(mutated_json(rng, self.dated_results))
        if rng.random() < 0.5:
            return ["verify", str(self.folder / "dated.json"), str(file)]
        return self._reroute(file, self.folder / "events.json")

    def _reroute(self, results, events):
        good = str(self.folder / "dated.json")
        return ["reroute", good, str(results), str(events), "--time-limit", "1"]


def quietly(argv):
    """Run a command; return its status, and the traceback if it ended in one."""
    out, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        try:
            return domroute(argv), ""
        except BaseException:  # noqa: BLE001 - whatever it is, it is what is sought
            return None, traceback.format_exc()


def main() -> int:
    """Make mutants and run them; print what came of it, by kind and status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", choices=("plain", "dated"))
    asked = parser.parse_args()
    kinds = {"plain": PLAIN, "dated": DATED}.get(asked.only, PLAIN + DATED)
    found, faults = Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        makers = Makers(Path(folder), kinds)
        for number in range(asked.first, asked.first + asked.count):
            kind, argv = makers.make(number)
            status, trace = quietly(argv)
            found[kind, status] += 1
            if status not in STATUSES:
                faults.append((number, argv[0], trace))
                print(number, kind, argv[0], trace[-1500:], flush=True)
    for (kind, status), count in sorted(found.items(), key=str):
        print(f"{kind:13} {status!s:5} {count:6,}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{asked.count:,} mutants, {len(faults)} faults, {most:,.0f} MB at most")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
