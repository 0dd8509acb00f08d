"""The frames of benefits, made of the KPIs of every run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from domroute.replay.kpis import kpi_of
from domroute.whatif.comparison import Comparison
from domroute.whatif.evidence import Side, estimate
from domroute.whatif.intervals import CONFIDENCE
from domroute.whatif.levers import Assumption, Case, Lever
from domroute.whatif.steps import (
    ALL,
    ASSUMPTION_COLUMNS,
    BASE,
    CHANGE_COLUMNS,
    GAIN,
    STEP_COLUMNS,
    TOGETHER,
)

if TYPE_CHECKING:
    import pandas as pd

DAYS_A_YEAR: Final = 365.25


def steps_of(found: Comparison, levers: Sequence[Lever], days: float) -> pd.DataFrame:
    """
    Add up the margin from the base to all levers, step by step; ``STEP_COLUMNS``.

    Parameters
    ----------
    found
        The KPIs of every run.
    levers
        What was tried.
    days
        That a run stands for.
    """
    import pandas as pd

    wide = found.wide()
    (evidence,) = found.evidence.values()
    margin = {
        str(name): part["contribution_margin"].to_numpy(float)
        for name, part in wide.groupby("tactic", sort=False)
    }
    is_base = wide["tactic"] == BASE
    orders = wide.loc[is_base, "orders"].to_numpy(float)
    seeds = wide.loc[is_base, "seed"].tolist()
    base, everything = margin[BASE], margin[ALL]
    gains = [(lever.name, lever.title, margin[lever.name] - base) for lever in levers]
    alone = np.sum([gain for _, _, gain in gains], axis=0)
    names = [lever.name for lever in levers]
    # What each step is made of: the margins of cases, added and taken off.
    signs = {name: {name: 1.0, BASE: -1.0} for name in names}
    signs[TOGETHER] = {ALL: 1.0, BASE: len(names) - 1.0} | dict.fromkeys(names, -1.0)
    signs |= {BASE: {BASE: 1.0}, GAIN: {ALL: 1.0, BASE: -1.0}, ALL: {ALL: 1.0}}
    rows = [
        (BASE, "As it is", False, base),
        *((name, title, True, gain) for name, title, gain in gains),
        (TOGETHER, "Done together", True, everything - base - alone),
        (GAIN, "All of it", True, everything - base),
        (ALL, "With all of it", False, everything),
    ]
    made = []
    for name, title, is_change, amount in rows:
        sides = [Side(evidence, case, sign) for case, sign in signs[name].items()]
        per_order, in_all = (
            estimate(kpi, dict(zip(seeds, values.tolist(), strict=True)), sides)
            for kpi, values in (
                ("margin_per_order", amount / orders),
                ("contribution_margin", amount),
            )
        )
        year = in_all.interval.times(DAYS_A_YEAR / days)
        made.append(
            (
                *(name, title, is_change),
                *(per_order.interval.mean, per_order.interval.low),
                *(per_order.interval.high, year.mean, year.low, year.high),
                *(per_order.agree, len(seeds), per_order.draws),
                str(per_order.basis),
            )
        )
    return pd.DataFrame(made, columns=list(STEP_COLUMNS))


def changes_of(found: Comparison, names: list[str]) -> pd.DataFrame:
    """
    Say how each KPI changes with each case; ``CHANGE_COLUMNS``.

    Parameters
    ----------
    found
        The KPIs of every run.
    names
        Of the cases.
    """
    import pandas as pd

    paired = found.paired(BASE)
    rows = []
    for name in names:
        for row in paired[paired["tactic"] == name].to_dict("records"):
            kpi = kpi_of(str(row["kpi"]))
            base, change = float(row["mean"]), float(row["difference"])
            ends = (change, row["low"], row["high"], row["agree"])
            rows.append(
                (name, row["kpi"], kpi.unit, kpi.better, base, base + change, *ends)
            )
    return pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))


def assumptions_of(
    first: Case,
    levers: Sequence[Lever],
    found: Comparison,
    seeds: Sequence[int],
    days: float,
) -> pd.DataFrame:
    """
    List every number that the result rests on; ``ASSUMPTION_COLUMNS``.

    Parameters
    ----------
    first
        The base.
    levers
        What was tried.
    found
        The KPIs of every run.
    seeds
        Of the runs.
    days
        That a run stands for.
    """
    import pandas as pd

    network, world, tactic = first.scenario.network, first.world, first.tactic
    wide = found.wide()
    orders = wide.loc[wide["tactic"] == BASE, "orders"].mean()
    stated = [
        Assumption("nodes", len(network.nodes), "nodes"),
        Assumption("orders in a run, on average", float(orders), "orders"),
        Assumption("days of trade that a run stands for", days, "days"),
        Assumption("days in a year", DAYS_A_YEAR, "days"),
        Assumption("runs of each case", len(seeds), "runs"),
        Assumption("confidence of the intervals", CONFIDENCE, "share"),
        Assumption("time from routing until a shipment leaves", world.pick_h, "hours"),
        Assumption("distance a parcel goes in a day", world.km_per_day, "kilometers"),
    ]
    if tactic.hold_h > 0:
        stated.append(Assumption("time between batches", tactic.hold_h, "hours"))
    for what, shares in (
        ("shipments that nodes refuse", world.rejects),
        ("lines of which nodes find nothing", world.short_picks),
    ):
        stated += [
            Assumption(f"{what}, of kind {kind}", share, "share")
            for kind, share in sorted(shares.items())
        ]
    returns = world.returns
    if returns is not None:
        stated += [
            Assumption("delivered units that come back", returns.share, "share"),
            Assumption("returned units brought to stores", returns.in_store, "share"),
            Assumption("returned units sold again", returns.resalable, "share"),
            Assumption("cost of a unit sent back", returns.parcel_cost, "money"),
            Assumption("cost of a unit brought back", returns.store_cost, "money"),
        ]
    rows = [(BASE, a.what, a.value, a.unit) for a in stated]
    rows += [
        (lever.name, a.what, a.value, a.unit)
        for lever in levers
        for a in lever.assumptions
    ]
    frame = pd.DataFrame(rows, columns=list(ASSUMPTION_COLUMNS))
    return frame.astype({"value": float})
