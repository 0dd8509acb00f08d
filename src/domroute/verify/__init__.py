"""The judge: whether a plan is allowed, and costs what it says, from the data alone."""

from domroute.verify.judge import Judge, verify

__all__ = ["Judge", "verify"]
