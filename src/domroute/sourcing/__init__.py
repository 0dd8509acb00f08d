"""Which node fills which line: eligibility, candidates, and the exact choice."""
