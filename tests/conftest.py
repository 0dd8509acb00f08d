"""
How hard the properties are tried: ``HYPOTHESIS_PROFILE=thorough`` for thousands.

By default the same cases come every time: a change is judged by what it does, not by
what was drawn that day. The thorough profile draws others each time, to find faults.

Coverage is what examples reach, by the first of their seeds: properties and further
seeds run without it, in half of the time.
"""

import os
import threading

from hypothesis import HealthCheck, is_hypothesis_test, settings

from domroute.batch.loading import is_loaded, load

_COMMON = {
    "deadline": None,
    "print_blob": True,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}

settings.register_profile("default", max_examples=60, derandomize=True, **_COMMON)
settings.register_profile("thorough", max_examples=1000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser):
    """Let the golden record be made anew."""
    parser.addoption(
        "--renew-record",
        action="store_true",
        help="record anew what tests/test_golden.py compares with",
    )


def pytest_collection_modifyitems(config, items):
    """Leave out of coverage what says little new of it: what is drawn, and repeated."""
    if config.pluginmanager.hasplugin("pytest_cov"):
        for item in items:
            if _repeats(item):
                item.add_marker("no_cover")


def _repeats(item):
    """Tell whether a test is drawn by Hypothesis, or by a seed after the first."""
    case = getattr(item, "callspec", None)
    if case is not None and case.indices.get("seed", 0) > 0:
        return True
    return is_hypothesis_test(getattr(item, "function", None))


def pytest_collection_finish(session):
    """
    Load the compiled kernel before the first test, not beside whichever comes to it.

    While Numba is imported it saves and restores the filters of warnings, which are of
    the process, not of its thread: a test that waits for a warning may miss it.
    """
    if session.items:
        # Untraced: coverage would follow the compiler, for minutes on a new clone.
        traced = threading.gettrace()
        threading.settrace(None)
        load()
        threading.settrace(traced)
        is_loaded(wait_s=300)
