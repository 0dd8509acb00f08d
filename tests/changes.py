"""Problems changed a little: rows mixed, things renamed, prices scaled."""

from __future__ import annotations

from dataclasses import replace

from builders import Crowding, Insuring, Problem, Wrapping, tuned
from domroute.costs import Quotes
from domroute.ledger.inventory import Inventory
from domroute.network import Network
from domroute.router import Router

PATIENCE_S = 3600.0
"""What is right does not depend on how busy the machine is."""


def route(problem, method="auto"):
    """Route a problem's order by a method, with all the time it asks for."""
    change = {"method": method, "time_limit_s": PATIENCE_S}
    solve = problem.policy.solve.model_copy(update=change)
    policy = problem.policy.model_copy(update={"solve": solve})
    router = Router(problem.network, problem.inventory, policy)
    return router.route(problem.order, quotes=problem.quotes)


def with_policy(problem, **fields):
    """Change fields of the policy."""
    return problem._replace(policy=problem.policy.model_copy(update=fields))


def with_tuning(problem, **groups):
    """Change tuned numbers of the policy, by group."""
    return problem._replace(policy=tuned(problem.policy, **groups))


def with_splits(problem, **fields):
    """Change limits on splits."""
    splits = problem.policy.splits.model_copy(update=fields)
    return with_policy(problem, splits=splits)


def with_nodes(problem, change):
    """Change every node of the network."""
    return problem._replace(
        network=Network(
            nodes=[change(node) for node in problem.network.nodes],
            items=problem.network.items,
            services=problem.network.services,
        )
    )


def with_stock(problem, change):
    """Change every row of stock; None drops it. Reservations become plain rows."""
    rows = [change(row) for row in problem.inventory]
    made = Inventory(row for row in rows if row is not None)
    # What was reserved of capacity stands beside the rows.
    made.start_period(problem.inventory.loads)
    return problem._replace(inventory=made)


def shuffled(problem, random):
    """Mix all rows: lines, nodes, items, services, stock, rules and quotes."""

    def mix(rows):
        rows = list(rows)
        return random.sample(rows, len(rows))

    network, order = problem.network, problem.order
    inventory = Inventory(mix(problem.inventory))
    inventory.start_period(dict(mix(problem.inventory.loads.items())))
    return Problem(
        order=order.model_copy(update={"lines": tuple(mix(order.lines))}),
        network=Network(
            nodes=mix(network.nodes),
            items=mix(network.items),
            services=mix(network.services),
        ),
        inventory=inventory,
        policy=problem.policy.model_copy(
            update={"rules": tuple(mix(problem.policy.rules))}
        ),
        quotes=Quotes(
            **{
                name: dict(mix(getattr(problem.quotes, name).items()))
                for name in ("shipments", "units", "workload")
            }
        ),
    )


def renamed(problem, node, line, sku):
    """Give nodes, lines and SKUs other names: a mapping each."""
    order, network = problem.order, problem.network

    def rename_delivery(delivery):
        name = None if delivery.node is None else node[delivery.node]
        return delivery.model_copy(update={"node": name})

    def rename_line(part):
        pin, own = part.pinned_node, part.delivery
        return part.model_copy(
            update={
                "id": line[part.id],
                "sku": sku[part.sku],
                "pinned_node": None if pin is None else node[pin],
                "excluded_nodes": tuple(node[name] for name in part.excluded_nodes),
                "delivery": None if own is None else rename_delivery(own),
            }
        )

    def rename_rule(rule):
        names = getattr(getattr(rule, "nodes", None), "ids", ())
        if not names:
            return rule
        nodes = rule.nodes.model_copy(
            update={"ids": tuple(node[name] for name in names)}
        )
        return rule.model_copy(update={"nodes": nodes})

    inventory = Inventory(
        row.model_copy(update={"node": node[row.node], "sku": sku[row.sku]})
        for row in problem.inventory
    )
    inventory.start_period(
        {(node[at], kind): load for (at, kind), load in problem.inventory.loads.items()}
    )
    quotes = problem.quotes
    return Problem(
        order=order.model_copy(
            update={
                "lines": tuple(rename_line(part) for part in order.lines),
                "delivery": rename_delivery(order.delivery),
            }
        ),
        network=Network(
            nodes=[
                part.model_copy(update={"id": node[part.id]}) for part in network.nodes
            ],
            items=[
                part.model_copy(update={"sku": sku[part.sku]}) for part in network.items
            ],
            services=network.services,
        ),
        inventory=inventory,
        policy=problem.policy.model_copy(
            update={"rules": tuple(rename_rule(rule) for rule in problem.policy.rules)}
        ),
        quotes=Quotes(
            shipments={
                (key[0], node[key[1]], *key[2:]): cost
                for key, cost in quotes.shipments.items()
            },
            units={(o, line[i], node[n]): x for (o, i, n), x in quotes.units.items()},
            workload={
                (o, line[i], node[n]): x for (o, i, n), x in quotes.workload.items()
            },
        ),
    )


def scaled(problem, factor):
    """Multiply everything that costs money by a factor; what things are worth stays."""
    policy, order, quotes = problem.policy, problem.order, problem.quotes

    def times(value):
        return None if value is None else value * factor

    def scale(thing, *names):
        if isinstance(thing, (Crowding, Insuring, Wrapping)):
            return replace(thing, price=times(thing.price))
        return thing.model_copy(
            update={name: times(getattr(thing, name)) for name in names}
        )

    splits = ("over_limit_price", "split_price", "incomplete_price")
    return problem._replace(
        order=order.model_copy(
            update={
                "lines": tuple(scale(part, "unfilled_penalty") for part in order.lines)
            }
        ),
        policy=policy.model_copy(
            update={
                "costs": tuple(scale(term, "weight") for term in policy.costs),
                "rules": tuple(scale(rule, "price") for rule in policy.rules),
                "splits": scale(policy.splits, *splits),
                "unfilled_penalty": times(policy.unfilled_penalty),
            }
        ),
        quotes=Quotes(
            shipments={key: times(cost) for key, cost in quotes.shipments.items()},
            units={key: times(cost) for key, cost in quotes.units.items()},
            workload=quotes.workload,
        ),
    )
