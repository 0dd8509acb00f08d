"""History, or a generated stream, run again under a policy."""
