"""
Route a retailer's orders one by one, then jointly, and list what one more is worth.

The orders of the bundled scenario share stock of a few units a cell. What comes first
takes the cheap ones; jointly, they go to the orders that would miss them most.
"""

from domroute import (
    BatchResult,
    Handling,
    Inventory,
    Policy,
    Router,
    SafetyStock,
    Scenario,
    Shipping,
)
from domroute.instances import load

SECONDS = 2.0


def plain(policy: Policy) -> Policy:
    """Keep what costs the same before and after others have taken stock."""
    return Policy(
        costs=(Handling(), Shipping()),
        rules=[rule for rule in policy.rules if not isinstance(rule, SafetyStock)],
        unfilled_penalty=policy.unfilled_penalty,
    )


def route_one_by_one(scenario: Scenario, policy: Policy) -> float:
    """Route and reserve each order as it was placed; return what all cost."""
    ledger = Inventory(scenario.inventory)
    router = Router(scenario.network, ledger, policy)
    cost = 0.0
    for order in sorted(scenario.orders, key=lambda o: (o.placed_at, o.id)):
        result = router.route(order)
        ledger.reserve(result.plan)
        cost += result.cost
    return cost


def show_prices(batch: BatchResult, count: int) -> None:
    """Say what one more unit of stock, or of capacity, is worth where it is dearest."""
    for price in batch.stock_and_capacity[:count]:
        what = "capacity" if price.sku is None else price.sku
        print(f"  {what:<9} at {price.node_id:<17} {price.price:6.2f}")


def main() -> None:
    """Route the same orders in both ways, and reserve the joint plans."""
    scenario = load("us_retail", size="small")
    policy = plain(scenario.policy)
    alone = route_one_by_one(scenario, policy)
    ledger = Inventory(scenario.inventory)
    router = Router(scenario.network, ledger, policy)
    batch = router.route_batch(scenario.orders, time_limit_s=SECONDS)
    print(f"{len(batch)} orders, {batch.statistics.contended} contended cells")
    print(f"one by one: {alone:9,.2f}")
    print(f"jointly:    {batch.cost:9,.2f}  ({1 - batch.cost / alone:.1%} less)")
    print(f"bound:      {batch.bound:9,.2f}  (gap {batch.gap:.2%})")
    print("one more unit is worth, where it is worth most:")
    show_prices(batch, 10)
    for result in batch:  # routing takes nothing; all plans fit together
        ledger.reserve(result.plan)
    print(f"reserved: {sum(len(r.plan.shipments) for r in batch)} shipments")


if __name__ == "__main__":
    main()
