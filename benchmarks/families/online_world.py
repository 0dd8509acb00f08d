"""The online test-bed in the library's terms: network, ledger, orders and forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np

from benchmarks.families.online import BASE, FIXED, PER_MILE, TWICE, Bed
from domroute import (
    Charges,
    ExpectedOrders,
    Forecast,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    NetworkArrays,
    Node,
    Order,
    Policy,
    Question,
    Router,
    ShipmentFacts,
    StockValue,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
ARRIVAL = timedelta(minutes=1)
"""One order arrives each minute."""
_CANCEL = "cancel"
_PLENTY = 1e9


@dataclass(frozen=True, slots=True)
class BedCost:
    """Cost of the test-bed: per shipment and item, by miles; canceling costs twice."""

    unit: dict[tuple[float, float], dict[str, float]]
    """Cost of an item by node, for each place."""
    name: str = "test-bed"
    is_quotable: bool = True

    def prepare(self, arrays: NetworkArrays) -> BedCost:  # noqa: ARG002 - as every term
        """Nothing to make ready."""
        return self

    def charges(self, question: Question) -> Charges:
        """Price the lines over the nodes at hand."""
        names = [question.arrays.nodes[at].id for at in question.nodes.tolist()]
        unit = self._unit(question.order)
        each = np.array([unit[name] for name in names])
        return Charges(
            per_shipment=np.array([_fixed(name) for name in names]),
            per_unit=np.broadcast_to(each, question.available.shape),
        )

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        units = sum(quantity for _, _, quantity in facts.contents)
        each = self._unit(facts.order)[facts.node.id]
        return _fixed(facts.node.id) + units * each

    def _unit(self, order: Order) -> dict[str, float]:
        place = order.destination
        assert place is not None
        return self.unit[place.lat, place.lon]


def _fixed(name: str) -> float:
    return FIXED * TWICE if name == _CANCEL else FIXED


class World:
    """One instance, ready to be routed."""

    def __init__(self, bed: Bed) -> None:
        self.bed = bed
        places = bed.shape.nodes.tolist()
        self.names = [f"N{at:02}" for at in range(len(places))]
        self.skus = [f"S{at:03}" for at in range(bed.shape.items)]
        nodes = [
            Node(id=name, location=Location(lat=lat, lon=lon))
            for name, (lat, lon) in zip(self.names, places, strict=True)
        ]
        nodes.append(Node(id=_CANCEL, location=Location(lat=0.0, lon=0.0)))
        self.network = Network(nodes=nodes, items=[Item(sku=sku) for sku in self.skus])
        self.metros = [
            Location(lat=lat, lon=lon) for lat, lon, _ in bed.shape.metros.tolist()
        ]
        every = [*self.names, _CANCEL]
        unit = {
            (place.lat, place.lon): dict(zip(every, costs, strict=True))
            for place, costs in zip(self.metros, bed.unit.tolist(), strict=True)
        }
        far = TWICE * (BASE + PER_MILE * bed.miles.max(axis=1))
        assert np.allclose(bed.unit[:, -1], far)
        self.policy = Policy(costs=[BedCost(unit)], unfilled_penalty=None)

    @cached_property
    def kinds(self) -> list[Order]:
        """An example of every type at every metro."""
        return [
            self.order(f"type {q:02} at {j:02}", q, j)
            for q in range(len(self.bed.items))
            for j in range(len(self.metros))
        ]

    def order(
        self, name: str, of_type: int, metro: int, placed_at: datetime | None = None
    ) -> Order:
        """Make an order of a type that is not empty."""
        mine = self.bed.items[of_type, : self.bed.sizes[of_type]].tolist()
        lines = [
            Line(id=self.skus[item], sku=self.skus[item], quantity=1) for item in mine
        ]
        return Order(
            id=name,
            destination=self.metros[metro],
            lines=lines,
            placed_at=placed_at,
        )

    def expect(self, numbers: np.ndarray) -> Forecast:
        """Expect so many orders of every type at every metro; ``(Q, J)``."""
        rows = zip(self.kinds, numbers.ravel().tolist(), strict=True)
        return Forecast(
            rows=tuple(
                ExpectedOrders.model_construct(order=order, number=number)
                for order, number in rows
            )
        )

    def ledger(self, stock: np.ndarray) -> Inventory:
        """Write down what is left; who cancels has everything."""
        whole = np.vstack((stock, np.full(len(self.skus), _PLENTY)))
        nodes = [name for name in [*self.names, _CANCEL] for _ in self.skus]
        return Inventory.from_columns(
            nodes, self.skus * len(whole), whole.astype(float).ravel()
        )

    def router(self, stock: np.ndarray, values: StockValue | None = None) -> Router:
        """Compile a router, at values if there are any."""
        return self.router_of(self.ledger(stock), values)

    def router_of(self, ledger: Inventory, values: StockValue | None = None) -> Router:
        """Compile a router of a ledger."""
        extra = () if values is None else (values,)
        policy = self.policy.model_copy(update={"costs": (*self.policy.costs, *extra)})
        return Router(self.network, ledger, policy)

    def value(
        self, stock: np.ndarray, gone: int, after: StockValue | None = None
    ) -> StockValue:
        """Let the library value what is left, when some of the arrivals are gone."""
        left = self.bed.shape.arrivals - gone
        return self.router(stock).value_stock(
            self.expect(left * self.bed.rates),
            as_of=START + gone * ARRIVAL,
            until=START + (gone + left) * ARRIVAL,
            after=after,
            draws=0,
            savings=False,
        )

    def bound(self, types: np.ndarray, metros: np.ndarray) -> float:
        """Return what these arrivals cost at least, had they been known."""
        counts = np.zeros((len(self.bed.chance), len(self.metros)))
        np.add.at(counts, (types, metros), 1.0)
        found = self.router(self.bed.stock).value_stock(
            self.expect(counts[:-1]),
            as_of=START,
            until=START + len(types) * ARRIVAL,
            draws=0,
            savings=False,
        )
        assert found.bound is not None
        return found.bound

    def table(self, values: StockValue) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Spread a term over cells: values, planned units, use an arrival; (K, I)."""
        shape = len(self.names), len(self.skus)
        value, planned, rate = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        node_at = {name: at for at, name in enumerate(self.names)}
        sku_at = {sku: at for at, sku in enumerate(self.skus)}
        for row in values.values:
            cell = node_at[row.node], sku_at[row.sku]
            value[cell] = values.weight * row.value
            planned[cell] = row.planned
            rate[cell] = row.per_day * (ARRIVAL / timedelta(days=1))
        return value, planned, rate
