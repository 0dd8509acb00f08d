"""Price what the library does not know: the carbon of carrying goods far."""

from dataclasses import dataclass

from domroute import (
    Charges,
    CostTerm,
    Handling,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    Question,
    Router,
    ShipmentFacts,
    Shipping,
    Stock,
)
from domroute.problem import NetworkArrays


@dataclass(frozen=True)
class Carbon:
    """A price for each kilogram that travels a kilometer."""

    price_per_kg_km: float
    name: str = "carbon"  # what its amounts are reported under
    is_quotable: bool = False  # a quote for carriage does not cover it

    def prepare(self, arrays: NetworkArrays) -> "Carbon":  # noqa: ARG002
        """Make ready for a network: there is nothing to do."""
        return self

    def charges(self, question: Question) -> Charges:
        """Say it as arrays, for the solver: per unit of each line at each node."""
        kg_km = question.weight_kg[:, None] * question.distance_km[None, :]
        return Charges(per_unit=self.price_per_kg_km * kg_km)

    def amount(self, facts: ShipmentFacts) -> float:
        """Say it in plain Python, for the judge who checks every plan."""
        weight_kg = sum(item.weight_kg * units for _, item, units in facts.contents)
        return self.price_per_kg_km * weight_kg * facts.distance_km


NETWORK = Network(
    nodes=[
        Node(
            id="newark",
            location=Location(lat=40.74, lon=-74.17),
            cost={"per_shipment": 6.5},
        ),
        Node(
            id="reno",
            location=Location(lat=39.53, lon=-119.81),
            cost={"per_shipment": 1.0},
        ),
    ],
    items=[Item(sku="kettle", weight_kg=1.4)],
)
ORDER = Order(
    id="o1",
    destination=Location(lat=42.36, lon=-71.06),
    lines=[Line(id="l1", sku="kettle", quantity=1)],
)


def main() -> None:
    """Route a kettle to Boston, with carbon for nothing and at a price."""
    stock = [Stock(node=node.id, sku="kettle", on_hand=3) for node in NETWORK.nodes]
    for terms in ((), (Carbon(price_per_kg_km=0.0001),)):
        costs: tuple[CostTerm, ...] = (Handling(), Shipping(), *terms)
        result = Router(NETWORK, Inventory(stock), Policy(costs=costs)).route(ORDER)
        shipment = result.plan.shipments[0]
        named = ", ".join(f"{term} {amount:.2f}" for term, amount in result.costs)
        print(f"from {shipment.node_id}, {shipment.distance_km:,.0f} km: {named}")


if __name__ == "__main__":
    main()
