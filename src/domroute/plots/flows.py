"""A map of what went where: nodes, customers, and lines as wide as the units."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domroute.batchresult import BatchResult
from domroute.errors import InputError, Issue
from domroute.geography import Location
from domroute.network import Network
from domroute.orders import Order
from domroute.plots.canvas import (
    COLORS,
    GRAY,
    INK,
    MARKERS,
    Point,
    as_written,
    axes_of,
    check_frame,
    check_numbers,
    put_labels,
    refuse,
)
from domroute.replay import Outcome
from domroute.result import RoutingResult
from domroute.scenario import Scenario
from domroute.words import Method

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_FALLEN: Final = ("rejected", "canceled")
_WIDEST, _THINNEST, _UNIT = 5.0, 0.4, 1.5
"""Of lines, in points: the most, the least, and of a unit where there are few."""
_LARGEST, _SMALLEST = 160.0, 20.0
"""Of nodes, in square points."""
_SHRUNK_LEAST: Final = 0.2
"""Of a degree of longitude: a map near a pole would be too narrow to read."""
_WIDTH: Final = 8.5
"""Of a new figure, in inches."""


@as_written
def flow_map(
    flows: Outcome
    | BatchResult
    | RoutingResult
    | Iterable[RoutingResult]
    | pd.DataFrame,
    network: Network | Scenario,
    orders: Iterable[Order] | None = None,
    *,
    cell_deg: float = 1.0,
    labels: int = 6,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw nodes, customers and, between them, lines as wide as the units that went there.

    Parameters
    ----------
    flows
        What was shipped: the outcome of a replay, a batch, results, or a frame with
        the columns ``order``, ``node`` and ``units`` (or ``quantity``), and ``method``
        if anything is collected.
    network
        Where the nodes are; a scenario knows that, and where its customers are.
    orders
        Where the customers are, those of the scenario when not given; orders without
        shipments draw nothing.
    cell_deg
        Customers that live in one square of so many degrees are drawn as one, in
        their middle; zero draws each where it is.
    labels
        How many nodes are named, those with most units first. A name without room is
        left out.
    ax
        Where to draw; a new figure when not given.

    Returns
    -------
    Axes
        Longitude against latitude, as long as they are in the middle of the map.

    Raises
    ------
    InputError
        If a column is missing, nothing was shipped, or an order or node is unknown.
        All faults are listed.

    Notes
    -----
    What is collected has no line: the customer goes there. What is shipped to a store
    ends at that store. An order with several addresses is drawn at its own.

    Examples
    --------
    See :doc:`/notebooks/index`.
    """
    if not 0 <= cell_deg <= 90:  # noqa: PLR2004 - a quarter of the globe
        text = f"{cell_deg!r} should be from 0 to 90"
        raise InputError([Issue("out_of_range", "cell_deg", text)])
    network, orders = _places_of(network, orders)
    table = _table_of(flows)
    known = {order.id: order for order in orders}
    refuse(_unknown(table, network, known))
    ends = _ends(table, network, known, cell_deg)
    ax = axes_of(ax, _size(ends, network))
    most = _draw_lines(ax, ends, network)
    _draw_nodes(ax, table, network)
    _set_axes(ax)
    _add_legend(ax, network, most)
    _name_nodes(ax, table, network, labels)
    return ax


def _places_of(network: object, orders: object) -> tuple[Network, list[Order]]:
    """Tell network and orders from what else may be given in their place."""
    if isinstance(network, Scenario):
        orders = network.orders if orders is None else orders
        network = network.network
    issues = []
    if not isinstance(network, Network):
        text = f"{type(network).__name__} should be a Network or a Scenario"
        issues.append(Issue("wrong_type", "network", text))
    made: list[Any] = list(orders) if isinstance(orders, Iterable) else []
    if orders is None:
        issues.append(Issue("missing", "orders", "say where the customers are"))
    elif not all(isinstance(order, Order) for order in made) or not made:
        text = f"{type(orders).__name__} should be a list of orders"
        issues.append(Issue("wrong_type", "orders", text))
    if issues or not isinstance(network, Network):
        raise InputError(issues)
    return network, made


def _table_of(
    flows: Outcome
    | BatchResult
    | RoutingResult
    | Iterable[RoutingResult]
    | pd.DataFrame,
) -> pd.DataFrame:
    """Return order, node, units and method of what was shipped."""
    import pandas as pd

    if isinstance(flows, Outcome):
        frame = flows.tables["shipments"]
        frame = frame[~frame["status"].isin(_FALLEN)]
    elif isinstance(flows, pd.DataFrame):
        frame = flows
    elif isinstance(flows, (BatchResult, RoutingResult)):
        frame = flows.to_frame()
    else:
        parts = [result.to_frame() for result in flows]
        frame = pd.concat(parts) if parts else pd.DataFrame(columns=["order", "node"])
    if "units" not in frame.columns and "quantity" in frame.columns:
        frame = frame.rename(columns={"quantity": "units"})
    columns = ["order", "node", "units"]
    refuse(
        [
            *check_frame(frame, "flows", columns),
            *check_numbers(frame, "flows", ["units"]),
        ]
    )
    if "method" not in frame.columns:
        frame = frame.assign(method=str(Method.SHIP))
    # What stays unfilled has a row without a node.
    frame = frame.loc[frame["node"].notna(), [*columns, "method"]]
    if frame.empty:
        refuse([Issue("empty", "flows", "has no shipments to draw")])
    text = f"is not one of {', '.join(Method)}"
    refuse(
        [
            Issue("unknown_value", "flows.method", f"{word!r} {text}")
            for word in frame["method"].unique()
            if word not in list(Method)
        ]
    )
    return frame.groupby(["order", "node", "method"])["units"].sum().reset_index()


def _unknown(
    table: pd.DataFrame, network: Network, orders: Mapping[str, Order]
) -> list[Issue]:
    nodes = {node.id for node in network.nodes}
    text = "is not in the"
    return [
        Issue("unknown_id", "flows.node", f"{name!r} {text} network")
        for name in table["node"].unique()
        if name not in nodes
    ] + [
        Issue("unknown_id", "flows.order", f"{name!r} {text} orders given")
        for name in table["order"].unique()
        if name not in orders
    ]


def _ends(
    table: pd.DataFrame,
    network: Network,
    orders: Mapping[str, Order],
    cell_deg: float,
) -> pd.DataFrame:
    """Return where lines begin and end, and the units of each; collected ones not."""
    import numpy as np
    import pandas as pd

    places = {node.id: node.location for node in network.nodes}
    rows = []
    for order, node, method, units in table.itertuples(index=False):
        place = _destination(orders[order], Method(method), places)
        if place is not None:
            rows.append((node, place.lat, place.lon, float(units)))
    ends = pd.DataFrame(rows, columns=["node", "lat", "lon", "units"])
    if cell_deg and len(ends):
        cells = [np.floor(ends[name] / cell_deg) for name in ("lat", "lon")]
        for name in ("lat", "lon"):
            ends[name] = ends.groupby(cells)[name].transform("mean")
    return ends.groupby(["node", "lat", "lon"])["units"].sum().reset_index()


def _destination(
    order: Order, method: Method, places: Mapping[str, Location]
) -> Location | None:
    if method.is_collected:
        return None
    ways = [line.delivery or order.delivery for line in order.lines]
    way = next((way for way in ways if way.method is method), order.delivery)
    if method is Method.SHIP_TO_STORE and way.node is not None:
        return places.get(way.node)
    return order.destination or way.to


def _size(ends: pd.DataFrame, network: Network) -> tuple[float, float]:
    """Return the size of a figure (inches) that the map fills."""
    lats = [*ends["lat"], *(node.location.lat for node in network.nodes)]
    lons = [*ends["lon"], *(node.location.lon for node in network.nodes)]
    high, wide = max(lats) - min(lats), max(lons) - min(lons)
    ratio = high / max(wide * _shrink((max(lats) + min(lats)) / 2), 1e-9)
    return _WIDTH, 1.1 + _WIDTH * min(1.0, max(0.25, ratio))


def _shrink(latitude: float) -> float:
    """Return the length of a degree of longitude, in degrees of latitude."""
    return max(_SHRUNK_LEAST, math.cos(math.radians(latitude)))


def _draw_lines(ax: Axes, ends: pd.DataFrame, network: Network) -> float:
    """Draw lines and customers, and return the units of the widest line."""
    from matplotlib.collections import LineCollection

    places = {node.id: node.location for node in network.nodes}
    kinds = {node.id: node.kind for node in network.nodes}
    most = float(ends["units"].max()) if len(ends) else 0.0
    for look in _looks(network):
        part = ends[ends["node"].map(kinds) == look.kind].sort_values("units")
        lines = [
            [(places[node].lon, places[node].lat), (lon, lat)]
            for node, lat, lon in part[["node", "lat", "lon"]].itertuples(index=False)
        ]
        widest = _widest(most)
        widths = [max(_THINNEST, widest * units / most) for units in part["units"]]
        ax.add_collection(
            LineCollection(
                lines, linewidths=widths, colors=look.color, alpha=0.5, zorder=1
            )
        )
    customers = ends[["lon", "lat"]].drop_duplicates()
    ax.scatter(
        customers["lon"],
        customers["lat"],
        s=7,
        color=GRAY,
        linewidth=0,
        zorder=2,
    )
    return most


def _widest(most: float) -> float:
    """Return the width of the widest line (points): of few units it is no beam."""
    return min(_WIDEST, _UNIT * most)


def _draw_nodes(ax: Axes, table: pd.DataFrame, network: Network) -> None:
    units = table.groupby("node")["units"].sum()
    for look in _looks(network):
        nodes = [node for node in network.nodes if node.kind == look.kind]
        ax.scatter(
            [node.location.lon for node in nodes],
            [node.location.lat for node in nodes],
            s=[_node_size(units, node.id) for node in nodes],
            # A node from which nothing came is hollow.
            c=[look.color if node.id in units.index else "white" for node in nodes],
            edgecolor=[INK if node.id in units.index else look.color for node in nodes],
            linewidth=0.8,
            marker=look.marker,
            zorder=3,
        )


def _node_size(units: pd.Series[float], node: str) -> float:
    return _SMALLEST + _LARGEST * float(units.get(node, 0.0)) / float(units.max())


def _set_axes(ax: Axes) -> None:
    ax.set_xlabel("longitude (degrees east)", fontsize="small")
    ax.set_ylabel("latitude (degrees north)", fontsize="small")
    ax.margins(0.04)
    ax.autoscale_view()
    low, high = ax.get_ylim()
    ax.set_aspect(1 / _shrink((low + high) / 2))


def _add_legend(ax: Axes, network: Network, most: float) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=look.marker,
            markersize=7,
            markerfacecolor=look.color,
            markeredgecolor=INK,
            markeredgewidth=0.6,
            label=look.kind,
        )
        for look in _looks(network)
    ]
    if most:
        handles.append(
            Line2D(
                [],
                [],
                linestyle="",
                marker="o",
                markersize=3,
                markerfacecolor=GRAY,
                markeredgewidth=0,
                label="customers",
            )
        )
        words = f"{most:,.0f} unit{'s' * (most != 1)}"
        width = _widest(most)
        handles.append(Line2D([], [], color=GRAY, linewidth=width, label=words))
    ax.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=6,
        frameon=False,
        fontsize="small",
    )


def _name_nodes(ax: Axes, table: pd.DataFrame, network: Network, labels: int) -> None:
    units = table.groupby("node")["units"].sum()
    places = {node.id: node.location for node in network.nodes}
    busiest = units.sort_values(ascending=False, kind="stable").head(max(0, labels))
    points = [
        Point(
            places[name].lon,
            places[name].lat,
            name,
            gap=3.0 + math.sqrt(_node_size(units, name)) / 2,
        )
        for name in map(str, busiest.index)
    ]
    put_labels(ax, points, is_strict=True)


class _Look(NamedTuple):
    kind: str
    color: str
    marker: str


def _looks(network: Network) -> list[_Look]:
    """Return each kind of node with its color and marker, the same for one network."""
    kinds = sorted({node.kind for node in network.nodes})
    count = len(COLORS)
    return [
        _Look(kind, COLORS[at % count], MARKERS[at % count])
        for at, kind in enumerate(kinds)
    ]
