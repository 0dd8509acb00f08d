"""
How data come in and go out: JSON, CSV, Parquet and frames, with every fault told.

Bytes are read by :mod:`~domroute.files.disk`, made plain values by a module a syntax
(``jsontext``, ``csvtext``, ``parquet``), rows by ``tabular``, and checked objects by
``intake``; ``domroute.jsonio`` and ``domroute.frames`` are what users call.
"""
