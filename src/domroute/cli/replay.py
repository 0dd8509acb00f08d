"""The verb ``replay``: tactics over a scenario, and the tables that come of them."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import ValidationError

from domroute.cli.console import Errors, write_out
from domroute.cli.ending import NOTHING, OK
from domroute.cli.options import add_progress, add_scenario, whole
from domroute.cli.reading import scenario_of
from domroute.errors import InputError, Issue
from domroute.events import Event
from domroute.files.csvtext import frame_text
from domroute.files.disk import (
    check_folder_writable,
    kind_of,
    names_in,
    read_bytes,
    write_folder,
)
from domroute.files.jsontext import parse_json
from domroute.policy import Policy
from domroute.replay import Outcome, Replay, Tactic, World
from domroute.replay.kpis import kpi_of, kpis_of
from domroute.replay.opening import check_tactic
from domroute.replay.placing import placed
from domroute.replay.registry import Kpi
from domroute.scenario import Scenario
from domroute.streams.history import history_from_folder
from domroute.tables import html_pairs, html_table, text_table
from domroute.validation import Frozen, issues_from
from domroute.whatif.comparison import SHOWN, Comparison, comparison_of

if TYPE_CHECKING:
    import pandas as pd

HELP = "run the orders of a scenario, or a history, again"
REPORT: Final = "report.html"
T = TypeVar("T", bound=Frozen)
_SAFE: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_. ")
_PLAIN: Final = ("money", "share", "shipments")
"""Units that go without saying."""
_MOST: Final = 80
"""Characters of a tactic's name in the names of its files."""
_LARGE: Final = 10_000
"""From here on, cents are not worth saying."""
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto}"
    "table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:left;"
    "border-bottom:1px solid #ddd}td+td{font-variant-numeric:tabular-nums}"
)


def add_options(command: argparse.ArgumentParser) -> None:
    """Take what is run, and by which tactics."""
    add_scenario(command)
    command.add_argument(
        "--policy",
        action="append",
        metavar="FILE",
        help="a policy, or a tactic around one, as JSON; may be repeated "
        "(default: the scenario's own)",
    )
    command.add_argument(
        "--history",
        metavar="FOLDER",
        help="tables of what happened (default: the scenario's own orders)",
    )
    command.add_argument(
        "--world", metavar="FILE", help="what is assumed after routing, as JSON"
    )
    command.add_argument(
        "--seed", type=whole, default=0, metavar="N", help="of the luck (default: 0)"
    )
    command.add_argument(
        "--out", metavar="FOLDER", help="write all tables and a report here"
    )
    add_progress(command)


def run(arguments: argparse.Namespace) -> int:
    """Run them all."""
    outcomes = _replay_all(scenario_of(arguments.scenario), arguments)
    return (
        OK if any(outcome.orders["filled"].any() for outcome in outcomes) else NOTHING
    )


def _replay_all(scenario: Scenario, arguments: argparse.Namespace) -> list[Outcome]:
    """
    Run a scenario by every tactic asked for, and write what came of it.

    Parameters
    ----------
    scenario
        What to run.
    arguments
        The options.

    Returns
    -------
    list of Outcome
        One for each tactic.

    Raises
    ------
    InputError
        If a file is not what it should be. All faults of all of them are listed.
    """
    out = None if arguments.out is None else Path(arguments.out)
    issues: list[Issue] = []
    tactics = _gather(issues, lambda: _tactics(scenario, arguments.policy), [])
    world = _gather(issues, lambda: _world(arguments.world), World())
    events = _gather(issues, lambda: _events(scenario, arguments.history), ())
    for tactic in tactics:
        _gather(issues, partial(check_tactic, scenario.network, tactic, world), None)
    if out is not None and (why := _why_not(out)):
        issues.append(Issue("unwritable", arguments.out or "--out", why))
    if issues:
        raise InputError(issues)
    outcomes: list[Outcome] = []
    for tactic in tactics:
        replay = Replay(scenario, events, tactic, world=world, seed=arguments.seed)
        with _shown(tactic.name, is_forced=arguments.progress) as show:
            outcomes.append(replay.run(progress=show))
    found = [kpis_of(outcome) for outcome in outcomes]
    comparison = comparison_of(
        ((outcome.scenario, outcome.tactic, outcome.seed), kpis)
        for outcome, kpis in zip(outcomes, found, strict=True)
    )
    if out is not None:
        files = _files(outcomes, comparison)
        write_folder(out, {name: text.encode() for name, text in files})
    write_out(_words(comparison) + "\n")
    return outcomes


def _why_not(out: Path) -> str | None:
    """Say why a report cannot be written there: it takes the place of the folder."""
    if out.is_symlink():
        return "it is no folder"
    try:
        check_folder_writable(out)
        there = names_in(out)
    except InputError as error:
        return error.issues[0].message
    strange = sorted(name for name in there if not name.endswith(".csv"))
    if strange == [REPORT] or not there:
        return None
    name = (strange or sorted(there))[0]
    return f"holds {name!r}, and is no report that could be replaced"


def _gather(issues: list[Issue], read: Callable[[], Any], otherwise: Any) -> Any:  # noqa: ANN401 - whatever is read
    """Read something, and keep its faults for later."""
    try:
        return read()
    except InputError as error:
        issues += error.issues
        return otherwise


def _events(scenario: Scenario, folder: str | None) -> Sequence[Event]:
    if folder is None:
        return placed(scenario)
    if (kind := kind_of(Path(folder))) != "folder":
        text = "there is no such folder" if kind is None else "is a file"
        raise InputError([Issue("not_found", folder or "--history", text)])
    return history_from_folder(Path(folder), scenario.network)


def _world(name: str | None) -> World:
    return World() if name is None else _read(name, World)


def _tactics(scenario: Scenario, names: Sequence[str] | None) -> list[Tactic]:
    if names is None:
        return [Tactic(name="policy", policy=scenario.policy)]
    issues: list[Issue] = []
    made: list[Tactic] = []
    for name in names:
        try:
            tactic = _tactic(name)
        except InputError as error:
            issues += error.issues
            continue
        if any(_slug(tactic.name) == _slug(other.name) for other in made):
            text = f"a tactic is called {tactic.name!r} already; give it another name"
            issues.append(Issue("duplicate_id", name, text))
        made.append(tactic)
    if issues:
        raise InputError(issues)
    return made


def _tactic(name: str) -> Tactic:
    """Read a tactic, or a policy that is called as its file is."""
    raw = _parse(name)
    if isinstance(raw, dict) and set(raw) & set(Tactic.model_fields):
        return _validate(name, {"name": Path(name).stem, **raw}, Tactic)
    return Tactic(name=Path(name).stem, policy=_validate(name, raw, Policy))


def _read(name: str, kind: type[T]) -> T:
    return _validate(name, _parse(name), kind)


def _parse(name: str) -> object:
    raw, issues = parse_json(read_bytes(Path(name)), Path(name).name)
    if issues:
        raise InputError(issues)
    return raw


def _validate(name: str, raw: object, kind: type[T]) -> T:
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        raise InputError(issues_from(error, Path(name).name, raw)) from None


@contextmanager
def _shown(
    name: str, *, is_forced: bool
) -> Iterator[Callable[[int, int], object] | None]:
    """Show how many events have happened; nothing where nobody looks."""
    errors = Errors()
    if not (is_forced or errors.isatty()):
        yield None
        return
    try:
        from tqdm import tqdm
    except ImportError:  # an extra: without it, work is done in silence
        yield None
        return
    with tqdm(desc=name, unit="event", file=errors, mininterval=0.5) as bar:

        def show(done: int, count: int) -> None:
            bar.total = count
            bar.update(done - bar.n)

        yield show


def _files(
    outcomes: Sequence[Outcome], comparison: Comparison
) -> Iterator[tuple[str, str]]:
    yield "kpis.csv", frame_text(comparison.frame)
    for outcome in outcomes:
        for name, frame in outcome.tables.items():
            yield f"{_slug(outcome.tactic)}.{name}.csv", frame_text(frame)
    yield REPORT, _page(outcomes, comparison)


def _slug(name: str) -> str:
    kept = "".join(c if c in _SAFE else "-" for c in name.lower())
    return kept.replace(" ", "-").strip(".")[:_MOST] or "tactic"


def _wide(comparison: Comparison) -> pd.DataFrame:
    return comparison.frame.pivot_table(
        index="kpi", columns="tactic", values="value", sort=False, dropna=False
    )


def _rows_of(wide: pd.DataFrame) -> Iterator[tuple[str, list[float]]]:
    return zip(map(str, wide.index), wide.to_numpy().tolist(), strict=True)


def _words(comparison: Comparison) -> str:
    """Set the figures that matter most side by side."""
    wide = _wide(comparison)
    rows = [
        [_titled(kpi_of(name)), *(_said(kpi_of(name), v) for v in values)]
        for name, values in _rows_of(wide)
        if name in SHOWN
    ]
    return text_table(["", *map(str, wide.columns)], rows)


def _titled(kpi: Kpi) -> str:
    return kpi.label if kpi.unit in _PLAIN else f"{kpi.label} ({kpi.unit})"


def _said(kpi: Kpi, value: float) -> str:
    if math.isnan(value):
        return "-"
    if kpi.unit == "share":
        return f"{value:.2%}"
    return f"{value:,.2f}" if abs(value) < _LARGE else f"{value:,.0f}"


def _page(outcomes: Sequence[Outcome], comparison: Comparison) -> str:
    """Write the report: what was run, every figure, and where it comes from."""
    wide, first = _wide(comparison), outcomes[0]
    rows = []
    for name, values in _rows_of(wide):
        kpi = kpi_of(name)
        member = name.partition(":")[2]
        label = f"{kpi.label}: {member}" if kpi.is_family else kpi.label
        rows.append([label, kpi.unit, *(_said(kpi, v) for v in values), kpi.formula])
    facts = [
        ("scenario", first.scenario),
        ("from", f"{first.start:%Y-%m-%d %H:%M} UTC"),
        ("to", f"{max(one.end for one in outcomes):%Y-%m-%d %H:%M} UTC"),
        ("orders", f"{len(first.orders):,}"),
        ("seed", str(first.seed)),
        *((f"policy of {one.tactic}", one.policy_version) for one in outcomes),
    ]
    head = ["figure", "unit", *map(str, wide.columns), "worked out as"]
    title = f"{first.scenario}, replayed"
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{html_pairs(facts)}"
        "<h2>Key figures</h2><p>All are in <code>kpis.csv</code>; what they are worked "
        "out from is in the tables beside it, one file for each tactic and table.</p>"
        f"{html_table(head, rows)}</body></html>\n"
    )
