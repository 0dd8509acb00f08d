"""What has become of a stream under a policy: frames, one fact in one place."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, overload

from domroute.answers.explanation import Explanation
from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.replay.groups import Groups
from domroute.replay.measures import VALUE
from domroute.replay.rows import rows_of
from domroute.replay.setting import Setting
from domroute.replay.state import State
from domroute.tables import html_pairs, text_pairs

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "orders": (
        "order",
        "placed_at",
        "routed_at",
        "attempts",
        "channel",
        "tier",
        "lines",
        "units",
        "filled",
        "unfilled",
        "canceled",
        "shipments",
        "revenue",
        "goods_cost",
        "delivered_at",
        "lead_h",
        "distance_km",
    ),
    "shipments": (
        "shipment",
        "order",
        "attempt",
        "node",
        "kind",
        "service",
        "method",
        "routed_at",
        "left_at",
        "delivered_at",
        "distance_km",
        "units",
        "weight_kg",
        "status",
        "is_split",
        "ready_at",
        "ships_at",
        "delivers_on",
        "delivers_at",
        "need_by",
    ),
    "promises": (
        "order",
        "line",
        "placed_at",
        "need_by",
        "units",
        "promised_at",
        "promised_units",
        "promised_on",
        "promised_by",
        "came_units",
        "came_on",
        "came_at",
        "canceled",
        "why",
    ),
    "contents": (
        "shipment",
        "order",
        "line",
        "sku",
        "quantity",
        "unit_price",
        "unit_cost",
    ),
    "costs": ("order", "shipment", "term", "amount", "nature"),
    "unfilled": (
        "order",
        "line",
        "sku",
        "quantity",
        "reason",
        "cost",
        "unit_price",
        "unit_cost",
    ),
    "returns": (
        "order",
        "line",
        "sku",
        "quantity",
        "node",
        "way",
        "at",
        "to_stock",
        "cost",
    ),
    "rejections": ("at", "order", "node", "kind", "units", "is_lost", "cause"),
    "ignored": ("at", "event", "order", "why"),
    "stock": ("at", "node", "kind", "units"),
    "decisions": ("at", "orders", "seconds", "is_wave", "attempt"),
}
"""The tables of an outcome, and their columns, in order."""

_TIMES: Final = (
    "placed_at",
    "routed_at",
    "left_at",
    "delivered_at",
    "at",
    "ready_at",
    "ships_at",
    "delivers_at",
    "need_by",
    "promised_at",
    "promised_by",
    "came_at",
)


class Past(Protocol):
    """Knows how the decisions of a replay came about."""

    def explain(
        self, order_id: str, attempt: int, *, time_limit_s: float | None
    ) -> Explanation:
        """Explain a decision that was taken."""
        ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Outcome:
    """
    What has become of every order, shipment and unit.

    Each table is a frame and an attribute: ``outcome.orders``, ``outcome.shipments``,
    ``promises``, ``contents``, ``costs``, ``unfilled``, ``returns``, ``rejections``,
    ``ignored``, ``stock`` and ``decisions``; :data:`COLUMNS` lists their columns. A
    shipment that is refused in part has status ``rejected``, and what its node keeps is
    a shipment of its own; ``is_split`` is true of each shipment of an order beyond the
    first.

    Where the network gives dates, a shipment has those of its plan (``delivers_at``)
    beside what came of it (``delivered_at``), and ``promises`` has a row for each line
    of the orders that were routed: what was promised then (``promised_by``), what came
    of it (``came_at``; expected, while it is under way) and why they differ (``why``,
    one of :data:`.WORDS`). ``need_by`` is a moment: a date that is asked for ends then.

    Attributes
    ----------
    tactic, policy_version
        What it was run by.
    start, end
        From the first thing that happened to the last.
    flow
        Units received (the opening stock included), on hand, in transit, delivered,
        returned, in inspection and lost.
    tables
        The frames by name.
    past
        What it takes to explain its decisions.
    """

    scenario: str
    tactic: str
    policy_version: str
    seed: int
    start: datetime
    end: datetime
    flow: dict[str, float]
    tables: dict[str, pd.DataFrame]
    past: Past | None = None

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in COLUMNS:
            return self.tables[name]
        message = f"{type(self).__name__!r} has no attribute {name!r}"
        if not name.startswith("_"):
            message += f"; its frames are {', '.join(COLUMNS)}"
        raise AttributeError(message)

    @property
    def cost(self) -> float:
        """The cost of all shipments, returns and unfilled units, in cash."""
        costs = self.tables["costs"]
        return float(costs.loc[costs["nature"] != VALUE, "amount"].sum())

    @overload
    def kpis(self, by: None = None) -> pd.Series[float]: ...

    @overload
    def kpis(self, by: str | Groups) -> pd.DataFrame: ...

    def kpis(self, by: str | Groups | None = None) -> pd.Series[float] | pd.DataFrame:
        """
        Work out every key figure, by name; :data:`.KPIS` defines them.

        Parameters
        ----------
        by
            Groups to take the run apart by, as in :func:`.kpis_by`; the whole run when
            not given.
        """
        from domroute.replay.kpis import kpis_by, kpis_of

        return kpis_of(self) if by is None else kpis_by(self, by)

    @checked
    def explain(
        self, order_id: str, *, attempt: int = 1, time_limit_s: float | None = None
    ) -> Explanation:
        """
        Say why an order was routed as it was, on what there was at that moment.

        The events happen again up to then, with the decisions that were taken and no
        search: the stock, the capacity, the nodes closed and the prices ahead of demand
        are those of the moment. An order of a wave is explained on what there was
        before the wave.

        Parameters
        ----------
        order_id
            The order.
        attempt
            Which of its routings: 1 is the first, and later ones are of the part that
            was asked for again.
        time_limit_s
            Overrides the policy's limit (seconds) on the alternatives.

        Raises
        ------
        InputError
            If there was no such order, or it was not routed so often.

        Notes
        -----
        Nothing is kept of the stock of every moment, so that it takes time in
        proportion to what happened until then.

        Examples
        --------
        >>> from domroute.instances import load
        >>> from domroute.replay import Replay
        >>> outcome = Replay(load("us_retail", size="small")).run()
        >>> print(outcome.explain("o004").sentences[0])
        dc-riverside and store-los-angeles-01 ship: proven cheapest at 44.47.
        """
        orders = self.tables["orders"]
        rows = orders.loc[orders["order"] == order_id, "attempts"]
        if rows.empty:
            text = f"{order_id!r} is not an order of this run"
            raise InputError([Issue("unknown_id", "order_id", text)])
        made = int(rows.iloc[0])
        if not 1 <= attempt <= made:
            most = f"should be from 1 to {made}" if made else "it was never routed"
            raise InputError([Issue("out_of_range", "attempt", f"{attempt} {most}")])
        if self.past is None:
            text = "was made by hand: it has nothing to explain"
            raise InputError([Issue("missing", "outcome.past", text)])
        return self.past.explain(order_id, attempt, time_limit_s=time_limit_s)

    def summary(self) -> list[tuple[str, str]]:
        """Return labels and values that say what has happened."""
        orders, shipments = self.tables["orders"], self.tables["shipments"]
        moved = shipments["status"].isin(["delivered", "in_transit", "picking"])
        return [
            ("scenario", self.scenario),
            ("tactic", self.tactic),
            ("from", f"{self.start:%Y-%m-%d %H:%M}"),
            ("to", f"{self.end:%Y-%m-%d %H:%M}"),
            ("orders", f"{len(orders):,}"),
            ("units", f"{int(orders['units'].sum()):,}"),
            ("filled", f"{int(orders['filled'].sum()):,}"),
            ("shipments", f"{int(moved.sum()):,}"),
            ("cost", f"{self.cost:,.2f}"),
        ]

    def __repr__(self) -> str:
        return text_pairs(self.summary())

    def _repr_html_(self) -> str:
        return html_pairs(self.summary())


def outcome_of(
    setting: Setting, state: State, *, on_hand: Mapping[str, float], past: Past
) -> Outcome:
    """Write down where a replay stands."""
    accounts = {one.name: getattr(state.flow, one.name) for one in fields(state.flow)}
    return Outcome(
        scenario=setting.scenario.name,
        tactic=setting.tactic.name,
        policy_version=setting.tactic.policy.version,
        seed=setting.seed,
        start=state.start,
        end=state.now,
        flow={name: math.fsum(book.values()) for name, book in accounts.items()}
        | {"on_hand": math.fsum(on_hand.values())},
        tables={name: _frame(name, rows) for name, rows in rows_of(setting, state)},
        past=past,
    )


def _frame(name: str, rows: Iterator[tuple[Any, ...]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame.from_records(list(rows), columns=list(COLUMNS[name]))
    for column in _TIMES:
        if column in frame:
            frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame
