"""
Parcels of a shipment, and who may handle it, from the documentation alone.

Every way to put kinds of goods into parcels is tried, number by number.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, product


def price_of_parcels(goods, apart, price):
    """
    Price the cheapest parcels of items, units each, by the weight of each parcel.

    Each unit of what ships alone is one. Items of the same tags, of those in pairs,
    stay in one; no parcel holds both tags of a pair.
    """
    total, kinds = 0, defaultdict(list)
    named = {tag for pair in apart for tag in pair}
    for item, units in goods:
        if item.ships_alone:
            total += units * price(item.weight_kg)
        else:
            kinds[tuple(sorted(named & set(item.tags)))].append((item, units))
    if not kinds:
        return total
    found = []
    for numbers in product(range(len(kinds)), repeat=len(kinds)):
        parcels = defaultdict(list)
        for number, held in zip(numbers, kinds.values(), strict=True):
            parcels[number] += held
        if all(may_share(held, apart) for held in parcels.values()):
            weights = [
                sum(x.weight_kg * n for x, n in held) for held in parcels.values()
            ]
            found.append(sum(price(weight) for weight in weights))
    return total + min(found)


def may_share(held, apart):
    """Tell whether no two items in a parcel are to be apart."""
    return not any(
        {a, b} in [{x, y} for x, y in apart]
        for (one, _), (other, _) in combinations(held, 2)
        for a, b in product(one.tags, other.tags)
        if a != b
    )


def tag_rules(policy, who):
    """List the rules by which nodes, or services, must have a tag."""
    return [
        rule for rule in policy.rules if rule.rule == "require_tag" and who in rule.of
    ]


def price_of_breaking(policy, tags, node, service):
    """Price the soft rules on tags that a shipment from a node by a service breaks."""
    broken = {
        rule.name: rule.price
        for who, having in (("nodes", node), ("services", service))
        for rule in tag_rules(policy, who)
        if rule.price is not None
        and having is not None
        and rule.tag in tags
        and rule.tag not in having.tags
    }
    return sum(broken.values())
