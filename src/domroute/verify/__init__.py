"""The judge: whether a plan is allowed, and costs what it says, from the data alone."""

from domroute.verify.batch import verify_batch
from domroute.verify.beside import Beside
from domroute.verify.judge import Judge, verify
from domroute.verify.wave import check_together

__all__ = ["Beside", "Judge", "check_together", "verify", "verify_batch"]
