"""What is asked again once a plan has met the world: what is left of an order."""
