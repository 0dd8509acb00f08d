"""
Generalized assignment as a batch: a job per order, an agent per node.

Each order is one line of one unit that must be filled, at a quoted cost and a quoted
workload for every node, whose capacity is in workload [1]_.

References
----------
.. [1] Chu, P. C. and Beasley, J. E. (1997). A genetic algorithm for the generalised
   assignment problem. *Computers & Operations Research* 24(1).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.case import HERE
from benchmarks.published import DATA
from domroute import (
    BatchResult,
    Capacity,
    Inventory,
    Item,
    Line,
    Network,
    Node,
    Order,
    Policy,
    Quotes,
    Router,
    Stock,
)

_FOLDER = DATA / "gap"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A batch with its published optimum."""

    name: str
    optimum: float
    orders: tuple[Order, ...]
    network: Network
    inventory: Inventory
    policy: Policy
    quotes: Quotes

    def route(
        self,
        time_limit_s: float,
        gap: float = 0.0,
        progress: Callable[[float, float], bool] | None = None,
    ) -> BatchResult:
        """Route the batch, the router compiled within."""
        router = Router(self.network, self.inventory, self.policy)
        return router.route_batch(
            self.orders,
            quotes=self.quotes,
            time_limit_s=time_limit_s,
            gap=gap,
            progress=progress,
        )


def assignment_names() -> list[str]:
    """List the instances of classes a to d, 5 to 20 agents and 100 or 200 jobs."""
    return sorted(path.name for path in (_FOLDER / "chu1997").iterdir())


def assignment_case(name: str) -> Assignment:
    """Read one instance, such as ``c10100``: class, agents, jobs."""
    path = f"chu1997/{name}"
    with (_FOLDER / "data.csv").open(encoding="utf-8", newline="") as rows:
        row = next(row for row in csv.DictReader(rows) if row["Path"] == path)
    # Where no optimum is proven, the best value known stands for it.
    optimum = row["Optimum"] or row["Best known solution value"]
    return made(name, float(optimum), *_read(_FOLDER / path))


def _read(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read costs and workloads by agent and job, and capacities."""
    numbers = np.array(path.read_text(encoding="ascii").split(), float)
    m, n = int(numbers[0]), int(numbers[1])
    cost, load, capacity = np.split(numbers[2:], [m * n, 2 * m * n])
    return cost.reshape(m, n), load.reshape(m, n), capacity


def made(
    name: str, optimum: float, cost: np.ndarray, load: np.ndarray, capacity: np.ndarray
) -> Assignment:
    """Turn costs and workloads by agent and job, and capacities, into a batch."""
    m, n = cost.shape
    jobs, agents = [f"j{j:03}" for j in range(n)], [f"a{i:02}" for i in range(m)]
    orders = tuple(
        Order(id=job, destination=HERE, lines=[Line(id="l", sku="job", quantity=1)])
        for job in jobs
    )
    pairs = [(i, j) for i in range(m) for j in range(n)]
    return Assignment(
        name=name,
        optimum=optimum,
        orders=orders,
        network=Network(
            nodes=[
                Node(
                    id=agent,
                    location=HERE,
                    capacity=Capacity(limit=float(capacity[i]), measure="workload"),
                )
                for i, agent in enumerate(agents)
            ],
            items=[Item(sku="job")],
        ),
        inventory=Inventory(
            [Stock(node=agent, sku="job", on_hand=n) for agent in agents]
        ),
        policy=Policy(costs=[], unfilled_penalty=None),
        quotes=Quotes(
            units={(jobs[j], "l", agents[i]): float(cost[i, j]) for i, j in pairs},
            workload={(jobs[j], "l", agents[i]): float(load[i, j]) for i, j in pairs},
        ),
    )
