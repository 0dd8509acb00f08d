"""The key figures of a run: money, units, shipments, time and stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domroute.reasons import Reason
from domroute.replay.measures import Frames, ratio, worth
from domroute.replay.registry import Figures, kpi
from domroute.words import Method

if TYPE_CHECKING:
    import pandas as pd

_UNKNOWN: Final = float("nan")
_STOCK_OUTS: Final = (
    Reason.OUT_OF_STOCK,
    Reason.NOT_ENOUGH_STOCK,
    Reason.PINNED_NODE_SHORT,
    Reason.PICKUP_NODE_SHORT,
    Reason.LINE_NOT_SPLITTABLE,
)
_COLLECTED: Final = tuple(method for method in Method if method.is_collected)
_DAYS_A_YEAR: Final = 365.25


@kpi("orders placed", "orders", None, "orders")
def orders(f: Frames) -> float:
    """Rows of `orders`."""
    return float(len(f.orders))


@kpi("shipments", "shipments", None, "orders", "shipments", "nodes")
def shipments(f: Frames) -> float:
    """
    Rows of `shipments` that stand: neither rejected nor canceled.

    Every other KPI that speaks of shipments means these.
    """
    return float(len(f.standing))


@kpi("revenue", "money", "high", "orders", "shipments", "nodes")
def revenue(f: Frames) -> float:
    """Sum of quantity times unit_price in `contents` of shipments."""
    return worth(f.sent, "unit_price")


@kpi("refunds", "money", "low", "orders", "nodes")
def refunds(f: Frames) -> float:
    """Sum of quantity in `returns` times unit_price of the line."""
    return worth(f.came_back, "unit_price")


@kpi("cost of goods", "money", None, "orders", "nodes")
def goods_cost(f: Frames) -> float:
    """
    Sum of quantity times unit_cost in `contents` of shipments.

    Less that of the units in `returns` that go back to stock.
    """
    back = f.came_back[f.came_back["to_stock"].astype(bool)]
    return worth(f.sent, "unit_cost") - worth(back, "unit_cost")


@kpi("cost to serve", "money", "low", "orders", "shipments", "nodes")
def cost_to_serve(f: Frames) -> float:
    """
    Sum of amount in `costs` that somebody is paid.

    That is without the terms that only weigh a choice, as by what stock is worth, and
    without penalties.
    """
    return float(f.cash["amount"].sum())


@kpi("penalties", "money", "low", "orders", "shipments", "nodes")
def penalties(f: Frames) -> float:
    """
    Sum of amount in `costs` that nobody is paid, though plans are judged by it.

    That is the terms unfilled, incomplete and split, and the prices of soft rules.
    """
    return float(f.paid["amount"].sum() - f.cash["amount"].sum())


@kpi("cost and penalties", "money", "low", "orders", "shipments", "nodes")
def total_cost(f: Frames) -> float:
    """cost_to_serve + penalties: what plans are judged by."""
    return float(f.paid["amount"].sum())


@kpi("cost by term", "money", "low", "orders", "shipments", "nodes")
def cost(f: Frames) -> Figures:
    """Sum of amount in `costs` by term, with those that are no cost to serve."""
    return _sums(f.costs, "term", "amount")


@kpi("cost to serve per order", "money", "low", "orders", "shipments", "nodes")
def cost_per_order(f: Frames) -> float:
    """cost_to_serve / orders with at least one shipment."""
    return ratio(cost_to_serve(f), f.standing["order"].nunique())


@kpi("cost to serve per unit", "money", "low", "orders", "shipments", "nodes")
def cost_per_unit(f: Frames) -> float:
    """cost_to_serve / units in `shipments`."""
    return ratio(cost_to_serve(f), float(f.standing["units"].sum()))


@kpi("contribution margin", "money", "high", "orders", "nodes")
def contribution_margin(f: Frames) -> float:
    """Revenue - refunds - goods_cost - cost_to_serve."""
    return revenue(f) - refunds(f) - goods_cost(f) - cost_to_serve(f)


@kpi("contribution margin per order", "money", "high", "orders")
def margin_per_order(f: Frames) -> float:
    """contribution_margin / orders."""
    return ratio(contribution_margin(f), len(f.orders))


@kpi("units filled", "share", "high", "orders")
def fill_rate(f: Frames) -> float:
    """Sum of filled / sum of units - canceled in `orders`."""
    wanted = f.orders["units"] - f.orders["canceled"]
    return ratio(float(f.orders["filled"].sum()), float(wanted.sum()))


@kpi("orders filled whole", "share", "high", "orders")
def whole_rate(f: Frames) -> float:
    """Orders with filled ≥ units - canceled / orders with units > canceled."""
    wanted = f.orders["units"] - f.orders["canceled"]
    whole = (wanted > 0) & (f.orders["filled"] >= wanted)
    return ratio(float(whole.sum()), float((wanted > 0).sum()))


@kpi("units left unfilled", "units", "low", "orders")
def unfilled_units(f: Frames) -> float:
    """Sum of quantity in `unfilled`."""
    return float(f.unfilled["quantity"].sum())


@kpi("units left unfilled by reason", "units", "low", "orders")
def unfilled(f: Frames) -> Figures:
    """Sum of quantity in `unfilled` by reason."""
    return _sums(f.unfilled, "reason", "quantity")


@kpi("units lost to stock-outs", "units", "low", "orders")
def stockout_units(f: Frames) -> float:
    """
    Sum of quantity in `unfilled` of the reasons that say there was too little stock.

    They are out_of_stock, not_enough_stock, pinned_node_short, pickup_node_short and
    line_not_splittable.
    """
    short = f.unfilled["reason"].isin(_STOCK_OUTS)
    return float(f.unfilled["quantity"][short].sum())


@kpi("margin of what stays unfilled", "money", "low", "orders")
def lost_margin(f: Frames) -> float:
    """Sum of quantity times (unit_price - unit_cost) in `unfilled`."""
    return worth(f.unfilled, "unit_price") - worth(f.unfilled, "unit_cost")


@kpi("shipments per order", "shipments", "low", "orders")
def shipments_per_order(f: Frames) -> float:
    """Shipments / orders with at least one."""
    return ratio(len(f.standing), f.standing["order"].nunique())


@kpi("orders that were split", "share", "low", "orders")
def split_rate(f: Frames) -> float:
    """Orders with more than one shipment / orders with at least one."""
    counts = f.standing["order"].value_counts()
    return ratio(float((counts > 1).sum()), len(counts))


@kpi("shipments on time", "share", "high", "orders", "shipments", "nodes")
def on_time_rate(f: Frames) -> float:
    """
    Shipments delivered by their need_by / shipments delivered that have one.

    It looks at what was sent alone; on_time_share counts what was never sent as well.
    """
    if "need_by" not in f.standing:
        return _UNKNOWN
    done = f.standing[f.standing["status"] == "delivered"]
    done = done[done["need_by"].notna()]
    return ratio(float((done["delivered_at"] <= done["need_by"]).sum()), len(done))


@kpi("lead time, mean", "hours", "low", "orders")
def lead_h_mean(f: Frames) -> float:
    """Mean of lead_h in `orders`: from placed to the last delivery."""
    return float(f.orders["lead_h"].mean())


@kpi("lead time, median", "hours", "low", "orders")
def lead_h_p50(f: Frames) -> float:
    """Median of lead_h in `orders`."""
    return float(f.orders["lead_h"].median())


@kpi("lead time, 95th percentile", "hours", "low", "orders")
def lead_h_p95(f: Frames) -> float:
    """95th percentile of lead_h in `orders`, in proportion between neighbors."""
    return float(f.orders["lead_h"].quantile(0.95))


@kpi("distance per shipment", "kilometers", "low", "orders", "shipments", "nodes")
def km_per_shipment(f: Frames) -> float:
    """Mean of distance_km in `shipments` that no customer collects."""
    carried = ~f.standing["method"].isin(_COLLECTED)
    return float(f.standing["distance_km"][carried].mean())


@kpi("units by kind of node", "share", None, "orders", "shipments")
def share_from(f: Frames) -> Figures:
    """Units in `shipments` from nodes of a kind / units in `shipments`."""
    return _shares(f.standing, "kind", "units")


@kpi("units by method", "share", None, "orders", "nodes")
def share_by(f: Frames) -> Figures:
    """Units in `shipments` of a delivery method / units in `shipments`."""
    return _shares(f.standing, "method", "units")


@kpi("rejections", "rejections", "low", "orders", "nodes")
def rejections(f: Frames) -> float:
    """Rows of `rejections`."""
    return float(len(f.rejections))


@kpi("rejections by cause", "rejections", "low", "orders", "nodes")
def rejections_by(f: Frames) -> Figures:
    """Rows of `rejections` by cause."""
    counts = f.rejections["cause"].value_counts()
    return {str(cause): float(count) for cause, count in counts.items()}


@kpi("orders routed again", "share", "low", "orders")
def reroute_rate(f: Frames) -> float:
    """Orders with attempts > 1 / orders with attempts > 0."""
    attempts = f.orders["attempts"]
    return ratio(float((attempts > 1).sum()), float((attempts > 0).sum()))


@kpi("units returned", "share", "low", "orders", "nodes")
def return_rate(f: Frames) -> float:
    """Sum of quantity in `returns` / units in `shipments` that were delivered."""
    done = f.standing["status"] == "delivered"
    units = float(f.standing["units"][done].sum())
    return ratio(float(f.returns["quantity"].sum()), units)


@kpi("inventory turns a year", "turns", "high", "nodes")
def inventory_turns(f: Frames) -> float:
    """
    Units in `shipments` that left a year / units in `stock` on a mean day.

    A year is 365.25 days, and the run's are counted from its start to its end.
    """
    left = f.standing["status"].isin(("delivered", "in_transit"))
    units = float(f.standing["units"][left].sum())
    held = float(f.stock.groupby("at")["units"].sum().mean())
    return ratio(units * _DAYS_A_YEAR, held * f.days)


@kpi("imbalance of stock", "ratio", "low", "nodes")
def imbalance(f: Frames) -> float:
    """
    Spread of units in `stock` over the nodes of a kind.

    That is standard deviation / mean; of these the mean over days and kinds, each by
    its number of nodes. Kinds of one node, and days without stock, do not count.
    """
    rows = f.stock.groupby(["at", "kind"])["units"].agg(["size", "mean", "std"])
    rows = rows[(rows["size"] > 1) & (rows["mean"] > 0)]
    # Of all nodes there are, not of a sample of them: divide by n, not by n - 1.
    spread = rows["std"] * ((rows["size"] - 1) / rows["size"]) ** 0.5 / rows["mean"]
    return ratio(float((spread * rows["size"]).sum()), float(rows["size"].sum()))


@kpi("nodes without stock", "share", "low", "nodes")
def empty_rate(f: Frames) -> float:
    """Rows of `stock` with no units / rows of `stock`."""
    return ratio(float((f.stock["units"] <= 0).sum()), len(f.stock))


@kpi("computing per order, mean", "milliseconds", "low")
def ms_per_order(f: Frames) -> float:
    """1000 times sum of seconds / sum of orders in `decisions`."""
    total = float(f.decisions["seconds"].sum()) * 1000
    return ratio(total, float(f.decisions["orders"].sum()))


@kpi("computing per order, 95th percentile", "milliseconds", "low")
def ms_per_order_p95(f: Frames) -> float:
    """1000 times seconds / orders in `decisions`, which 95 % of orders keep within."""
    rows = f.decisions[f.decisions["orders"] > 0]
    if rows.empty:
        return _UNKNOWN
    each = (1000 * rows["seconds"] / rows["orders"]).sort_values()
    share = rows["orders"][each.index].cumsum() / rows["orders"].sum()
    return float(each[share >= 0.95 - 1e-12].iloc[0])


def _sums(frame: pd.DataFrame, by: str, column: str) -> dict[str, float]:
    sums = frame.groupby(by)[column].sum()
    return {str(name): float(amount) for name, amount in sums.items()}


def _shares(frame: pd.DataFrame, by: str, column: str) -> dict[str, float]:
    total = float(frame[column].sum())
    sums = _sums(frame, by, column)
    return {name: amount / total for name, amount in sums.items()} if total else {}
