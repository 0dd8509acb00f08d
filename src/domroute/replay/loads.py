"""How much of what nodes can do in a day was asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domroute.arguments import checked
from domroute.network import Network
from domroute.replay.measures import Frames, Measured
from domroute.words import Measure

if TYPE_CHECKING:
    import pandas as pd

LOAD_COLUMNS: Final = ("node", "kind", "day", "measure", "used", "limit", "share")
"""The columns of :func:`capacity_used`."""


@checked
def capacity_used(outcome: Measured, network: Network) -> pd.DataFrame:
    """
    Set what was asked of every limited node, day by day, beside its limit.

    A day is one of UTC, on which capacity starts anew. What a node was sent and then
    refused, or was canceled, does not count. Limits of working days are left out: what
    is worked on when is another matter than what was routed then.

    Parameters
    ----------
    outcome
        What came of a replay.
    network
        Who has limits: that of the scenario.

    Returns
    -------
    pd.DataFrame
        ``LOAD_COLUMNS``: a row per capacity of a node and day from the first order
        routed to the last. ``used`` is what was routed there that day, ``share`` of the
        limit; both NaN where that counts workload, which an outcome does not hold.
    """
    import pandas as pd

    frames = Frames.of(outcome)
    limited = [(node, one) for node in network.nodes for one in node.period_limits]
    sent = frames.sent.merge(
        frames.standing[["shipment", "node", "routed_at"]], on="shipment"
    )
    if not limited or sent.empty:
        return pd.DataFrame([], columns=list(LOAD_COLUMNS))
    sent["day"] = sent["routed_at"].dt.floor("D")
    days = pd.date_range(sent["day"].min(), sent["day"].max(), freq="D")
    rows = []
    for node, capacity in limited:
        limit, measure = capacity.limit, capacity.measure
        mine = sent[sent["node"] == node.id].groupby("day")
        if measure is Measure.ORDERS:
            # However many shipments it takes there, an order is one.
            counts = mine["order"].nunique()
        elif measure is Measure.LINES:
            counts = mine.size()
        elif measure is Measure.UNITS:
            counts = mine["quantity"].sum()
        else:
            counts = pd.Series(float("nan"), index=days)
        for day, used in counts.reindex(days, fill_value=0).items():
            share = used / limit if limit else float("nan")
            rows.append((node.id, node.kind, day, str(measure), used, limit, share))
    return pd.DataFrame(rows, columns=list(LOAD_COLUMNS))
