"""Timing: calls interleaved in one loop, percentiles, and how quiet the machine was."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import ParamSpec, TypeVar

import numpy as np

import domroute

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of what calls took (milliseconds)."""

    p50: float
    p90: float
    p99: float
    count: int

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Spread:
        """Summarize calls."""
        found = np.array(list(seconds)) * 1e3
        return cls(*(float(p) for p in np.percentile(found, [50, 90, 99])), len(found))

    @property
    def cells(self) -> list[str]:
        """The three percentiles, for a table."""
        return [milliseconds(self.p50), milliseconds(self.p90), milliseconds(self.p99)]


def milliseconds(value: float) -> str:
    """Set milliseconds with three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def clock(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, float]:
    """Call once; return what came and how long it took (seconds)."""
    started = time.perf_counter()
    found = call(*args, **kwargs)
    return found, time.perf_counter() - started


def spin() -> float:
    """
    Time a fixed piece of work (seconds): a fraction of a millisecond.

    Run between the calls that are measured, its spread says what the machine adds.
    """
    started = time.perf_counter()
    total = 0
    for at in range(6000):
        total += at & 7
    return time.perf_counter() - started


def machine() -> str:
    """Say what the run was made on: cores and memory, nothing else."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{cores} cores, {memory / 2**30:.0f} GB"


def versions() -> str:
    """Say what the run was made with."""
    names = ("ortools", "numpy", "pandas", "pydantic")
    own = [f"Python {platform.python_version()}", f"domroute {domroute.__version__}"]
    return ", ".join([*own, *(f"{name} {version(name)}" for name in names)])
