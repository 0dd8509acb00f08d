"""What we are measured beside: an integer model and the rule chains of today."""
