"""Prices ahead of demand: what a unit of stock is worth to the orders expected next."""
