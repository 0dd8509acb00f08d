"""Put an algorithm of one's own in: nearest pairs of offers, beside the optimum."""

from itertools import combinations

import numpy as np

from domroute import OrderOffers, Router, solve
from domroute.instances import load
from domroute.units import IntArray


def fill(offers: OrderOffers, chosen: list[int]) -> IntArray:
    """Let some offers take what they can, one after another."""
    taken = np.zeros_like(offers.limit)
    for offer in chosen:
        left = offers.steps - taken.sum(axis=1)
        taken[:, offer] = np.minimum(offers.limit[:, offer], left)
    return taken


def best_pair(offers: OrderOffers) -> IntArray:
    """Try the offers that are cheapest for all they can take, alone and in pairs."""
    whole = np.minimum(offers.limit, offers.steps[:, None]).T
    able = np.flatnonzero(whole.any(axis=1))
    saved = whole[able] @ offers.penalty - offers.price_at(whole[able], able)
    few = able[np.argsort(-saved)[:12]].tolist()
    nodes, deliveries = offers.node_ids, offers.delivery
    tried = [fill(offers, [])] + [fill(offers, [one]) for one in few]
    for one, other in combinations(few, 2):
        if nodes[one] != nodes[other] or deliveries[one] != deliveries[other]:
            tried += [fill(offers, [one, other]), fill(offers, [other, one])]
    tried.sort(key=offers.cost)
    return next(taken for taken in tried if not offers.faults(taken))


def main() -> None:
    """Compare both on the orders of a generated network."""
    scenario = load("us_retail", size="small", seed=7)
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    mine, best, met = 0.0, 0.0, 0
    for order in scenario.orders[:200]:
        offers = router.offers_of(order)
        found, proven = solve(offers, best_pair), solve(offers)
        mine, best = mine + found.cost, best + proven.cost
        met += found.cost <= proven.cost + 1e-6
    print(f"best pair {mine:,.2f}, optimum {best:,.2f}: {mine / best - 1:.2%} above,")
    print(f"and the optimum itself for {met} of 200 orders")


if __name__ == "__main__":
    main()
