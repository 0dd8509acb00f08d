"""
The kernel over a book as plain loops, compiled: the same plans as NumPy finds.

Numba compiles each function once per machine and keeps it beside its file. The
arithmetic, its order and the choice among equals are those of
:mod:`~domroute.batch.tables`, :mod:`~domroute.sourcing.subset` and
:mod:`~domroute.batch.ruin`; the tests hold them equal to the last bit. What is
kept knows the time of its own file only: after a change here remove ``*.nbc``.
"""
