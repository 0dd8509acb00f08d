"""Seeded instance families; the same numbers make the same instances anywhere."""
