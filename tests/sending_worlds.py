"""Random dated worlds in which nodes must send enough on every date they send on."""

from __future__ import annotations

from random import Random

LEAST = (6.0, 10.0, 15.0, 20.0, 30.0)


def sending(made, seed):
    """Give nodes of a world minimum orders of their own, most of them."""
    rng = Random(f"sending {seed}")
    nodes = [
        node.model_copy(update={"minimum_order": rng.choice(LEAST)})
        if rng.random() < 0.65
        else node
        for node in made.network.nodes
    ]
    network = made.network.model_copy(update={"nodes": tuple(nodes)})
    return made._replace(network=network)
