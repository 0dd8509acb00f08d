"""The bound made tighter beside the improvement of the plan."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from domroute.batch.crowding import CrowdedAscent
from domroute.batch.narrowing import Lens
from domroute.batch.prices import Ascent
from domroute.batch.wave import Wave


@dataclass(slots=True, eq=False)
class Tightening:
    """
    The ascent with prices on half a cell or more, and what it has proven.

    Through a lens the prices are only found; what they prove is asked of the whole.

    Attributes
    ----------
    bound
        The best proven so far.
    """

    ascent: Ascent
    lens: Lens | None
    wave: Wave
    bound: float = -math.inf
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _faults: list[BaseException] = field(default_factory=list)

    def climb(self, until: Callable[[], bool]) -> None:
        """Climb, and prove now and then, until told to stop."""
        crowded = CrowdedAscent.after(self.ascent)
        proved = math.inf if self.lens is None else time.perf_counter()
        took, proofs = 0.0, self.wave.tuning.search.proofs
        climbed = crowded.bound

        def is_over() -> bool:
            nonlocal proved, took, climbed
            if self.lens is None:
                self.bound = max(self.bound, crowded.bound)
            elif time.perf_counter() - proved > proofs * took:
                begin = time.perf_counter()
                if crowded.bound > climbed:
                    climbed = crowded.bound
                    self._prove(crowded, self.lens)
                proved = time.perf_counter()
                took = max(proved - begin, 0.05)
            return until()

        crowded.climb(is_over)
        if self.lens is None:
            self.bound = max(self.bound, crowded.bound)
        else:
            self._prove(crowded, self.lens)

    def _prove(self, crowded: CrowdedAscent, lens: Lens) -> None:
        prices = lens.widened_prices(crowded.prices)
        answer = self.wave.ask(prices, is_strict=True)
        self.bound = max(self.bound, self.wave.bound(answer, prices))

    def start(self) -> None:
        """Climb on a thread of its own."""

        def climb() -> None:
            try:
                self.climb(self._stop.is_set)
            except BaseException as fault:  # noqa: BLE001 - raised where it is joined
                self._faults.append(fault)

        self._thread = threading.Thread(target=climb, name="domroute-bound")
        self._thread.start()

    def stop(self) -> None:
        """End the climb, and wait for its last proof."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        if self._faults:
            raise self._faults[0]
