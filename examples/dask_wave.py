"""
Route a wave in this process, then with its pricing spread over two workers of Dask.

Needs the extra ``dask``. The same two lines route with an existing cluster: a client of
it, and its executor. Instead of Dask's any executor of ``concurrent.futures`` will do.
"""

from concurrent.futures import Executor

from domroute import BatchResult, Handling, Policy, Router, SafetyStock, Shipping
from domroute.instances import load

ORDERS = 15
SECONDS = 60.0


def route(executor: Executor | None) -> BatchResult:
    """Route until it is proven to one part in a million; that is quick with so few."""
    scenario = load("us_retail", size="small")
    policy = Policy(
        costs=(Handling(), Shipping()),
        rules=[r for r in scenario.policy.rules if not isinstance(r, SafetyStock)],
        unfilled_penalty=scenario.policy.unfilled_penalty,
    )
    router = Router(scenario.network, scenario.inventory, policy)
    orders = scenario.orders[:ORDERS]
    return router.route_batch(orders, time_limit_s=SECONDS, gap=1e-6, executor=executor)


def main() -> None:
    """Route twice, and compare."""
    try:
        from dask.distributed import Client, LocalCluster
    except ImportError:
        print('skipped: Dask is not installed (pip install "domroute[dask]")')
        return
    alone = route(None)
    print(f"one process: {alone.status} {alone.cost:,.2f}")
    # What starts processes belongs under `if __name__ == "__main__"`.
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as two,
        Client(two) as client,
    ):
        # Each question is another: Dask need not compare it with those before.
        spread = route(client.get_executor(pure=False))
    print(f"two workers: {spread.status} {spread.cost:,.2f}")
    print(f"the same cost: {abs(spread.cost - alone.cost) < 0.005}")


if __name__ == "__main__":
    main()
