"""
Route one wave in a process of its own, and say what it took.

``python -m benchmarks.one_wave '{"orders": 1000, ...}' SECONDS`` prints JSON: a process
that has done nothing else has a peak of memory that means something.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.families.waves import WaveShape, draw_wave
from domroute.batch.cells import Prices
from domroute.batch.wave import Answer, Wave

_PROCESS = Path("/proc/self")


def measure(shape: WaveShape, time_limit_s: float) -> dict[str, float | None]:
    """Draw a wave, route it, and return sizes, seconds and megabytes."""
    wave = draw_wave(shape)
    router = wave.router()
    asked = _watch_asks()
    _forget_peak()
    before = _megabytes("VmRSS")
    result = router.route_batch(wave.orders, time_limit_s=time_limit_s)
    peak = _megabytes("VmHWM")
    found = result.statistics
    return {
        "orders": shape.orders,
        "tabled": found.tabled,
        "bundles": found.bundles,
        "steps": found.steps,
        "compile_s": found.compile_s,
        "ask_s": statistics.median(asked) if asked else None,
        "search_s": found.search_s,
        "conclude_s": found.conclude_s,
        "gap": result.gap if result.gap < 1e300 else None,
        "before_mb": before,
        "peak_mb": peak,
    }


def _watch_asks() -> list[float]:
    """Time every ask for the plans of all orders at some prices, from now on."""
    took: list[float] = []
    ask = Wave.ask

    def timed(wave: Wave, prices: Prices, *, is_strict: bool = False) -> Answer:
        started = time.perf_counter()
        answer = ask(wave, prices, is_strict=is_strict)
        took.append(time.perf_counter() - started)
        return answer

    Wave.ask = timed
    return took


def _forget_peak() -> None:
    """Let the peak of memory begin here, where Linux allows it."""
    with suppress(OSError):
        (_PROCESS / "clear_refs").write_text("5", encoding="ascii")


def _megabytes(name: str) -> float:
    """
    Read the memory of this process as Linux counts it.

    Not ``getrusage``: its peak is never below that of the process which started us.
    """
    status = (_PROCESS / "status").read_text(encoding="ascii")
    row = next(row for row in status.splitlines() if row.startswith(f"{name}:"))
    return int(row.split()[1]) * 1024 / 1e6


def _shape_of(text: str) -> WaveShape:
    """Read a shape; JSON knows lists where a shape has tuples."""
    fields = json.loads(text)
    for name in ("lines", "units"):
        fields[name] = tuple(fields[name])
    return WaveShape(**fields)


if __name__ == "__main__":
    print(json.dumps(measure(_shape_of(sys.argv[1]), float(sys.argv[2]))))
