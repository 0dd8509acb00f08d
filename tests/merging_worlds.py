"""Small dated worlds in which lanes lead to nodes that put deliveries together."""

from __future__ import annotations

from domroute.calendars import Processing
from domroute.lanes import Lane, LaneCost
from domroute.ledger import Inventory, Stock
from domroute.network import Network, Node
from domroute.orders import Delivery
from domroute.words import Method, Objective
from drawn_times import is_so
from plain_dated_worlds import Drawing, drawn_by
from together_worlds import having


class MergingDrawing(Drawing):
    """Draws such worlds: what is split is dear, and most SKUs lie apart."""

    def world(self):
        """Draw all of it."""
        made, rng = super().world(), self.rng
        network = made.network
        nodes = list(network.nodes)
        if is_so(rng, 0.4):
            nodes.append(self._crossdock())
        hubs = {rng.choice(nodes).id for _ in range(rng.choice((1, 1, 2)))}
        if nodes[-1].id == "M" and is_so(rng, 0.8):
            hubs = {"M"} if is_so(rng, 0.6) else {*hubs, "M"}
        nodes = [self._offering(x) if x.id in hubs else x for x in nodes]
        network = Network(
            nodes=nodes,
            items=[self._out_now(item) for item in network.items],
            services=[self._dearer(x) for x in network.services],
            calendars=network.calendars,
            time_zone=network.time_zone,
            lanes=self._lanes(nodes, sorted(hubs)),
        )
        stock = self._apart(network)
        policy = made.policy
        if is_so(rng, 0.8):
            policy = policy.model_copy(update={"unfilled_penalty": 60.0})
        if is_so(rng, 0.9):
            policy = policy.model_copy(update={"objective": Objective.COST})
        known = {}

        def together(delivery):
            if delivery not in known:
                known[delivery] = self._together(delivery)
            return known[delivery]

        orders = having(made.orders, together)
        quotes = made.quotes if is_so(rng, 0.5) else None
        return made._replace(
            orders=orders,
            network=network,
            inventory=stock,
            policy=policy,
            quotes=quotes,
        )

    def _crossdock(self):
        """Draw a node that gives nothing itself, or little."""
        rng = self.rng
        return Node(
            id="M",
            location=self.place(),
            methods=rng.choice(((Method.SHIP,), ())),
            calendar=self.calendar_or_none(0.3),
            cost={
                "per_shipment": rng.choice((0.0, 0.5)),
                "per_line": rng.choice((0.0, 0.25)),
                "per_unit": rng.choice((0.0, 0.5)),
            },
            processing=Processing(minutes=rng.choice((0, 30, 480))),
            **self.limits(),
        )

    def _offering(self, node):
        """Have a node offer to merge."""
        rng = self.rng
        more = {"methods": (*node.offered_methods, Method.MERGE)}
        if is_so(rng, 0.5):
            more["receiving_minutes"] = rng.choice((15, 60, 600))
        return node.model_copy(update=more)

    def _out_now(self, item):
        """Have most items be out already."""
        if is_so(self.rng, 0.9):
            return item.model_copy(update={"release_at": None})
        return item

    def _dearer(self, service):
        """Have a service ask more for the first kilogram."""
        card, more = service.rate_card, self.rng.choice((3.0, 3.0, 6.0, 9.0))
        rates = tuple(tuple(rate + more for rate in row) for row in card.rates)
        card = card.model_copy(update={"rates": rates})
        return service.model_copy(update={"rate_card": card})

    def _lanes(self, nodes, hubs):
        """Draw the lanes that lead to some nodes."""
        rng, made = self.rng, []
        for hub in hubs:
            for node in nodes:
                if node.id == hub or is_so(rng, 0.1):
                    continue
                more = {}
                if is_so(rng, 0.3):
                    more["pickups"] = self.by_day(self.pickups)
                if is_so(rng, 0.3):
                    more["delivers_by"] = rng.choice(("09:00", "20:00", "02:30"))
                made.append(
                    Lane(
                        id=f"{node.id} to {hub}",
                        origin=node.id,
                        destination=hub,
                        cost=LaneCost(
                            per_shipment=rng.choice((0.0, 0.5, 1.0)),
                            per_unit=rng.choice((0.0, 0.25)),
                            per_kg=rng.choice((0.0, 0.5)),
                        ),
                        calendar=self.calendar_or_none(0.3),
                        transit_days=rng.choice((0, 0, 1, 1, 2, None)),
                        **more,
                    )
                )
        return made

    def _apart(self, network):
        """Draw what is on hand: most SKUs are at one node alone."""
        rng, names = self.rng, [node.id for node in network.nodes]
        rows = []
        for item in network.items:
            home = rng.choice(names)
            rows += [
                Stock(
                    node=name,
                    sku=item.sku,
                    on_hand=rng.choice((1, 2, 3))
                    if name == home or is_so(rng, 0.3)
                    else 0,
                )
                for name in names
            ]
        return Inventory(rows)

    def _together(self, delivery):
        """Have a delivery come together, and most of them by a carrier."""
        rng = self.rng
        fields = {}
        if is_so(rng, 0.3):
            fields["need_by"] = delivery.need_by
        if is_so(rng, 0.6):
            fields["earliest"] = delivery.earliest
        if fields.get("earliest") and fields.get("need_by"):
            del fields["earliest"]
        return Delivery(to=delivery.to, together=is_so(rng, 0.95), **fields)


def drawn_merging(seed, count=1):
    """Draw a world, and so many orders."""
    return drawn_by(MergingDrawing, f"merging {seed}", count)
