"""
How hard the properties are tried: ``HYPOTHESIS_PROFILE=thorough`` for thousands.

By default the same cases come every time: a change is judged by what it does, not by
what was drawn that day. The thorough profile draws others each time, to find faults.
"""

import os

from hypothesis import HealthCheck, settings

_COMMON = {
    "deadline": None,
    "print_blob": True,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}

settings.register_profile("default", max_examples=60, derandomize=True, **_COMMON)
settings.register_profile("thorough", max_examples=1000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
