"""
Orders that share stock and capacity: prices, the bound they prove, and the best plan.

``routing`` asks and writes out; ``search`` goes from prices to a plan and back. What
is done for each order at prices stands twice, in NumPy and, where installed, compiled
in ``numba``: the same plans, told apart by :mod:`~domroute.batch.loading` alone.
"""
