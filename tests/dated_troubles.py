"""What may happen to a dated order once it is planned, likely or not."""

from datetime import timedelta

from domroute.events import (
    Accepted,
    Canceled,
    Closed,
    Collected,
    Moved,
    Rejected,
    Reopened,
    Shipped,
)


def troubles(draw, world, result, when):
    """Draw what happens to an order, likely or not."""
    nodes = [one.id for one in world.nodes]
    planned = [part.node_id for part in result.plan.shipments] * 3
    lines = [one.id for one in world.order.lines]

    def trouble():
        kind = draw.randint(0, 8)
        name = draw.choice(planned + nodes)
        at, which = when + timedelta(minutes=draw.randint(0, 50)), world.order.id
        if kind <= 2:
            line = draw.choice([None, *lines])
            quantity = None if line is None else draw.choice((None, 1))
            return Rejected(
                at=at,
                order=which,
                node=name,
                line=line,
                quantity=quantity,
                is_lost=draw.random() < 0.2,
            )
        kinds = {
            3: lambda: Closed(at=at, node=name),
            4: lambda: Reopened(at=at, node=name),
            5: lambda: Canceled(at=at, order=which, line=draw.choice([None, *lines])),
            6: lambda: Moved(
                at=at,
                order=which,
                line=draw.choice([None, *lines]),
                destination={"lat": 41.0 + draw.random(), "lon": -75.0},
            ),
            7: lambda: Accepted(at=at, order=which, node=name),
            8: lambda: draw.choice((Shipped, Collected))(at=at, order=which, node=name),
        }
        return kinds[kind]()

    return [trouble() for _ in range(draw.randint(1, 3))]
