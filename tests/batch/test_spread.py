"""Pricing spread over workers, against the same tables priced in this process."""

import gc
import os
import signal
import time
import warnings
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from domroute.batch import spread
from domroute.batch.cells import Crowding
from domroute.batch.spread import Engine, cut_tables
from domroute.costs import Handling, Shipping
from domroute.errors import InputError
from domroute.instances import load
from domroute.policy import Policy
from domroute.router import Router
from waves import drawn, random_prices

PATIENCE_S = 60.0
"""Seconds to wait for an answer."""
SMALL = 200
"""Bundles in a piece: fifteen orders make several pieces of them."""


class Inline(Executor):
    """One worker that pickles nothing and answers at once, or fails when told."""

    def __init__(self, fault=None, *, answers=True):
        self.fault = fault
        self.answers = answers
        self.asked = 0

    def submit(self, fn, /, *args, **kwargs):
        """Answer, fail, or never answer."""
        self.asked += 1
        job = Future()
        if self.fault is not None:
            job.set_exception(self.fault)
        elif self.answers:
            job.set_result(fn(*args, **kwargs))
        return job


def crowded(wave, prices, seed):
    """Ask for half a cell and more as well."""
    rng = np.random.default_rng(seed)
    stock = wave.stock
    places = sum(table.cell.size for table in wave.tables)
    crowding = Crowding(
        large_from=stock // 2 + 1,
        half=np.where(stock % 2 == 0, stock // 2, -1),
        large=rng.exponential(2.0, len(stock)),
        halves=rng.exponential(2.0, places),
    )
    return replace(prices, crowding=crowding)


def here(wave, prices, *, is_strict):
    """Answer for all tables as if there were no executor."""
    return [table.solve(prices, is_strict=is_strict) for table in wave.tables]


def assert_same(found, expected):
    """Values and picks agree in every bit, and in type."""
    for (value, picks), (other, theirs) in zip(found, expected, strict=True):
        assert value.tobytes() == other.tobytes()
        for name in ("order", "part", "column"):
            mine, its = getattr(picks, name), getattr(theirs, name)
            assert mine.dtype == its.dtype
            assert mine.tolist() == its.tolist()


@pytest.fixture(scope="module")
def pool():
    """Two processes that share nothing with this one."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as made:
        yield made


def die(seconds=0.0):
    """End the worker that runs this, without a word."""
    time.sleep(seconds)
    os._exit(1)


# --- pieces ------------------------------------------------------------------


@pytest.mark.parametrize("piece", [1, 100, 700, 10**9])
def test_pieces_are_all_orders_once(piece):
    """Each order is in one piece; none but of one order is much too large."""
    wave, *_ = drawn(5, count=40)

    pieces = cut_tables(wave.tables, piece)

    orders = [
        (stretch.table, at)
        for one in pieces
        for stretch in one
        for at in range(stretch.begin, stretch.end)
    ]
    assert orders == [
        (i, at) for i, s in enumerate(wave.tables) for at in range(len(s.orders))
    ]
    largest = max(
        len(s.price) * int(np.diff(s.first).max(initial=0)) for s in wave.tables
    )
    for one in pieces:
        size = sum(
            len(wave.tables[s.table].price)
            * int(np.diff(wave.tables[s.table].first[[s.begin, s.end]])[0])
            for s in one
        )
        assert size < piece + largest
    if piece == 10**9:
        assert len(pieces) == 1


# --- the same answer ---------------------------------------------------------


@pytest.mark.parametrize("is_strict", [False, True])
@pytest.mark.parametrize("splits", [{}, {"max_shipments": 2}, {"split_price": 1.5}])
@pytest.mark.parametrize("measure", [None, "units", "orders", ("orders", "lines")])
def test_processes_answer_bit_for_bit(pool, measure, splits, is_strict):
    """At any prices, of crowding too, three times: by and by the tables are there."""
    seed = 1
    wave, *_ = drawn(seed, count=30, measure=measure, splits=splits)
    over = Engine(pool, PATIENCE_S).spread(wave.tables, SMALL)
    assert len(over.pieces) > 2

    for turn in range(3):
        prices = random_prices(wave, seed + turn)
        if turn:
            prices = crowded(wave, prices, seed + turn)
        found = over(prices, is_strict=is_strict)
        assert_same(found, here(wave, prices, is_strict=is_strict))
    assert over.engine.fault is None


def test_threads_answer_bit_for_bit():
    """An executor of threads does as well, and its tables go when the wave goes."""
    wave, *_ = drawn(1, count=30, measure="lines")
    prices = crowded(wave, random_prices(wave, 1), 1)

    with ThreadPoolExecutor(3) as threads:
        over = Engine(threads, PATIENCE_S).spread(wave.tables, SMALL)
        for _ in range(2):
            found = over(prices, is_strict=True)
            assert_same(found, here(wave, prices, is_strict=True))

    assert over.sent == len(over.pieces)
    assert over._wave in spread._held
    key = over._wave
    del over
    gc.collect()
    assert key not in spread._held


def test_a_wave_asks_through_it():
    """What a wave takes together is the same: it is added up here, in one order."""
    wave, *_ = drawn(4, count=30, measure="workload")
    prices = random_prices(wave, 4)
    alone = wave.ask(prices)

    wave.solve = Engine(Inline(), PATIENCE_S).spread(wave.tables, SMALL)
    together = wave.ask(prices)

    assert together.values.tobytes() == alone.values.tobytes()
    assert together.usage.units.tobytes() == alone.usage.units.tobytes()
    assert together.usage.load.tobytes() == alone.usage.load.tobytes()
    assert wave.bound(together, prices) == wave.bound(alone, prices)


def test_forgotten_tables_are_sent_again():
    """A worker that has met too many waves since says so, and gets them again."""
    wave, *_ = drawn(2, count=20)
    prices = random_prices(wave, 2)
    engine = Engine(Inline(), PATIENCE_S)
    over = engine.spread(wave.tables, SMALL)
    others = [engine.spread(wave.tables, SMALL) for _ in range(4)]

    for one in (over, *others, over):
        assert_same(one(prices, is_strict=False), here(wave, prices, is_strict=False))

    assert over.sent == 2 * len(over.pieces)


# --- failures ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (ValueError("no memory left"), r"ValueError: no memory left"),
        (SystemExit(3), r"SystemExit\(3\)"),
        (KeyboardInterrupt(), r"KeyboardInterrupt"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_fault_is_told_once(fault, text):
    """What fails is answered here, now and later; the executor is left in peace."""
    wave, *_ = drawn(3)
    prices = random_prices(wave, 3)
    executor = Inline(fault)
    engine = Engine(executor, PATIENCE_S)
    over = engine.spread(wave.tables, SMALL)

    with pytest.warns(RuntimeWarning, match=text):
        found = over(prices, is_strict=False)
    assert_same(found, here(wave, prices, is_strict=False))
    asked = executor.asked

    # A second warning would be an error here; the narrowed wave hears of it too.
    narrowed = engine.spread(wave.tables, SMALL)
    for one in (over, narrowed):
        assert_same(one(prices, is_strict=True), here(wave, prices, is_strict=True))
    assert executor.asked == asked


def test_no_answer_is_a_fault():
    """Who never answers is waited for so long and no longer; what is open is ended."""
    wave, *_ = drawn(3)
    prices = random_prices(wave, 3)
    over = Engine(Inline(answers=False), patience_s=0.05).spread(wave.tables, SMALL)

    with pytest.warns(RuntimeWarning, match=r"no answer within 0.05 s"):
        found = over(prices, is_strict=False)

    assert_same(found, here(wave, prices, is_strict=False))


def test_cancelled_jobs_are_a_fault():
    """An executor that was shut down has dropped what it had not begun."""
    wave, *_ = drawn(3)
    prices = random_prices(wave, 3)
    threads = ThreadPoolExecutor(1)
    over = Engine(threads, PATIENCE_S).spread(wave.tables, SMALL)
    over(prices, is_strict=False)
    threads.shutdown()

    with pytest.warns(RuntimeWarning, match="shutdown"):
        found = over(prices, is_strict=False)

    assert_same(found, here(wave, prices, is_strict=False))


def test_a_killed_process_is_survived():
    """The pool breaks in the middle: the answers are right, and it is said."""
    wave, *_ = drawn(6, count=30, measure="units")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        over = Engine(pool, PATIENCE_S).spread(wave.tables, SMALL)
        prices = random_prices(wave, 0)
        assert_same(over(prices, is_strict=False), here(wave, prices, is_strict=False))

        pool.submit(die)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            # Whether the first question or a later one meets it is up to the system.
            for seed in range(1000):
                prices = random_prices(wave, seed)
                found = over(prices, is_strict=True)
                assert_same(found, here(wave, prices, is_strict=True))
                if told:
                    break
        assert [one.category for one in told] == [RuntimeWarning]
        assert "BrokenProcessPool" in str(told[0].message)
        prices = random_prices(wave, 7)
        assert_same(over(prices, is_strict=False), here(wave, prices, is_strict=False))


# --- Dask --------------------------------------------------------------------


@pytest.fixture
def client():
    """
    Two workers on this machine, each a process of one thread.

    Each test has a cluster of its own: where workers were killed, one may stay away.
    """
    distributed = pytest.importorskip("dask.distributed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=":0",
            host="127.0.0.1",
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as made,
    ):
        yield made
    gc.collect()  # what a cluster leaves behind is told here, not in a later test


def worker_pids(client):
    """Ask the workers for their processes, once both of them are there."""
    client.wait_for_workers(2, timeout=120)
    return list(client.run(os.getpid).values())


def test_dask_answers_bit_for_bit(client):
    """Two workers of a cluster, the tables read-only where they arrive."""
    wave, *_ = drawn(8, count=40, measure="units", splits={"max_shipments": 2})
    over = Engine(client.get_executor(pure=False), PATIENCE_S).spread(
        wave.tables, SMALL
    )

    for turn in range(4):
        prices = crowded(wave, random_prices(wave, turn), turn)
        for is_strict in (False, True):
            found = over(prices, is_strict=is_strict)
            assert_same(found, here(wave, prices, is_strict=is_strict))

    assert over.engine.fault is None
    assert over.sent < 8 * len(over.pieces)


def test_dask_finishes_when_a_worker_dies(client):
    """One of two is killed: its pieces go to the other, or to its successor."""
    wave, *_ = drawn(9, count=40, measure="orders")
    over = Engine(client.get_executor(pure=False), PATIENCE_S).spread(
        wave.tables, SMALL
    )
    prices = random_prices(wave, 0)
    over(prices, is_strict=False)

    os.kill(worker_pids(client)[0], signal.SIGKILL)
    for turn in range(10):
        prices = random_prices(wave, turn)
        found = over(prices, is_strict=False)
        assert_same(found, here(wave, prices, is_strict=False))

    assert over.engine.fault is None


def test_dask_that_loses_every_worker_is_survived(client):
    """A piece that kills whoever takes it is given up by Dask, and priced here."""
    wave, *_ = drawn(9, count=10)
    prices = random_prices(wave, 0)
    executor = client.get_executor(pure=False)

    class Deadly(Executor):
        """Sends what kills its worker, whatever it is asked."""

        def submit(self, fn, /, *args, **kwargs):  # noqa: ARG002 - it never runs
            """Submit the deadly one."""
            return executor.submit(die)

    over = Engine(Deadly(), PATIENCE_S).spread(wave.tables, 10**9)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = over(prices, is_strict=False)

    assert_same(found, here(wave, prices, is_strict=False))
    assert "KilledWorker" in str([str(one.message) for one in told])


# --- a batch routed ----------------------------------------------------------


def retailer_batch(count, **options):
    """Route some orders of the bundled retailer."""
    scenario = load("us_retail", size="small")
    policy = Policy(costs=[Handling(), Shipping()], unfilled_penalty=40.0)
    router = Router(scenario.network, scenario.inventory, policy)
    return router.route_batch(scenario.orders[:count], **options)


@pytest.mark.parametrize("first_come", [False, True])
def test_a_batch_costs_the_same(pool, first_come):
    """Proven here and proven there, within the same gap."""
    options = {"gap": 1e-6, "time_limit_s": 20.0, "first_come": first_come}
    alone = retailer_batch(15, **options)
    shared = retailer_batch(15, **options, executor=pool)

    assert shared.status == alone.status == "optimal"
    assert shared.cost == pytest.approx(alone.cost, rel=1e-5)


def test_a_batch_that_loses_its_executor():
    """It warns, and is as good as without one."""
    gone = ThreadPoolExecutor(1)
    gone.shutdown()
    alone = retailer_batch(15, gap=1e-6, time_limit_s=20.0)
    with pytest.warns(RuntimeWarning, match="priced in this process"):
        left = retailer_batch(15, gap=1e-6, time_limit_s=20.0, executor=gone)

    assert left.status == "optimal"
    assert left.cost == pytest.approx(alone.cost, rel=1e-5)


def test_what_is_no_executor_is_refused():
    """Told with the other faults."""
    with pytest.raises(InputError) as told:
        retailer_batch(3, executor="two", gap=-1.0)

    assert [(i.code, i.where) for i in told.value.issues] == [
        ("out_of_range", "gap"),
        ("wrong_type", "executor"),
    ]


def test_a_batch_survives_a_killed_worker(client):
    """One of two Dask workers is killed during the search: proven all the same."""
    alone = retailer_batch(15, gap=1e-6, time_limit_s=20.0)
    killed = []

    def kill_one(*_):
        if not killed:
            killed.append(worker_pids(client)[0])
            os.kill(killed[0], signal.SIGKILL)

    shared = retailer_batch(
        15, gap=1e-6, time_limit_s=20.0, progress=kill_one,
        executor=client.get_executor(pure=False),
    )  # fmt: skip

    assert killed
    assert shared.status == "optimal"
    assert shared.cost == pytest.approx(alone.cost, rel=1e-5)
