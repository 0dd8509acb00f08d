"""Which node fills which line: one order, chosen exactly."""
