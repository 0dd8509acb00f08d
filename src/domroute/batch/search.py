"""A joint plan for the orders of a wave: prices, then a plan from them, then better."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from domroute.batch.beginning import begin
from domroute.batch.ceiling import most_cost
from domroute.batch.cells import Prices
from domroute.batch.fast import Fast, FastIncumbent
from domroute.batch.holding import bar_impossible, bound_alone, keep_fill
from domroute.batch.incumbent import Incumbent
from domroute.batch.loading import is_loaded, load
from domroute.batch.narrowing import Lens
from domroute.batch.placed import Placed
from domroute.batch.planning import Planning
from domroute.batch.prices import Ascent
from domroute.batch.spread import Engine
from domroute.batch.state import Watch, plain
from domroute.batch.tightening import Tightening
from domroute.batch.wave import Wave
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.words import Objective

_Stage = Callable[[Ascent], Ascent | None]


@dataclass(slots=True, eq=False)
class Joint:
    """
    The best joint plan found, and what was proven on the way.

    Attributes
    ----------
    history
        Seconds since the start, bound and cost, each time one of them got better.
    alone
        What each order would cost if it were alone; shape ``(O,)``.
    price_bound
        What the prices prove by themselves.
    """

    incumbent: Incumbent
    prices: Prices
    bound: float
    history: list[tuple[float, float, float]]
    alone: list[float]
    steps: int
    price_bound: float


def solve_wave(
    wave: Wave,
    sequence: Sequence[int],
    *,
    time_limit_s: float,
    gap: float,
    seed: int,
    watch: Watch,
    first_come: bool = False,
    executor: Executor | None = None,
    start: Sequence[Placed | None] | None = None,
) -> Joint:
    """
    Route the orders of a wave jointly, within a time limit.

    Parameters
    ----------
    wave
        The orders, compiled.
    sequence
        Positions of the orders as they would be routed one by one.
    time_limit_s, gap
        Seconds, and the gap at which to stop.
    seed
        Of the random draws of the improvement.
    watch
        Told of progress.
    first_come
        Whether no order may be left with less of a line than it has one by one.
    executor
        What spreads the pricing, if anything does.
    start
        What orders take in a plan that there is, to begin with in place of turns.
    """
    engine = None
    if executor is not None:
        patience_s = wave.tuning.search.patience_s
        engine = Engine(executor, max(patience_s, time_limit_s))
    return _Search(
        wave=wave,
        sequence=sequence,
        time_limit_s=time_limit_s,
        gap=gap,
        seed=seed,
        watch=watch,
        tuned=wave.tuning,
        first_come=first_come,
        engine=engine,
        start=start,
    ).run()


@dataclass(slots=True, eq=False, kw_only=True)
class _Search(Planning):
    """The stages of a search, of which those that plan are known already."""

    first_come: bool = False
    engine: Engine | None = None
    start: Sequence[Placed | None] | None = None
    _has_waited: bool = False
    _lens: Lens | None = None
    _price_bound: float = -math.inf

    def run(self) -> Joint:
        """Go through the stages until the plan is proven or the time is over."""
        try:
            return self._run()
        finally:
            if self._tightening is not None:
                self._tightening.stop()

    def _run(self) -> Joint:
        wave, incumbent, tuned = self.wave, Incumbent.of(self.wave), self.tuned.search
        if self._is_large(wave) and self.time_limit_s >= self.tuned.kernel.limit_s:
            load()
        self._hands = incumbent
        wave.share_time(tuned.turn_share * self.time_limit_s)
        self._take_turns(incumbent)
        if self.rank[0] > 0:
            bar_impossible(plain(self._hands))
        bound_alone(incumbent, tuned.alone_share * self.left())
        free = wave.ask(wave.free_prices(), is_strict=True)
        alone = free.values.tolist()
        if self.first_come:
            keep_fill(incumbent)
            self.rank = self._hands.rank()
        self.impossible = sum(value >= IS_FORBIDDEN for value in alone)
        self.most_told = wave.most_proven(alone)
        if math.isinf(self.cost):
            self.most = most_cost(wave)
        # From here in the tables stay as they are: workers remember them.
        self._spread(wave)
        self._speed_up()
        ascent = Ascent.start(wave)
        self.prove(max(ascent.bound, wave.bound(free, wave.free_prices())))
        if not self.is_over():
            self._try_turns(alone)
        ascent.climb(self._until(self._share(tuned.first_share), ascent, ascent))
        self.prove(ascent.bound)
        self._price_bound = ascent.bound
        for stage in self._stages():
            if not self.is_over():
                self._speed_up()
                ascent = stage(ascent) or ascent
        if self._tightening is not None:
            self._tightening.stop()
            self.prove(self._proven)
        bound = math.inf if self.impossible else self.bound
        return Joint(
            self._written(), ascent.prices, min(bound, self.most_told), self.history,
            alone, ascent.steps, min(self._price_bound, self.most_told),
        )  # fmt: skip

    def _stages(self) -> tuple[_Stage, ...]:
        """List what is to be gone through once there are prices."""
        if self.wave.drains:
            return ()
        if self.wave.policy.objective is Objective.COST:
            return (
                self._narrow, self._climb, self._plan_by, self._solve_joint,
                self._tighten, self._negotiate, self._repair, self._improve,
            )  # fmt: skip
        # What comes before cost is for each order by itself: there is no joint plan,
        # but one in which every order has one.
        if math.isinf(self.cost):
            return self._climb, self._solve_joint, self._repair, self._settle_again
        return ()

    def _take_turns(self, incumbent: Incumbent) -> None:
        """Place the orders one by one, unless there is a plan to begin with."""
        wave = self.wave
        if self.start is not None:
            begin(incumbent, self.start, self.sequence)
        elif wave.named:
            for at in self.sequence:
                incumbent.settle_first(at)
        else:
            if not self.first_come:  # which changes what a book would have copied
                self._speed_up()
            self._hands.settle_all(self.sequence, wave.free_prices())
        self.note(self._hands)

    def _written(self) -> Incumbent:
        """Put the best plan on an incumbent of the whole wave."""
        self._hands.restore(self.best)
        incumbent = plain(self._hands)
        if self._lens is None:
            return incumbent
        whole = Incumbent.of(self.wave)
        whole.restore(self._lens.widened(incumbent.placed))
        return whole

    def _spread(self, wave: Wave) -> None:
        """Let the executor price a wave, if there is one."""
        if self.engine is not None:
            wave.solve = self.engine.spread(wave.tables, self.tuned.search.piece)

    def _is_large(self, wave: Wave) -> bool:
        """Tell whether to wait for the compiled kernel pays."""
        tuned = self.tuned.kernel
        size = sum(s.price.size for s in wave.tables)
        return wave.count >= tuned.orders and size >= tuned.size

    def _speed_up(self) -> None:
        """Go on with the compiled kernel, once it is there."""
        hands = self._hands
        wave = self.wave if self._lens is None else self._lens.wave
        is_fit = self._is_large(wave) and not wave.loners and wave.shares_tables
        tuned, wait = self.tuned.kernel, 0.0
        if not self._has_waited:
            wait = min(tuned.wait_s, tuned.wait_share * self.left())
        self._has_waited |= is_fit
        if not is_fit or isinstance(hands, FastIncumbent) or not is_loaded(wait):
            return
        fast = Fast.of(wave)
        if wave is not self.wave and self.wave.solve is None:
            self.wave.solve = Fast.of(self.wave).solve
        if self.engine is None or wave is not self.wave:
            wave.solve = fast.solve
        self._hands = faster = FastIncumbent(hands, fast)
        if self.best is not None:
            hands.restore(self.best)
            faster.adopt()
            self.best = faster.copy()

    def _narrow(self, ascent: Ascent) -> Ascent | None:
        """Look at the nodes that matter to each order only, where there are many."""
        wave, tuned = self.wave, self.tuned.search
        columns = sum(len(table.node) for table in wave.tables)
        is_ample = wave.stock.sum() >= tuned.ample * sum(wave.sizes())
        kept = tuned.kept if is_ample else 2 * tuned.kept
        if self._is_one_program or columns < tuned.wide * kept * wave.count:
            return None
        self._hands.restore(self.best)
        placed = plain(self._hands).placed
        self._lens = lens = Lens.on(wave, ascent.prices, kept, placed)
        self._hands = Incumbent.of(lens.wave)
        self._hands.restore(lens.narrowed(placed))
        self.best = self._hands.copy()
        self._speed_up()
        return ascent.on(lens.wave)

    def _climb(self, ascent: Ascent) -> None:
        """Go on with the prices; through the lens nothing is proven yet."""
        tuned = self.tuned.search
        proving = None if self._lens else ascent
        is_enough = self.within(self._share(tuned.ascent_share), proving)
        is_over = self._until(tuned.longest_ascent_share, ascent, proving)
        least = tuned.ascent_steps
        ascent.climb(lambda: (is_enough() and ascent.steps >= least) or is_over())
        if ascent.is_over:
            ascent.lean(self.within(self._share(tuned.leaning_share), None))
        answer = ascent.answer if self._lens is None else self.wave.ask(ascent.prices)
        self._price_bound = self.wave.bound(answer, ascent.prices)
        self.prove(self._price_bound)

    def _until(
        self, share: float, ascent: Ascent, proving: Ascent | None
    ) -> Callable[[], bool]:
        """Tell when prices have risen for long enough."""
        is_over = self.within(share, proving)
        if not self._is_one_program or math.isfinite(min(self.cost, self.most)):
            return is_over
        most = self.tuned.search.rising_steps
        return lambda: ascent.steps >= most or is_over()

    def _share(self, usual: float) -> float:
        """Let small waves have done what is soon done: their runs are to be equal."""
        return self.tuned.search.longest_ascent_share if self._is_tiny else usual

    def _tighten(self, ascent: Ascent) -> None:
        """Raise the bound further: before the improvement, or beside it."""
        self._tightening = tightening = Tightening(ascent, self._lens, self.wave)
        if self._lens is not None:
            # Until now a step was sooner done here than sent to others.
            self._spread(self._lens.wave)
        if isinstance(self._hands, FastIncumbent) and self.engine is None:
            # The improvement has one core, and leaves the interpreter to others.
            ascent.wave.solve = replace(self._hands.fast, is_quiet=True).solve
        if isinstance(self._hands, FastIncumbent) or self.engine is not None:
            tightening.start()
            return
        begin, left = time.perf_counter(), max(self.left(), 1e-9)
        most = self.tuned.search.tightening_share

        def is_over() -> bool:
            self.prove(tightening.bound)
            share = (time.perf_counter() - begin) / left
            return share > most or self.is_over()

        tightening.climb(is_over)
        self.prove(tightening.bound)
