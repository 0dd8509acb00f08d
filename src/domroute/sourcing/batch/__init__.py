"""Orders that compete, routed together: prices and a bound, a plan, a better plan."""
