"""Benchmarks of domroute: how fast, how good, and beside what."""
